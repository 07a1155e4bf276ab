"""Django's entry to this room."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class NewsroomConfig(AppConfig):
    name = "masthead.newsroom"
    default_auto_field = "django.db.models.BigAutoField"


class StaffUsersConfig(WagtailUsersAppConfig):
    """Wagtail's screens of users, with our roles instead of groups."""

    user_viewset = "masthead.newsroom.staff.StaffViewSet"
