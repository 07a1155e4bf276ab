"""A changed rulebook: what must be another on the pages that readers have."""

from __future__ import annotations

from django.db.models import F

from masthead.comments.models import Rulebook, Thread
from masthead.kit import clock
from masthead.stories import talk
from masthead.stories.models import Story
from masthead.titles.models import Title

SHOWN = 400
"""Stories whose pages show at once that the conversation is on or off; older ones when they are next made."""


def changed(title: Title) -> None:
    """Have the guidelines and the newest stories made again. Call it inside the transaction of the change."""
    Rulebook.objects.filter(title=title).update(version=F("version") + 1)
    newest = (
        Story.objects.readable(clock.now())
        .filter(title=title)
        .exclude(path=None)
        .order_by("-first_published_at")[:SHOWN]
    )
    talked = Story.objects.filter(
        pk__in=Thread.objects.filter(title=title, count__gt=0).values("story"), path__isnull=False
    ).order_by("-pk")[:SHOWN]
    talk.rules_changed(title, {"talk:rules", *(talk.key(story.pk) for story in [*newest, *talked])})
