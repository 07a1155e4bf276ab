"""Django's entry to this room; here departments that do not know each other are put through."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "masthead.project"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from masthead.circulation import conversations
        from masthead.comments import reading

        conversations.told_by(reading.moments, reading.liveliest)
