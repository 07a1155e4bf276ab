"""Django's entry to this room."""

from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "masthead.stories"
    default_auto_field = "django.db.models.BigAutoField"
