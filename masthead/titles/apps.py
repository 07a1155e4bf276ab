"""Django's entry to this room."""

from django.apps import AppConfig


class TitlesConfig(AppConfig):
    name = "masthead.titles"
    default_auto_field = "django.db.models.BigAutoField"
