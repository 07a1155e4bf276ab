"""How a front is arranged, as a value: slots in the order of reading, then rules that fill the rest.

The first slot is the lead. A slot without a story is filled by the rules; so is one whose story readers may not
see. Every move gives a new arrangement; nothing here asks the database or the gate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

PLACES = {"second": "beside the lead", "package": "package", "brief": "brief"}
"""Where a slot after the first stands."""
MOST_SLOTS, MOST_RELATED, MOST_RULES, MOST_FILLED = 30, 6, 10, 40
TAKES = {"any": "anything", "ours": "our own stories", "wire": "agency copy"}
_TAKE = re.compile(r"any|ours|wire|(?:section|source):\d+")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on a front: a story's id (None: the rules fill it) and the ids of its related stories."""

    story: int | None = None
    place: str = "second"
    related: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fill:
    """A rule: up to `count` stories of a kind, newest first.

    With `local_first` they are picked from twice as many, our own before the agencies'.
    """

    take: str = "any"
    count: int = 8
    local_first: bool = True


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A front. `strips` prints a strip for each section below (front page only)."""

    slots: tuple[Slot, ...] = ()
    fills: tuple[Fill, ...] = ()
    strips: bool = True

    @classmethod
    def of(cls, data: Any) -> Arrangement:
        """From what `as_data` gave, or a form. What makes no sense is left out; no story stands twice."""
        data = data if isinstance(data, dict) else {}
        seen: set[int] = set()
        slots = tuple(_slot(row, seen) for row in _rows(data.get("slots"))[:MOST_SLOTS])
        fills = tuple(f for row in _rows(data.get("fills"))[:MOST_RULES] if (f := _fill(row)))
        return cls(tuple(s for s in slots if s), fills, bool(data.get("strips", True)))

    def as_data(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "slots": [{"story": s.story, "place": s.place, "related": list(s.related)} for s in self.slots],
            "fills": [{"take": f.take, "count": f.count, "local_first": f.local_first} for f in self.fills],
            "strips": self.strips,
        }

    @property
    def stories(self) -> tuple[int, ...]:
        """The ids of all stories that stand in it."""
        return tuple(pk for s in self.slots for pk in (*((s.story,) if s.story else ()), *s.related))

    def moved(self, at: int, to: int) -> Arrangement:
        """The slot at `at` (from 0) moved to `to`; out of range is the nearest end."""
        if not 0 <= at < len(self.slots):
            return self
        left = [s for n, s in enumerate(self.slots) if n != at]
        left.insert(max(0, min(to, len(left))), self.slots[at])
        return replace(self, slots=tuple(left))

    def without(self, at: int) -> Arrangement:
        """Without the slot at `at`."""
        return replace(self, slots=tuple(s for n, s in enumerate(self.slots) if n != at))

    def ordered(self, numbers: list[float]) -> Arrangement:
        """The slots sorted by the numbers that an editor wrote beside them; equal numbers keep their order."""
        order = sorted(range(len(self.slots)), key=lambda n: (numbers[n] if n < len(numbers) else n + 1, n))
        return replace(self, slots=tuple(self.slots[n] for n in order))

    def with_story(self, story: int | None, *, place: str = "second", at: int | None = None) -> Arrangement:
        """With a new slot for `story` at `at`, or at the end; a story that stood elsewhere leaves that place."""
        kept = self._let_go(story)
        slots = list(kept.slots)
        slots.insert(len(slots) if at is None else max(0, min(at, len(slots))), Slot(story, place))
        return Arrangement.of(replace(kept, slots=tuple(slots)).as_data())

    def with_related(self, at: int, story: int) -> Arrangement:
        """With `story` among the related ones of the slot at `at`, which becomes a package."""
        if not 0 <= at < len(self.slots) or self.slots[at].story == story:
            return self
        lead = self.slots[at]
        kept = self._let_go(story)
        at = next(n for n, s in enumerate(kept.slots) if (s.story, s.place) == (lead.story, lead.place))
        grown = replace(kept.slots[at], related=(*kept.slots[at].related, story), place="package")
        slots = tuple(grown if n == at else s for n, s in enumerate(kept.slots))
        return Arrangement.of(replace(kept, slots=slots).as_data())

    def _let_go(self, story: int | None) -> Arrangement:
        if story is None:
            return self
        slots = tuple(replace(s, related=tuple(r for r in s.related if r != story)) for s in self.slots)
        return replace(self, slots=tuple(s for s in slots if s.story != story))


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, (list, tuple)) else []


def _slot(row: dict[str, Any], seen: set[int]) -> Slot | None:
    story = row.get("story")
    if story is not None and (not isinstance(story, int) or story in seen):
        return None
    seen |= {story} if story is not None else set()
    related = [pk for pk in row.get("related") or () if isinstance(pk, int) and pk not in seen]
    kept = tuple(dict.fromkeys(related))[:MOST_RELATED]
    seen |= set(kept)
    place = row.get("place")
    return Slot(story, place if place in PLACES else "second", kept)


def _fill(row: dict[str, Any]) -> Fill | None:
    take, count = str(row.get("take", "any")), row.get("count", 8)
    if not _TAKE.fullmatch(take) or not isinstance(count, int) or count < 1:
        return None
    return Fill(take, min(count, MOST_FILLED), bool(row.get("local_first", True)))
