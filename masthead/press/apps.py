"""Django's entry to this room; here the press asks the diary to be told."""

from django.apps import AppConfig


class PressConfig(AppConfig):
    name = "masthead.press"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from masthead.press import proofreading, run
        from masthead.stories import diary, preview

        diary.consumer("press", run.on_diary)
        preview.register(proofreading.proofread)
