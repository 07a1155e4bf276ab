"""The paper's word lists: banned, suspect and allowed words, found all at once and with every disguise.

Aho-Corasick (pyahocorasick) finds five thousand words in the time of one; an allowed phrase (“Cripple Creek”) takes the
words inside it out. `*` at the end of a word stands for any ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import ahocorasick

from masthead.comments import normal
from masthead.comments.normal import Reading, Stream

HERE = Path(__file__).parent / "lists"
BANNED, SUSPECT, ALLOWED = "banned", "suspect", "allowed"


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the list in a text."""

    word: str
    level: str
    start: int
    end: int
    disguised: bool
    """It stands there only for those who read through a disguise."""


def _key(word: str) -> str:
    return normal.read(word.rstrip("*")).plain.text


class Lists:
    """Words ready to be looked for."""

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        """`words`: pairs of a word or phrase and its level."""
        self._automaton = ahocorasick.Automaton()
        self._by_shape: dict[tuple[int, str], list[tuple[str, str]]] = {}
        kept: dict[str, tuple[str, str, bool]] = {}
        for word, level in words:
            key = _key(word)
            if not key:
                continue
            old = kept.get(key)
            if old is None or (old[1] == SUSPECT and level == BANNED):
                kept[key] = (word, level, word.endswith("*"))
        for key, (word, level, open_) in kept.items():
            self._automaton.add_word(key, (len(key), word, level, open_))
            if level != ALLOWED and " " not in key:
                self._by_shape.setdefault((len(key), key[0]), []).append((key, word))
        self._levels = {word: level for word, level, _ in kept.values()}
        self._empty = not kept
        if kept:
            self._automaton.make_automaton()

    def find(self, text: str, reading: Reading | None = None) -> list[Hit]:
        """Every banned or suspect word in `text`, with where it stands; each place once."""
        if self._empty:
            return []
        reading = reading or normal.read(text)
        hits, allowed = self._in(reading.plain, disguised=False)
        taken = {(hit.start, hit.end) for hit in hits}
        for stream in reading.others:
            more, also = self._in(stream, disguised=True)
            allowed += also
            for hit in more:
                if not any(hit.start < end and start < hit.end for start, end in taken):
                    hits.append(hit)
                    taken.add((hit.start, hit.end))
        for mask in reading.masked:
            found = self._under(mask)
            if found and not any(mask.start < end and start < mask.end for start, end in taken):
                hits.append(Hit(found, self._levels[found], mask.start, mask.end, True))
        return sorted(
            (h for h in hits if not any(s <= h.start and h.end <= e for s, e in allowed)), key=lambda h: h.start
        )

    def _in(self, stream: Stream, *, disguised: bool) -> tuple[list[Hit], list[tuple[int, int]]]:
        hits, allowed, text = [], [], stream.text
        for last, (length, word, level, open_) in self._automaton.iter(text):
            start, end = last - length + 1, last + 1
            if start and text[start - 1] != " ":
                continue
            if (
                not open_
                and end < len(text)
                and text[end] != " "
                and not (text[end] == "s" and (end + 1 == len(text) or text[end + 1] == " "))
            ):
                continue
            span = stream.span(start, end)
            if level == ALLOWED:
                allowed.append(span)
            else:
                hits.append(Hit(word, level, *span, disguised))
        return hits, allowed

    def _under(self, mask: normal.Masked) -> str:
        length, first = len(re.sub(r"\\", "", mask.pattern)), mask.pattern[0]
        for key, word in self._by_shape.get((length, first), []):
            if re.fullmatch(mask.pattern, key):
                return word
        return ""


@lru_cache(maxsize=8)
def shipped(language: str) -> tuple[tuple[str, str], ...]:
    """The list that comes with Masthead for a language: pairs of a word and its level."""
    path = HERE / f"{language.split('-')[0].lower()}.txt"
    return tuple(parse(path.read_text(encoding="utf-8"))) if path.is_file() else ()


def parse(text: str) -> list[tuple[str, str]]:
    """Words from a list as it is written and exchanged: a heading [banned], [suspect] or [allowed], then a word a line.

    A line that begins with # is a remark. Words before any heading are suspect.
    """
    level, found = SUSPECT, []
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            level = line[1:-1].strip().lower() if line[1:-1].strip().lower() in (BANNED, SUSPECT, ALLOWED) else SUSPECT
        elif line and not line.startswith("#"):
            found.append((line[:100], level))
    return found


def written(words: Iterable[tuple[str, str]]) -> str:
    """A list as `parse` reads it."""
    rows = sorted(set(words), key=lambda row: row[0].lower())
    parts = []
    for level in (BANNED, SUSPECT, ALLOWED):
        if some := [word for word, own in rows if own == level]:
            parts.append(f"[{level}]\n" + "\n".join(some))
    return "\n\n".join(parts) + "\n"
