"""Django's entry to this room."""

from django.apps import AppConfig


class PressConfig(AppConfig):
    name = "masthead.press"
    default_auto_field = "django.db.models.BigAutoField"
