"""Django's entry to this room."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "masthead.ops"
    default_auto_field = "django.db.models.BigAutoField"
