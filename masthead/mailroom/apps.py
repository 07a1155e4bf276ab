"""Django's entry to this room."""

from django.apps import AppConfig


class MailroomConfig(AppConfig):
    name = "masthead.mailroom"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from masthead.mailroom import returns, suppression
        from masthead.titles import leaving

        returns.listen()
        leaving.part("suppressed", "Addresses that get no more letters.", suppression.FIELDS, suppression.rows)
