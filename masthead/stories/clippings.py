"""The readers' index: the public words of every published story, newest first, and how to find in it.

Drafts and notes are never in it (the desk's index holds those). What the gate hides may still be in it for a moment,
or until its embargo ends: so every hit is put before the gate in the second in which somebody asks, and nothing is
counted before that. SQLite FTS5 or PostgreSQL's tsvector behind the same functions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import QuerySet

from masthead.kit import clock, html
from masthead.stories import spelling
from masthead.stories.models.diary import Verb

if TYPE_CHECKING:
    from masthead.stories.models import DiaryEntry, Story
    from masthead.titles.models import Title

CHANGES = frozenset(
    {
        Verb.PUBLISHED,
        Verb.UPDATED,
        Verb.CORRECTED,
        Verb.HELD,
        Verb.WITHDRAWN,
        Verb.KILLED,
        Verb.RELEASED,
        Verb.EXPIRED,
        Verb.MOVED,
    }
)
"""Verbs after which a story's words, place or filters may be others."""
MOST_WORDS = 8
MOST_LETTERS = 120
A_LOOK = 64
"""Hits put before the gate at a time."""
MOST_LOOKS = 12
A_SECOND = 64
"""Places that one second has."""
BEGINNINGS = 3
"""From so many letters on a word also stands for words that begin with it."""
LISTED_BEGINNINGS = 4
"""Beginnings up to so many letters have a list of their own in FTS5; longer ones are put together for each question."""
COMMON = 2000
"""A longer word that stands in more stories than this means itself alone: to put its list together would take long."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks for. Ids are of this title; times are aware; `before` is the place where the last page ended."""

    words: str = ""
    in_headlines: bool = False
    section: int | None = None
    topic: int | None = None
    ours: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None

    def __bool__(self) -> bool:
        narrowed = (self.section, self.topic, self.ours, self.since, self.until)
        return bool(self.words.strip()) or any(value is not None for value in narrowed)


@dataclass(frozen=True, slots=True)
class Answer:
    """Ids of stories that readers may see now, newest first; `more` is where the next page begins, None at the end."""

    ids: tuple[int, ...] = ()
    more: int | None = None
    spelt: str = ""
    """The words that were looked for instead, when those asked for are nowhere but for a slip."""


# --- writing ----------------------------------------------------------------------------------------------


def on_diary(entry: DiaryEntry) -> None:
    """Search as a consumer of the diary. Repeating it does no harm."""
    if entry.story_id and entry.verb in CHANGES:
        note([entry.story_id])


@transaction.atomic
def note(pks: Iterable[int]) -> None:
    """Have the index say of these stories what their public form says; what is not public leaves it."""
    from masthead.stories.models import Clipping, Story

    wanted = list(pks)
    rows = Story.objects.filter(pk__in=wanted).select_related("agency")
    rows = rows.prefetch_related("credits", "corrections", "story_topics__topic")
    now = clock.now()
    stories = [s for s in rows if _belongs(s, now)]
    known = dict(Clipping.objects.filter(pk__in=wanted).values_list("pk", "place"))
    gone = [pk for pk in known if pk not in {s.pk for s in stories}]
    _forget(list(known.values()))
    Clipping.objects.filter(pk__in=gone).delete()
    words: set[str] = set()
    for story in stories:
        place = known.get(story.pk, 0)
        if place // A_SECOND != _second(story):
            place = _free_place(story)
            Clipping.objects.update_or_create(story=story, defaults={"place": place})
        headline = folded(story.display_headline)
        words.update(headline.split())
        _write(place, headline, story)
    spelling.learn(words)


def _belongs(story: Story, now: datetime) -> bool:
    """Whether readers see the story now or once its embargo ends."""
    ordered = story.live and story.state == "published" and story.order_pubstatus == "usable"
    return bool(ordered and story.path and (story.expiry is None or story.expiry > now))


def _second(story: Story) -> int:
    return int((story.first_published_at or story.filed_at).timestamp())


def _free_place(story: Story) -> int:
    """The first free place from the story's second on: an imported archive may have a thousand stories at midnight."""
    from masthead.stories.models import Clipping

    place = _second(story) * A_SECOND
    for taken in Clipping.objects.filter(place__gte=place).order_by("place").values_list("place", flat=True).iterator():
        if taken != place:
            break
        place += 1
    return place


def _write(place: int, headline: str, story: Story) -> None:
    from masthead.stories.body import to_html

    topics = [row.topic for row in story.story_topics.all()]
    agency = story.agency.name if story.agency else ""
    names = [*(c.name for c in story.credits.all()), agency, story.dateline, *(t.name for t in topics)]
    notes = [c.text for c in story.corrections.all()]
    text = folded("\n".join([story.kicker, story.standfirst, html.to_text(to_html(story.body)), *notes]))
    kind = "wire" if story.is_wire else "ours"
    marks = " ".join([f"p{story.title_id}", f"s{story.section_id}", kind, *(f"t{t.pk}" for t in topics)])
    with connection.cursor() as cursor:
        cursor.execute(_INSERT[connection.vendor], [place, headline, folded(" ".join(names)), text[:600_000], marks])


def _forget(places: list[int]) -> None:
    column = "rowid" if connection.vendor == "sqlite" else "place"
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM stories_clippings WHERE {column} = %s", [[place] for place in places])  # noqa: S608


_INSERT = {
    "sqlite": "INSERT INTO stories_clippings (rowid, headline, names, body, marks) VALUES (%s, %s, %s, %s, %s)",
    "postgresql": "INSERT INTO stories_clippings (place, words) VALUES (%s, setweight(to_tsvector('simple', %s), 'A')"
    " || setweight(to_tsvector('simple', %s), 'B') || setweight(to_tsvector('simple', %s), 'C')"
    " || setweight(to_tsvector('simple', %s), 'D'))",
}


# --- words ------------------------------------------------------------------------------------------------

_MARKS = re.compile(r"[^\w]|_")
_IDEOGRAPH = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff])")


def folded(text: str) -> str:
    """Words as the index knows them: no capitals, no accents, nothing but letters and digits, one space between.

    Chinese and Japanese, which leave no space between words, are taken sign by sign.
    """
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(c for c in parts if not unicodedata.combining(c))
        text = _IDEOGRAPH.sub(r" \1 ", unicodedata.normalize("NFC", text))
    return " ".join(_MARKS.sub(" ", text.lower()).split())


def _phrases(asked: str) -> list[tuple[list[str], bool]]:
    """What to look for: words that stand side by side, and whether the last may be a beginning."""
    found = []
    for quoted, bare in re.findall(r'[“”„"]([^“”„"]*)[“”„"]?|([^\s“”„"]+)', asked[:MOST_LETTERS]):
        words = folded(quoted or bare).split()[:MOST_WORDS]
        if words:
            found.append((words, bool(bare) and len(words[-1]) >= BEGINNINGS))
    return found[:MOST_WORDS]


def _for_sqlite(question: Question, title: Title | None) -> str:
    where = "{headline}" if question.in_headlines else "{headline names body}"
    said = [
        f'{where} : "{" ".join(w)}"{" *" if begins and not _is_common(w[-1]) else ""}'
        for w, begins in _phrases(question.words)
    ]
    return " AND ".join([*said, *(f'{{marks}} : "{mark}"' for mark in _marks(question, title))])


def _is_common(word: str) -> bool:
    """Whether FTS5 would have to put a long list together for the beginning `word`."""
    if len(word) <= LISTED_BEGINNINGS:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_PROBE, [f'"{word}"', COMMON])
        return cursor.fetchone() is not None


_PROBE = "SELECT 1 FROM stories_clippings WHERE stories_clippings MATCH %s LIMIT 1 OFFSET %s"


def _for_postgresql(question: Question, title: Title | None) -> str:
    weight = "A" if question.in_headlines else "ABC"
    said = []
    for words, begins in _phrases(question.words):
        *first, last = words
        said.append(" <-> ".join([*(f"{w}:{weight}" for w in first), f"{last}:{'*' if begins else ''}{weight}"]))
    return " & ".join([*(f"({s})" for s in said), *(f"{mark}:D" for mark in _marks(question, title))])


def _marks(question: Question, title: Title | None) -> list[str]:
    marks = [f"p{title.pk}"] if title else []
    if question.section is not None:
        marks.append(f"s{question.section}")
    if question.topic is not None:
        marks.append(f"t{question.topic}")
    if question.ours is not None:
        marks.append("ours" if question.ours else "wire")
    return marks


# --- finding ----------------------------------------------------------------------------------------------


def search(title: Title, question: Question, most: int) -> Answer:
    """At most `most` stories that readers may see at this second and that have what is asked for, newest first.

    When nothing has a word, but a headline has one that differs from it by a slip, that one is looked for.
    """
    if not question or (question.words.strip() and not _phrases(question.words)):
        return Answer()
    found = _look(title, question, most)
    if found.ids or question.before is not None:
        return found
    for words in spelling.other_words(question.words, _is_known):
        if (found := _look(title, replace(question, words=words), most)).ids:
            return replace(found, spelt=words)
    return Answer()


def _is_known(word: str) -> bool:
    """Whether the word, or the beginning of one, is in the index at all: the search itself never says so to anybody."""
    asked = Question(words=word)
    return bool(_phrases(word)) and bool(_hits(asked, None, 1))


def _look(title: Title, question: Question, most: int) -> Answer:
    ids: list[int] = []
    now, at = clock.now(), question.before
    for _ in range(MOST_LOOKS):
        hits = _hits(replace(question, before=at), title, A_LOOK)
        shown = set(_shown(title, now).filter(pk__in=[pk for _, pk in hits]).values_list("pk", flat=True))
        for place, pk in hits:
            if pk in shown and len(ids) == most:
                return Answer(tuple(ids), at)
            if pk in shown:
                ids.append(pk)
            at = place
        if len(hits) < A_LOOK:
            return Answer(tuple(ids))
    return Answer(tuple(ids), at)


def _shown(title: Title, now: datetime) -> QuerySet[Story]:
    from masthead.stories.models import Story

    return Story.objects.readable(now).filter(title=title)


_HITS = {
    "sqlite": "SELECT c.rowid, m.story_id FROM stories_clippings c LEFT JOIN stories_clipping m ON m.place = c.rowid"
    " WHERE c.stories_clippings MATCH %s AND c.rowid >= %s AND c.rowid < %s ORDER BY c.rowid DESC LIMIT %s",
    "postgresql": "SELECT c.place, m.story_id FROM stories_clippings c LEFT JOIN stories_clipping m ON m.place = c.place"
    " WHERE c.words @@ to_tsquery('simple', %s) AND c.place >= %s AND c.place < %s ORDER BY c.place DESC LIMIT %s",
}


def _hits(question: Question, title: Title | None, most: int) -> list[tuple[int, int]]:
    """Places and ids in the index, newest first, before the gate."""
    asked = (_for_sqlite if connection.vendor == "sqlite" else _for_postgresql)(question, title)
    first = int(question.since.timestamp()) * A_SECOND if question.since else 0
    last = int(question.until.timestamp()) * A_SECOND if question.until else 2**62
    with connection.cursor() as cursor:
        cursor.execute(_HITS[connection.vendor], [asked, first, min(last, question.before or 2**62), most])
        return cursor.fetchall()
