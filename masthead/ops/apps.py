"""Django's entry to this room."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "masthead.ops"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from masthead.ops.moving_out import parts

        parts.register()
