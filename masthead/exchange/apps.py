"""Django's entry to this room; here the exchange asks the diary to be told."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "masthead.exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from masthead.exchange import following
        from masthead.stories import diary

        diary.at_once("exchange", following.orders)
        diary.consumer("exchange", following.on_diary)
