"""The sources of a story: what the rules find in its text now, joined with what the desk decided before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from masthead.kit import html
from masthead.stories import attribution
from masthead.stories.attribution import Findings, Request, Statement
from masthead.stories.body import to_html
from masthead.stories.models import SourceNote, Story

ALIKE = 0.6
"""Share of words that two versions of a sentence have in common when they are the same statement."""


@dataclass(frozen=True, slots=True)
class Row:
    """A statement with the desk's decision on it."""

    found: Statement
    decision: str
    """confirmed, dismissed or empty."""
    source: str
    distance: str
    changed: bool
    """Decided when the words or the source were different: to be looked at again."""

    @property
    def public(self) -> bool:
        """Whether readers may be told: a person confirmed exactly these words of exactly this source."""
        return self.decision == "confirmed" and not self.changed

    @property
    def distance_words(self) -> str:
        return attribution.DISTANCES[self.distance]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about the sources of a story."""

    rows: tuple[Row, ...]
    requests: tuple[Request, ...]
    gaps: tuple[str, ...]

    @property
    def unnamed(self) -> int:
        """Different sources without a name, not counting what was dismissed."""
        kept = (r for r in self.rows if r.decision != "dismissed" and r.distance == "anonymous")
        return len({r.source.casefold() for r in kept})

    @property
    def open(self) -> int:
        """Statements that nobody has decided on."""
        return sum(not r.decision or r.changed for r in self.rows)


def find(story: Story) -> Findings:
    """What the rules find in the text of `story` as it stands in hand. Nothing in languages that they do not know."""
    if story.spoken_language.split("-")[0] != "en":
        return Findings()
    own = [story.title.name, story.agency.name if story.agency else "", story.agency.slug.upper() if story.agency else ""]
    return attribution.find(html.paragraphs(to_html(story.body)), own)


def sheet(story: Story, notes: list[SourceNote] | None = None) -> Sheet:
    """The sources of `story` (a draft or its public form) with what was decided."""
    findings = find(story)
    kept = list(SourceNote.objects.filter(story_id=story.pk)) if notes is None else notes
    return Sheet(tuple(match(findings.statements, kept)), findings.requests, findings.gaps)


def match(found: tuple[Statement, ...], notes: list[SourceNote]) -> list[Row]:
    """Give each statement the decision on it: first by the very same words, then by the nearest ones of that source."""
    by_key = {note.key: note for note in notes}
    taken = {s.key for s in found if s.key in by_key}
    left = [note for note in notes if note.key not in taken]
    near: dict[int, SourceNote] = {}
    pairs = sorted(
        ((_alike(s, note), n, note.pk, note) for n, s in enumerate(found) if s.key not in by_key for note in left),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    used: set[int] = set()
    for likeness, n, pk, note in pairs:
        if likeness >= ALIKE and n not in near and pk not in used:
            near[n] = note
            used.add(pk)
    return [_row(s, by_key.get(s.key) or near.get(n), s.key in by_key) for n, s in enumerate(found)]


def _row(found: Statement, note: SourceNote | None, same: bool) -> Row:
    if note is None:
        return Row(found, "", found.source, found.distance, changed=False)
    return Row(found, note.decision, note.source, note.distance, changed=not same)


def _alike(found: Statement, note: SourceNote) -> float:
    one, other = _words(found.text), _words(note.text)
    shared = len(one & other) / len(one | other) if one | other else 0.0
    return shared if _words(found.source) & _words(note.found_source) else shared * 0.75


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def export(story: Story) -> list[dict[str, Any]]:
    """The confirmed statements as plain values, for JSON and CSV."""
    return [
        {
            "paragraph": row.found.paragraph + 1,
            "statement": row.found.text,
            "source": row.source,
            "distance": row.distance,
            "quoted": row.found.quoted,
            "cannot_verify": row.found.unverified,
            "cue": row.found.cue,
        }
        for row in sheet(story).rows
        if row.public
    ]
