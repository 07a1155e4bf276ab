"""Django's entry to this room; here it says who keeps the comments, and asks the diary to be told."""

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "masthead.comments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from masthead.comments import going, hearing, hooks, notifying, reading
        from masthead.mailroom import composing, parcels
        from masthead.stories import diary, talk
        from masthead.titles import leaving

        talk.kept_by(reading.Keeper())
        diary.consumer("comments", hearing.on_diary)
        diary.at_once("comments", hearing.on_diary)
        parcels.way(hooks.NAME, hooks.Hooks())
        composing.composer("answer", notifying.compose)
        leaving.part("comments", "What readers said, oldest first.", going.FIELDS, going.rows)
        leaving.part("conversation", "How the paper holds its conversations.", going.RULES, going.rulebook)
