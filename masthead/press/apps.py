"""Django's entry to this room; here the press asks the diary to be told."""

from django.apps import AppConfig


class PressConfig(AppConfig):
    name = "masthead.press"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from masthead.press import hubs, proofreading, run, talk_run
        from masthead.stories import clippings, diary, preview, talk

        # In this order: a page that must go goes before anything else is done.
        diary.consumer("press", run.on_diary, together=run.on_entries)
        diary.at_once("press", run.take_down)
        diary.consumer("search", clippings.on_diary)
        diary.consumer("hubs", hubs.on_diary)
        talk.told(talk_run.on_change)
        preview.register(proofreading.proofread)
