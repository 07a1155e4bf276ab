"""Django's entry to this room."""

from django.apps import AppConfig


class PicturesConfig(AppConfig):
    name = "masthead.pictures"
    default_auto_field = "django.db.models.BigAutoField"
