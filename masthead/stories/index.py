"""The desk's index: the words of every story's newest draft, written in the transaction that changes them.

SQLite FTS5 or PostgreSQL's tsvector behind the same three functions. It is behind the staff door only: it holds
drafts. A story that no verb has touched yet (bulk loads, old databases) is caught up by the worker.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from masthead.kit import clock, html
from masthead.stories.models.diary import Verb

if TYPE_CHECKING:
    from masthead.people.models import User
    from masthead.stories.models import Story

CHANGES_WORDS = frozenset({Verb.FILED, Verb.PUBLISHED, Verb.UPDATED})
"""Verbs after which the words are read again; a kept draft does it by itself."""
MOST_WORDS = 12
MOST_FOUND = 5_000
"""Stories that one search looks at."""


def note(story: Story, filed_by: User | None = None) -> None:
    """Bring the line of `story` in the budget and its words up to date, from the copy in hand (draft or row)."""
    from masthead.stories.body import to_html, words_of

    said = words_of(story.body)
    text = html.to_text(to_html(story.body)) or said
    credits = list(story.credits.all())
    line: dict[str, Any] = {
        "desk_headline": story.display_headline[:500],
        "desk_writers": ", ".join(c.name for c in credits if c.role == "writer")[:300],
        "changed_at": clock.now(),
        "indexed": True,
    }
    if not story.live:
        line |= {"section_id": story.section_id, "words": len(said.split()), "summary": html.excerpt(text, 200)}
    if filed_by and not story.filed_by_id and not story.diary.exists():
        line["filed_by"] = filed_by
    _set(story, line)
    names = " ".join([*(c.name for c in credits), story.slug.replace("-", " "), story.dateline])
    _write(story.pk, f"{story.headline} {story.wire_headline} {story.kicker}", names, f"{story.standfirst}\n{said}")


def touch(story: Story) -> None:
    """Note that something was done to `story`, without a change of its words."""
    _set(story, {"changed_at": clock.now()})


def _set(story: Story, line: dict[str, Any]) -> None:
    # Not save(): the copy in hand may be a draft of a public story, and only these columns are meant.
    story.__class__.objects.filter(pk=story.pk).update(**line)
    for name, value in line.items():
        setattr(story, name, value)


def _write(pk: int, headline: str, names: str, text: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM stories_index WHERE rowid = %s", [pk])
            cursor.execute(
                "INSERT INTO stories_index (rowid, headline, names, body) VALUES (%s, %s, %s, %s)",
                [pk, headline, names, text],
            )
            return
        cursor.execute(
            "INSERT INTO stories_index (story_id, words) VALUES (%s, setweight(to_tsvector('simple', %s), 'A')"
            " || setweight(to_tsvector('simple', %s), 'B') || to_tsvector('simple', %s))"
            " ON CONFLICT (story_id) DO UPDATE SET words = excluded.words",
            [pk, headline, names, text[:600_000]],
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of the stories with the words, newest first; `more`: older ones have them too and were not looked at."""

    ids: tuple[int, ...]
    more: bool

    def among(self, stories: QuerySet[Story]) -> QuerySet[Story]:
        """Those of `stories` that were found."""
        listed = RawSQL(_LISTED[connection.vendor], [json.dumps(self.ids)])  # noqa: S611
        return stories.filter(pk__in=listed)


def search(asked: str) -> Found:
    """The stories in which every word of `asked` occurs, each as the beginning of a word.

    Words in quotation marks must stand side by side. Nothing but signs finds nothing. However large the archive, no
    more than the newest `MOST_FOUND` stories with these words are looked at.
    """
    ids = _newest(asked)
    return Found(tuple(ids[:MOST_FOUND]), len(ids) > MOST_FOUND)


def find(stories: QuerySet[Story], asked: str) -> QuerySet[Story]:
    """Those of `stories` that `search` finds for `asked`."""
    return search(asked).among(stories)


_LISTED = {
    "sqlite": "SELECT value FROM json_each(%s)",
    "postgresql": "SELECT value::bigint FROM jsonb_array_elements_text(%s::jsonb)",
}
_FOUND = {
    "sqlite": "SELECT rowid FROM stories_index WHERE stories_index MATCH %s ORDER BY rowid DESC LIMIT %s",
    "postgresql": "SELECT story_id FROM stories_index WHERE words @@ to_tsquery('simple', %s)"
    " ORDER BY story_id DESC LIMIT %s",
}


def _newest(asked: str) -> list[int]:
    """Ids of the stories with these words, newest first, one more than are looked at."""
    phrases = _phrases(asked)
    if not phrases:
        return []
    write = _for_sqlite if connection.vendor == "sqlite" else _for_postgresql
    with connection.cursor() as cursor:
        cursor.execute(_FOUND[connection.vendor], [write(phrases), MOST_FOUND + 1])
        return [row[0] for row in cursor.fetchall()]


def _for_sqlite(phrases: list[list[str]]) -> str:
    return " AND ".join(f'"{" ".join(words)}"' + ("" if len(words) > 1 else "*") for words in phrases)


def _for_postgresql(phrases: list[list[str]]) -> str:
    return " & ".join(" <-> ".join(words) if len(words) > 1 else f"{words[0]}:*" for words in phrases)


def _phrases(asked: str) -> list[list[str]]:
    found = []
    for quoted, bare in re.findall(r'[“”"]([^“”"]*)[“”"]|([^\s“”"]+)', asked[:200]):
        words = re.findall(r"\w+", (quoted or bare).replace("_", " ").casefold())
        found += [words] if quoted and words else [[word] for word in words]
    return found[:MOST_WORDS]


def catch_up(limit: int = 100) -> int:
    """Index stories that no verb has touched since they were loaded, in the desk's index and the readers'.

    Returns how many. Repeating it does no harm.
    """
    from masthead.stories.models import Story

    done = 0
    for story in Story.objects.filter(indexed=False).order_by("-id")[:limit]:
        done += _catch_up(story)
    return done


@transaction.atomic
def _catch_up(story: Story) -> int:
    from masthead.stories import clippings

    changed_at = story.changed_at
    note(story)
    if story.live:
        clippings.note([story.pk])
    story.__class__.objects.filter(pk=story.pk).update(changed_at=changed_at)
    return 1


def load(rows: Iterable[tuple[int, str, str, str]]) -> None:
    """Write many stories' words (id, headline, names, text) at once; for loading archives."""
    with transaction.atomic():
        for row in rows:
            _write(*row)
