"""Django's entry to this room."""

from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "masthead.newsroom"
    default_auto_field = "django.db.models.BigAutoField"
