"""Django's entry to this room."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "masthead.project"
    default_auto_field = "django.db.models.BigAutoField"
