"""What the pages of one batch share: the paper around them, and the teasers of the stories beside which they stand.

A page by itself asks the database some twenty times, and most of what it costs is the asking. In a batch the same
questions are asked once for all its stories; what a page then shows, and the keys it notes, are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q, QuerySet

from masthead.stories.models import Development, Story, StoryPart

if TYPE_CHECKING:
    from masthead.press.reading import Reader
    from masthead.titles.models import Title

Row = tuple[Any, ...]


RELATED = 4
"""Earlier stories named beside a story."""


def kin(
    stories: QuerySet[Story], at: datetime, pk: int, topics: Iterable[int] = (), section: int | None = None
) -> QuerySet[Story]:
    """Those of `stories` that came before the one published at `at`, on `topics` or of `section`, newest first."""
    # Said twice: the first lets the database begin at that time in an index, and not at the newest story.
    earlier = stories.filter(Q(first_published_at__lt=at) | Q(pk__lt=pk), first_published_at__lte=at)
    earlier = earlier.order_by("-first_published_at", "-pk")
    return earlier.filter(section=section) if section else earlier.filter(story_topics__topic__in=list(topics)).distinct()


class Question:
    """A query that is put together once and then asked with other values: Django's work is most of its cost.

    `make` gets stand-ins of the values and returns the query; no two stand-ins may be equal.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], *stand_ins: Any) -> None:
        self._said = [_as_said(value) for value in stand_ins]
        self._sql, self._parameters = make(*stand_ins).query.sql_with_params()
        missing = [value for value in self._said if value not in self._parameters]
        if missing:
            raise ValueError(f"The query does not ask with {missing}.")

    def ask(self, *values: Any) -> list[Row]:
        """The rows for these values, in the order of the stand-ins."""
        put = dict(zip(self._said, map(_as_said, values), strict=True))
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [put.get(p, p) for p in self._parameters])
            return list(cursor.fetchall())


def _as_said(value: Any) -> Any:
    """A value as the database's driver gets it."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def as_read(value: Any) -> datetime:
    """A time as the database's driver gave it."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


LONG_AGO = datetime(1903, 2, 3, 4, 5, 6, 7, tzinfo=UTC)


class Shelf:
    """For the pages of `stories`, read at `now`. Good for as long as nothing they show is changed: one batch."""

    def __init__(self, title: Title, stories: Iterable[Story], now: datetime) -> None:
        self.title, self.now, self.stories = title, now, {story.pk: story for story in stories}
        pks = list(self.stories)
        self.asked = frozenset(pks)
        """The stories whose own pages are made."""
        self.no_packages = set(pks).difference(StoryPart.objects.filter(package__in=pks).order_by().values_list("package_id", flat=True))
        self.in_lines = set(Development.objects.filter(story__in=pks).order_by().values_list("story_id", flat=True))
        self.shared: dict[str, tuple[Any, Reader]] = {}
        """What several pages show, by a name of its own, with the reader that knows what it noted; see `Reader.shared`."""
        self._questions: dict[int, Question] = {}
        self._before: dict[int, list[int]] = {}

    def before(self, story: Story, reader: Reader) -> list[Story]:
        """The stories that came before `story`, as `Reader.came_before` finds them."""
        if not self._before:
            self._find_all(reader)
        return [self.stories[pk] for pk in self._before[story.pk]]

    def _find_all(self, reader: Reader) -> None:
        for pk, story in self.stories.items():
            self._before[pk] = self._find(story) if story.first_published_at else []
        wanted = {pk for found in self._before.values() for pk in found} - self.stories.keys()
        self.stories |= {s.pk: s for s in reader.load(reader.readable().filter(pk__in=wanted).defer("body"))}

    def _find(self, story: Story) -> list[int]:
        topics = [row.topic_id for row in story.story_topics.all()]
        at, pk = story.first_published_at, story.pk
        close = [row[0] for row in self._on_topics(len(topics)).ask(at, pk, *topics)] if topics else []
        near = [row[0] for row in self._of_section().ask(at, pk, story.section_id)]
        return [*close, *[one for one in near if one not in close][: RELATED - len(close)]]

    def _on_topics(self, count: int) -> Question:
        if count not in self._questions:
            self._questions[count] = Question(
                lambda at, pk, *topics: kin(self._base(), at, pk, topics=topics).values_list("pk", "first_published_at")[:RELATED],
                LONG_AGO, -1, *(-10 - n for n in range(count)),
            )  # fmt: skip
        return self._questions[count]

    def _of_section(self) -> Question:
        """Those that are close are left out afterwards: hence twice as many."""
        if 0 not in self._questions:
            self._questions[0] = Question(
                lambda at, pk, section: kin(self._base(), at, pk, section=section).values_list("pk")[: 2 * RELATED],
                LONG_AGO, -1, -2,
            )  # fmt: skip
        return self._questions[0]

    def _base(self) -> QuerySet[Story]:
        return Story.objects.readable(self.now).filter(title=self.title)
