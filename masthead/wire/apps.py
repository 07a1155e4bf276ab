"""Django's entry to this room."""

from django.apps import AppConfig


class WireConfig(AppConfig):
    name = "masthead.wire"
    default_auto_field = "django.db.models.BigAutoField"
