"""How many stories a list has, without counting all of them each time: what lies before some moment is written down.

A list of an agency may hold a hundred thousand. A row says how many of them were first published up to a moment; only the
younger ones are counted. Whoever works off a change that reaches behind that moment takes the row away first: after all
printings that began before the change have ended, and before any that must know of it (`run.on_diary`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from masthead.press.models import ListCount
from masthead.stories.models import Story
from masthead.titles.models import Title

MANY = 400
"""Stories that are counted each time, before the moment moves on."""
NEWEST = 100
"""Stories that are younger than the moment when it has moved: changes among them are the ordinary case."""


def of(title: Title, listed: str, stories: QuerySet[Story], keep: bool = True) -> int:
    """How many `stories` (newest first) the list has; `keep` only while its page is being printed."""
    row = ListCount.objects.filter(title=title, listed=listed).first()
    young = stories.filter(first_published_at__gt=row.until).count() if row else stories.count()
    total = young + (row.stories if row else 0)
    if keep and young > MANY:
        _move_on(title, listed, stories, total)
    return total


def _move_on(title: Title, listed: str, stories: QuerySet[Story], total: int) -> None:
    until = stories.values_list("first_published_at", flat=True)[NEWEST]
    before = total - stories.filter(first_published_at__gt=until).count()
    ListCount.objects.update_or_create(title=title, listed=listed, defaults={"until": until, "stories": before})


def from_place(title: Title, listed: str, stories: QuerySet[Story], place: int) -> tuple[QuerySet[Story], int]:
    """`stories`, oldest first, and the number in them of the one that is at `place` in the whole list."""
    row = ListCount.objects.filter(title=title, listed=listed, stories__lte=place).first()
    oldest_first = stories.order_by("first_published_at", "pk")
    return (oldest_first.filter(first_published_at__gt=row.until), place - row.stories) if row else (oldest_first, place)


def forget(title: int, lists: Iterable[str], since: datetime) -> None:
    """A story of that time came into these lists (“section:3”), or left them."""
    ListCount.objects.filter(title=title, listed__in=list(lists), until__gte=since).delete()
