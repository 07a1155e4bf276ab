"""Three-way merge of a body in pieces: what one side changed is taken, what both changed is a clash."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clash:
    """A stretch that both sides changed: what stood there, what we made of it, what they made of it."""

    base: tuple[str, ...]
    ours: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """The merge in reading order: pieces and clashes. `blocks` keeps both sides of a clash, ours first."""

    parts: tuple[str | Clash, ...]

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """The stretches that a person must decide."""
        return tuple(part for part in self.parts if isinstance(part, Clash))

    @property
    def blocks(self) -> tuple[str, ...]:
        """All pieces in order; nothing of either side is left out."""
        found: list[str] = []
        for part in self.parts:
            found += [*part.ours, *part.theirs] if isinstance(part, Clash) else [part]
        return tuple(found)


def merge(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Merged:
    """Merge two descendants of `base` by whole pieces (diff3: Khanna, Kunal and Pierce, 2007)."""
    parts: list[str | Clash] = []
    at_base = at_ours = at_theirs = 0
    for i, j, k in [*_anchors(base, ours, theirs), (len(base), len(ours), len(theirs))]:
        stretch = (tuple(base[at_base:i]), tuple(ours[at_ours:j]), tuple(theirs[at_theirs:k]))
        parts += _settled(*stretch)
        if i < len(base):
            parts.append(base[i])
        at_base, at_ours, at_theirs = i + 1, j + 1, k + 1
    return Merged(tuple(parts))


def _anchors(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int, int]]:
    """Pieces that all three have, in order."""
    mine, yours = _matches(base, ours), _matches(base, theirs)
    return [(i, mine[i], yours[i]) for i in sorted(mine.keys() & yours.keys())]


def _matches(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    runs = difflib.SequenceMatcher(a=base, b=other, autojunk=False).get_matching_blocks()
    return {run.a + n: run.b + n for run in runs for n in range(run.size)}


def _settled(base: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...]) -> Sequence[str | Clash]:
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    return [Clash(base, ours, theirs)]
