"""What the pages of one batch share: the paper around them, and the teasers of the stories beside which they stand.

A page by itself asks the database some twenty times, and most of what it costs is the asking. In a batch the same
questions are asked once for all its stories; what a page then shows, and the keys it notes, are the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache, reduce
from heapq import merge
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from masthead.kit.prepared import Prepared, Slot
from masthead.press import rows
from masthead.stories.models import Development, Story, StoryPart

if TYPE_CHECKING:
    from masthead.press.reading import Reader
    from masthead.titles.models import Title

Row = tuple[Any, ...]


RELATED = 4
"""Earlier stories named beside a story."""
TOGETHER = 20
"""As many stories as it takes for one look at all that came before them to be less than a look for each."""
LOOKS_BACK = 1_500
"""Stories before the batch in that look. Of rarer topics, each story asks for itself."""


@lru_cache
def _on_topics(count: int) -> Prepared[tuple[int, datetime]]:
    slots = [Slot(f"topic{n}") for n in range(count)]
    # The time stands among the values because it is sorted by, and none is to come twice.
    return Prepared(lambda: _earlier(topics=slots).values_list("pk", "first_published_at")[:RELATED])


_OF_SECTION = Prepared(lambda: _earlier(section=Slot("section")).values_list("pk", flat=True)[: 2 * RELATED])
"""Those that are close are left out afterwards: hence twice as many."""
def _open() -> QuerySet[Story]:
    return Story.objects.readable(Slot("now")).filter(title=Slot("title"))


def _earlier(topics: Iterable[Slot] = (), section: Slot | None = None) -> QuerySet[Story]:
    """Those that came before a story, on `topics` or of `section`, newest first."""
    # Said twice: the first lets the database begin at that time in an index, and not at the newest story.
    at = Slot("at")
    earlier = _open().filter(Q(first_published_at__lt=at) | Q(pk__lt=Slot("story")), first_published_at__lte=at)
    earlier = earlier.order_by("-first_published_at", "-pk")
    return earlier.filter(section=section) if section else earlier.filter(reduce(or_, (Q(story_topics__topic=one) for one in topics))).distinct()


def _up_to() -> QuerySet[Story, tuple[int, int, int | None]]:
    """Stories with their section and each of their topics, the newest first."""
    earlier = _open().filter(first_published_at__lte=Slot("at")).order_by("-first_published_at", "-pk")
    return earlier.values_list("pk", "section_id", "story_topics__topic_id")[:LOOKS_BACK]


_UP_TO = Prepared(_up_to)


class _Before:
    """The stories up to a time, newest first, and the places in that order of those of each section and on each topic."""

    def __init__(self, found: list[Row]) -> None:
        self.whole = len(found) < LOOKS_BACK
        """There is nothing older."""
        self.order: list[int] = []
        self.place: dict[int, int] = {}
        self._of: dict[tuple[str, int], list[int]] = {}
        for pk, section, topic in found:
            if pk not in self.place:
                self.place[pk] = len(self.order)
                self.order.append(pk)
                self._of.setdefault(("section", section), []).append(self.place[pk])
            if topic is not None:
                self._of.setdefault(("topic", topic), []).append(self.place[pk])

    def first(self, count: int, story: Story, kind: str, pks: Iterable[int]) -> list[int] | None:
        """The first `count` after `story` that are of one of `pks`; None where they lie too far back to be known."""
        if story.pk not in self.place:
            return None
        place = self.place[story.pk]
        lists = [self._of.get((kind, pk), []) for pk in pks]
        after = merge(*(places[(start := bisect_right(places, place)) : start + count] for places in lists))
        found = list(dict.fromkeys(after))[:count]
        return [self.order[n] for n in found] if len(found) == count or self.whole else None


class Shelf:
    """For the pages of `stories`, read at `now`. Good for as long as nothing they show is changed: one batch."""

    def __init__(self, title: Title, stories: Iterable[Story], now: datetime, around: rows.Around) -> None:
        self.title, self.now, self.around = title, now, around
        self.stories = {story.pk: story for story in stories}
        """The stories whose own pages are made."""
        pks = list(self.stories)
        self.no_packages = set(pks).difference(StoryPart.objects.filter(package__in=pks).order_by().values_list("package_id", flat=True))
        self.in_lines = set(Development.objects.filter(story__in=pks).order_by().values_list("story_id", flat=True))
        self.shared: dict[str, tuple[Any, Reader]] = {}
        """What several pages show, by a name of its own, with the reader that knows what it noted; see `Reader.shared`."""
        self._before: dict[int, list[int]] = {}
        self._teasers: dict[int, rows.Teaser] = {}

    def before(self, story: Story, reader: Reader) -> list[rows.Teaser]:
        """The stories that came before `story`: on its topics first, then of its section."""
        if not self._before:
            self._find_all(reader)
        return [self._teasers[pk] for pk in self._before[story.pk]]

    def _find_all(self, reader: Reader) -> None:
        known = self._look_back()
        for pk, story in self.stories.items():
            self._before[pk] = self._find(story, known) if story.first_published_at else []
        wanted = {pk for found in self._before.values() for pk in found}
        self._teasers = {pk: rows.teaser(story) for pk, story in self.stories.items() if pk in wanted}
        others = wanted - self._teasers.keys()
        self._teasers |= {one.pk: one for one in reader.teasers(reader.readable().filter(pk__in=others))}

    def _look_back(self) -> _Before | None:
        published = [story.first_published_at for story in self.stories.values() if story.first_published_at]
        if len(published) < TOGETHER:
            return None
        return _Before(_UP_TO.all(now=self.now, title=self.title.pk, at=max(published)))

    def _find(self, story: Story, known: _Before | None) -> list[int]:
        topics = [row.topic_id for row in story.story_topics.all()]
        asked = {"now": self.now, "title": self.title.pk, "at": story.first_published_at, "story": story.pk}
        close = known.first(RELATED, story, "topic", topics) if known else None
        if close is None:
            close = [pk for pk, _ in _on_topics(len(topics)).all(**asked, **{f"topic{n}": pk for n, pk in enumerate(topics)})] if topics else []
        if len(close) == RELATED:
            return close
        near = known.first(2 * RELATED, story, "section", [story.section_id]) if known else None
        if near is None:
            near = _OF_SECTION.all(**asked, section=story.section_id)
        return [*close, *[one for one in near if one not in close][: RELATED - len(close)]]
