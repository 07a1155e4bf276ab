"""All comments of a paper as plain rows: for another system, a spreadsheet, another Masthead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from masthead.comments import standing
from masthead.comments.models import Comment, State, Word
from masthead.kit import tables
from masthead.titles.models import Title

FIELDS = {
    "id": "the same for ever",
    "story": "uid of the story",
    "address": "where it stands, without the paper’s; null while nobody sees it",
    "answers": "the id of what it answers, or null",
    "author": "the name that readers see",
    "email": "of its author, if there is an account",
    "role": "writer or newsroom: the paper vouches for it",
    "at": "when it was written",
    "edited_at": "",
    "text": "plain text with a little Markdown",
    "state": "published, held, removed or withdrawn",
    "rule": "by which it was removed",
    "respects": "how many readers respect it",
    "picked": "a staff pick",
}
RULES = {"rules": "the rulebook as the newsroom shows it", "words": "the paper’s own word list: {word: level}"}


def rows(title: Title) -> Iterator[dict[str, Any]]:
    """Every comment, oldest first, in flat memory. What was taken back has no words."""
    found = Comment.objects.filter(title=title).select_related("author", "thread__story").order_by("pk")
    for one in found.iterator(chunk_size=500):
        story = one.thread.story
        seen = one.state == State.PUBLISHED and story.path
        said = (
            str(one.pk), str(story.uid), f"{story.path}comments/{one.root}/#comment-{one.number}" if seen else None,
            str(one.answers_id) if one.answers_id else None, one.name, one.author.to if one.author else "", one.role, one.at.isoformat(),
            one.edited_at.isoformat() if one.edited_at else None, "" if one.state == State.WITHDRAWN else one.body, one.state, one.rule,
            one.respects, one.picked,
        )  # fmt: skip
        yield dict(zip(FIELDS, said, strict=True))


def rulebook(title: Title) -> Iterator[dict[str, Any]]:
    """How the paper holds its conversations: one row."""
    book = standing.book_of(title)
    plain = {f.name: getattr(book, f.name) for f in book._meta.concrete_fields if f.name not in ("id", "title", "version")}
    told = {name: value if isinstance(value, (str, int, bool, dict, type(None))) else value.isoformat() for name, value in plain.items()}
    yield {"rules": told, "words": dict(Word.objects.filter(title=title).values_list("word", "level"))}


def as_csv(title: Title) -> Iterator[str]:
    """The same rows for a spreadsheet, a line at a time."""
    yield tables.line(FIELDS)
    for row in rows(title):
        yield tables.line(row.values())


def as_lines(title: Title) -> Iterator[str]:
    """The same rows as JSON, one object a line."""
    for row in rows(title):
        yield json.dumps(row, ensure_ascii=False) + "\n"
