"""Django's entry to this room."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class NewsroomConfig(AppConfig):
    name = "masthead.newsroom"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from masthead.newsroom.picture_policy import ByRole
        from masthead.pictures.models import Picture

        # For exactly this model: wagtail.images registers its own for the same one later, and must not win.
        policy = ByRole(Picture, auth_model=Picture, owner_field_name="uploaded_by_user")
        register_permission_policy(Picture, policy, exact_class=True)


class StaffUsersConfig(WagtailUsersAppConfig):
    """Wagtail's screens of users, with our roles instead of groups."""

    user_viewset = "masthead.newsroom.staff.StaffViewSet"
