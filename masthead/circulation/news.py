"""What is new, and for whom: read once for many letters, asked of the gate again for each.

The list is made anew whenever the diary has a new entry. Whether readers may see a story is never taken from it: each
letter asks the gate for the stories it would hold, in the transaction that hands it over.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from masthead.circulation import targets
from masthead.circulation.models import Follow
from masthead.kit import clock
from masthead.kit.prepared import PreparedMany
from masthead.people.models import Person
from masthead.stories.models import Correction, Credit, Development, DiaryEntry, Story, StoryLine, StoryTopic, Topic
from masthead.titles.models import Section, Title

BACK = timedelta(days=8)
"""How far back a letter looks: a week and a day."""
CORRECTED_BACK = timedelta(days=30)
SERIOUS = (Correction.Kind.CORRECTION, Correction.Kind.CLARIFICATION, Correction.Kind.EDITORS_NOTE)
TRUSTED = 2.0
"""Seconds that the list is trusted where ids commit out of order (PostgreSQL)."""

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Item:
    """A story as a letter shows it."""

    pk: int
    opened: datetime
    keys: frozenset[Key]
    ours: bool
    headline: str
    standfirst: str
    path: str
    section: str
    byline: str
    source: str
    language: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was said about a story after it was sent: a correction, or that it was withdrawn."""

    name: str
    story: int
    at: datetime
    kind: str
    text: str


@dataclass
class News:
    """What may be in letters now."""

    title: Title
    items: dict[int, Item] = field(default_factory=dict)
    by_key: dict[Key, list[Item]] = field(default_factory=lambda: defaultdict(list))
    names: dict[Key, str] = field(default_factory=dict)
    notes: dict[int, list[Note]] = field(default_factory=lambda: defaultdict(list))
    newest_note: datetime | None = None
    open: tuple[datetime, frozenset[int]] | None = None
    """Which of the items the gate let through, and in which second it was asked."""

    def newest(self, key: Key, now: datetime) -> datetime | None:
        """When the newest story for `key` opened, of those that are open at `now`."""
        return next((item.opened for item in self.by_key.get(key, ()) if item.opened <= now), None)


_lock = threading.Lock()
_kept: dict[int, tuple[object, float, News]] = {}


def of(title: Title) -> News:
    """The news of a title as they stand in the database."""
    newest = DiaryEntry.objects.filter(title=title).order_by("-id").values_list("pk", flat=True).first()
    # By the clock, too: tests move it, and what was a week old is old.
    version = (newest, f"{clock.now():%Y%m%d%H}", connection.settings_dict["NAME"])
    with _lock:
        kept = _kept.get(title.pk)
        if kept and kept[0] == version and (connection.vendor == "sqlite" or clock.monotonic() - kept[1] < TRUSTED):
            return kept[2]
    made = _read(title)
    with _lock:
        _kept[title.pk] = (version, clock.monotonic(), made)
    return made


def forget() -> None:
    """Read anew at the next letter: for whoever changes stories without the diary."""
    with _lock:
        _kept.clear()


def readable(pks: Iterable[int], news: News | None = None) -> set[int]:
    """Those that readers may see now: the gate's word.

    With the `news` of this very moment (see `of`) its word of the same second is taken, where no change can have been
    missed: with SQLite, an order that was committed has its entry in the diary, and other news take the place of these.
    """
    wanted = set(pks)
    if news is None or connection.vendor != "sqlite" or not wanted <= news.items.keys():
        return set(Story.objects.readable().filter(pk__in=wanted).values_list("pk", flat=True))
    second = clock.now().replace(microsecond=0)
    if news.open is None or news.open[0] != second:
        may = Story.objects.readable().filter(pk__in=list(news.items)).values_list("pk", flat=True)
        news.open = (second, frozenset(may))
    return wanted & news.open[1]


def _read(title: Title) -> News:
    news = News(title)
    since = clock.now() - BACK
    stories = Story.objects.filter(title=title, live=True, state="published", order_pubstatus="usable").exclude(path=None)
    fresh = list(stories.filter(first_published_at__gte=since).select_related("section", "agency", "title").prefetch_related("credits"))
    # Embargoes end after their story was published; none is longer than a letter looks back twice.
    late = stories.filter(first_published_at__gte=since - BACK * 3, first_published_at__lt=since)
    fresh += [s for s in late.select_related("section", "agency", "title").prefetch_related("credits") if (s.embargo_ends or since) > since]
    keys = keys_of(fresh)
    for story in fresh:
        item = item_of(story, keys[story.pk])
        news.items[story.pk] = item
        for key in item.keys:
            news.by_key[key].append(item)
    for listed in news.by_key.values():
        listed.sort(key=lambda item: item.opened, reverse=True)
    news.names = _names(title, set(news.by_key))
    _read_notes(news)
    return news


def keys_of(stories: list[Story]) -> dict[int, set[Key]]:
    """All that each story can be followed by."""
    kinds = Follow.Kind
    found: dict[int, set[Key]] = {s.pk: {(str(kinds.PAPER), 0), (str(kinds.SECTION), s.section_id)} for s in stories}
    for kind, rows in _THROUGH.items():
        for story, target in rows.all(found):
            found[story].add((str(kind), target))
    return found


_THROUGH: dict[str, PreparedMany[tuple[int, int]]] = {
    Follow.Kind.TOPIC: PreparedMany(lambda pks: StoryTopic.objects.filter(story__in=pks).values_list("story_id", "topic_id")),
    Follow.Kind.PERSON: PreparedMany(lambda pks: Credit.objects.filter(story__in=pks, person__isnull=False).values_list("story_id", "person_id")),
    Follow.Kind.LINE: PreparedMany(lambda pks: Development.objects.filter(story__in=pks).values_list("story_id", "line_id")),
}


def item_of(story: Story, keys: set[Key]) -> Item:
    """The story as a letter shows it."""
    opened = max(story.first_published_at or story.filed_at, story.embargo_ends or story.first_published_at or story.filed_at)
    names = [] if story.is_wire else [c.name for c in story.credits.all() if c.role == Credit.Role.WRITER]
    return Item(
        pk=story.pk,
        opened=opened,
        keys=frozenset(keys),
        ours=not story.is_wire,
        headline=story.display_headline,
        standfirst=story.standfirst or story.summary,
        path=story.path or "/",
        section=story.section.name,
        byline=", ".join(names),
        source=story.agency.name if story.agency else "",
        language=story.spoken_language,
    )


def _names(title: Title, keys: set[Key]) -> dict[Key, str]:
    names: dict[Key, str] = {(str(Follow.Kind.PAPER), 0): title.name}

    def ids(kind: str) -> list[int]:
        return [pk for k, pk in keys if k == kind]

    for kind, model in ((Follow.Kind.SECTION, Section), (Follow.Kind.TOPIC, Topic), (Follow.Kind.PERSON, Person)):
        rows = model.objects.filter(pk__in=ids(kind)).values_list("pk", "name")
        names |= {(str(kind), pk): name for pk, name in rows}
    for line in StoryLine.objects.filter(pk__in=ids(Follow.Kind.LINE)).select_related("named_after"):
        names[(str(Follow.Kind.LINE), line.pk)] = targets.line_name(line)
    return names


def _read_notes(news: News) -> None:
    since = clock.now() - CORRECTED_BACK
    found = Correction.objects.filter(story__title=news.title, kind__in=SERIOUS, at__gte=since, automatic=False)
    for one in found.select_related("story"):
        _add(news, Note(f"c{one.pk}", one.story_id, one.at, one.kind, one.text))
    gone = DiaryEntry.objects.filter(title=news.title, verb__in=("withdrawn", "killed"), at__gte=since, story__isnull=False)
    for entry in gone.filter(story__live=False).order_by("id"):
        assert entry.story_id is not None
        news.notes[entry.story_id] = [n for n in news.notes[entry.story_id] if n.kind != "withdrawn"]
        # The words of a story that was taken back are not said again, its headline neither.
        _add(news, Note(f"w{entry.story_id}", entry.story_id, entry.at, "withdrawn", ""))


def _add(news: News, note: Note) -> None:
    news.notes[note.story].append(note)
    news.newest_note = max(news.newest_note or note.at, note.at)
