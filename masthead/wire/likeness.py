"""Recognise the same copy under another id: five-word shingles, a bottom sketch, bands for the database.

The sketch holds the smallest hashes of a text's shingles (bottom-k, Cohen and Kaplan 2007): in pure Python it costs
one hash per word instead of a hundred permutations, and estimates both resemblance and containment.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

WORDS = 5
KEPT = 128
"""Hashes in a sketch: the error of an estimate is about 1/sqrt(128), 9 %."""
BANDS = 12
"""Smallest hashes that serve as keys; texts that share a third of their shingles almost always share one."""
SAME, ASK = 0.5, 0.2
LEAD, LEADS = 40, 4
"""Shingles of a text's beginning, and how many of their hashes are keys too: a short form shares its lead with the long."""
FEW = 8
"""Shingles; a shorter text says too little to be recognised."""
TABLE = 0.4
"""Share of numbers among the words from which a text is a table of results."""

_WORD = re.compile(r"\w+")
_COMPONENT = re.compile(r"cnn-(L[0-9A-Za-z_-]{16,})")


@dataclass(frozen=True, slots=True)
class Sketch:
    """The smallest shingle hashes, ascending; how many shingles there were; whether the text is mostly numbers."""

    hashes: tuple[int, ...]
    shingles: int
    numbers: bool = False
    lead: tuple[int, ...] = ()

    def to_bytes(self) -> bytes:
        """For the database: header and 32-bit hashes, big-endian."""
        values = (*self.lead, *self.hashes)
        return struct.pack(f">I?B{len(values)}I", self.shingles, self.numbers, len(self.lead), *values)

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """The sketch that `to_bytes` wrote."""
        shingles, numbers, leads, *values = struct.unpack(f">I?B{(len(data) - 6) // 4}I", data)
        return cls(tuple(values[leads:]), shingles, numbers, tuple(values[:leads]))


def sketch(text: str) -> Sketch:
    """The sketch of a plain text whose furniture is gone."""
    found = _WORD.findall(text.casefold())
    numbers = sum([word[0].isdigit() for word in found]) >= TABLE * len(found) if found else False
    hashes = _shingles(found)
    different = set(hashes)
    return Sketch(tuple(sorted(different)[:KEPT]), len(different), numbers, tuple(sorted(set(hashes[:LEAD]))[:LEADS]))


def _shingles(words: list[str]) -> list[int]:
    """The hash of every run of words, in order: slices of one line of bytes, which is twice as fast as joining each."""
    crc = zlib.crc32
    line = " ".join(words).encode()
    lengths = map(len, words) if len(line) == sum(map(len, words)) + len(words) - 1 else (len(w.encode()) for w in words)
    starts = [*accumulate((length + 1 for length in lengths), initial=0)]
    return [crc(line[start : end - 1]) for start, end in zip(starts, starts[WORDS:], strict=False)]


def bands(one: Sketch) -> tuple[int, ...]:
    """Keys under which to look for likes; none for a text that is too short."""
    return tuple({*one.hashes[:BANDS], *one.lead}) if one.shingles >= FEW else ()


def _shared(a: Sketch, b: Sketch) -> float:
    """Estimated resemblance (Jaccard) of the shingle sets."""
    together = sorted({*a.hashes, *b.hashes})
    if a.shingles > KEPT or b.shingles > KEPT:
        together = together[:KEPT]
    both = set(a.hashes) & set(b.hashes)
    return sum(h in both for h in together) / len(together) if together else 0.0


def containment(a: Sketch, b: Sketch) -> float:
    """Estimated share of the shingles of `a` that occur in `b`, from 0 to 1."""
    if not a.shingles:
        return 0.0
    likeness = _shared(a, b)
    common = likeness / (1 + likeness) * (a.shingles + b.shingles)
    return min(1.0, common / a.shingles)


def verdict(a: Sketch, b: Sketch) -> Literal["same", "ask", "apart"]:
    """Whether two texts are the same story, may be, or are not. Tables of results are alike and yet never the same."""
    if min(a.shingles, b.shingles) < FEW:
        return "apart"
    found = max(containment(a, b), containment(b, a))
    if a.numbers or b.numbers:
        return "same" if a.hashes == b.hashes else "apart"
    return "same" if found >= SAME else "ask" if found >= ASK else "apart"


def component_paths(text: str) -> list[str]:
    """Paths that CNN's picture names carry in base64: /_components/image/instances/ID, /_components/article/instances/ID."""
    found = []
    for coded in _COMPONENT.findall(text):
        for piece in coded.split("-"):
            try:
                path = base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4)).decode("ascii")
            except (binascii.Error, UnicodeDecodeError, ValueError):
                continue
            if path.startswith("/_components/"):
                found.append(path)
    return list(dict.fromkeys(found))


def component_ids(text: str) -> frozenset[str]:
    """Ids of the stories among them."""
    return frozenset(path.rpartition("/")[2] for path in component_paths(text) if "/article/instances/" in path)
