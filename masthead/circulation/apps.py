"""Django's entry to this room; here it asks the diary to be told, and says who writes its letters."""

from django.apps import AppConfig


class CirculationConfig(AppConfig):
    name = "masthead.circulation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from masthead.circulation import (
            alerts,
            at_once,
            editions,
            following,
            going,
            hearing,
            newsletters,
            outcome,
            pushing,
        )
        from masthead.circulation.fediverse import publishing
        from masthead.mailroom import composing, parcels, returned
        from masthead.stories import diary
        from masthead.titles import leaving

        composing.composer("edition", editions.compose)
        composing.composer("once", at_once.compose)
        composing.composer("alert", alerts.compose)
        composing.composer("outcome", outcome.compose)
        composing.composer("newsletter", newsletters.compose)
        returned.leaver(following.leave_by_word)
        parcels.way(publishing.NAME, publishing.Tellings())
        parcels.way(pushing.NAME, pushing.Pushes())
        diary.consumer("circulation", hearing.on_diary)
        leaving.part("subscribers", "Readers who follow something by letter, oldest first.", going.FIELDS, going.rows)
        leaving.part("newsletters", "Letters that the desk writes.", going.NEWSLETTERS, going.newsletters)
