"""How a text reads to somebody who wants to be understood and not be caught: letters that look alike, digits for letters,
spaces and dots between letters, stars over letters, letters said again and again.

`Reading.plain` is the text as everybody reads it; the other readings undo what disguises words. A word that only they
show was disguised, and that is an offence of its own.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from confusable_homoglyphs import utils

_LEET = {
    "0": "o",
    "1": "i",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "@": "a",
    "$": "s",
    "!": "i",
    "€": "e",
    "|": "i",
    "+": "t",
    "¢": "c",
    "£": "l",
}
_MASK = "*#_%&?"
_EDGE = ".,;:!?…\"'’‘“”()[]{}<>«»/\\-–—*_~`^|"
_INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_TOKEN = re.compile(r"\S+")
_BETWEEN = re.compile(r"[.\-_·•*~/\\|,'’+]+")


@lru_cache(maxsize=1)
def _lookalikes() -> dict[str, str]:
    """Letters beyond ASCII and the ASCII letter each looks like (Unicode's confusables, UTS 39)."""
    found: dict[str, str] = {}
    for letter, same in utils.load("confusables.json").items():
        if len(letter) != 1 or ord(letter) < 128:
            continue
        ascii_ = next(
            (one["c"] for one in same if len(one["c"]) == 1 and one["c"].isascii() and one["c"].isalnum()), ""
        )
        if ascii_:
            found[letter] = ascii_.lower()
    return found


@lru_cache(maxsize=8192)
def _base(letter: str) -> str:
    """A letter without marks and styles: ｆ, 𝒇 and é become f, f and e."""
    flat = unicodedata.normalize("NFKD", letter)
    return "".join(c for c in flat if not unicodedata.combining(c)).casefold()


@lru_cache(maxsize=8192)
def _looks(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    # A capital may look like a Latin one where its small letter does not: Greek Μ and μ.
    flat = [c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c)]
    known = _lookalikes()
    return "".join(known.get(c) or known.get(c.casefold()) or c.casefold() for c in flat)


@dataclass(frozen=True, slots=True)
class Stream:
    """Letters in lower case with single spaces between words, and where each stood in the text."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the text that letters `start` to `end` of the stream were made of."""
        return self.at[start], self.at[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Masked:
    """A word with some letters covered: `pattern` has a dot for each."""

    pattern: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in all its readings."""

    plain: Stream
    others: tuple[Stream, ...]
    masked: tuple[Masked, ...]


def _stream(words: list[list[tuple[str, int]]]) -> Stream:
    letters: list[str] = []
    places: list[int] = []
    for word in words:
        if not word:
            continue
        if letters:
            letters.append(" ")
            places.append(places[-1])
        for letter, at in word:
            letters.append(letter)
            places.append(at)
    return Stream("".join(letters), tuple(places))


def _pairs(token: str, start: int, make: object) -> list[tuple[str, int]]:
    found = []
    for offset, letter in enumerate(token):
        found += [(c, start + offset) for c in make(letter)]  # type: ignore[operator]
    return found


@lru_cache(maxsize=8)
def read(text: str) -> Reading:
    """All readings of `text`; takes time in proportion to its length. The last few are kept: each comment is read three times."""
    tokens = [(match[0], match.start()) for match in _TOKEN.finditer(text)]
    plain: list[list[tuple[str, int]]] = []
    bare: list[list[tuple[str, int]]] = []
    masked: list[Masked] = []
    for token, start in tokens:
        for part in re.finditer(r"[\w@']+", token):
            plain.append([p for p in _pairs(part[0], start + part.start(), _base) if p[0].isalnum()])
        lead = len(token) - len(token.lstrip(_EDGE.replace("*", "")))
        core = token[lead:].rstrip(_EDGE.replace("*", ""))
        clear = [(c, start + lead + n) for n, c in enumerate(core) if not _INVISIBLE.match(c)]
        bare.append(_undressed(clear))
        masked += _masks(clear)
    joined = _joined(bare)
    return Reading(_stream(plain), (_stream(_calm(joined, 1)), _stream(_calm(joined, 2))), tuple(masked))


def _undressed(letters: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """One word with what looks like letters read as letters; a number stays a number."""
    said = any(c.isalpha() for c, _ in letters)
    found: list[tuple[str, int]] = []
    for letter, at in letters:
        looks = _LEET.get(letter, "") if said else ""
        found += [(c, at) for c in (looks or _looks(letter))]
    return found


def _joined(words: list[list[tuple[str, int]]]) -> list[list[tuple[str, int]]]:
    """Letters that stand alone, three or more in a row, are one word; marks between the letters of a word go."""
    out: list[list[tuple[str, int]]] = []
    row: list[tuple[str, int]] = []
    count = 0

    def close() -> None:
        nonlocal row, count
        if count >= 3:
            out.append(row)
        else:
            out.extend([one] for one in row)
        row, count = [], 0

    for word in words:
        said = [p for p in word if p[0].isalnum()]
        parts = [part for part in _BETWEEN.split("".join(c for c, _ in word)) if part]
        if len(said) == 1:
            row.append(said[0])
            count += 1
            continue
        if row:
            close()
        if len(parts) > 1 and not all(len(part) == 1 for part in parts):
            # A hyphenated word, or two words with a slash: each by itself, and a split one (f-uck) as a whole.
            out += _split(word)
            if any(len(part) == 1 for part in parts):
                out.append(said)
        else:
            out.append(said)
    if row:
        close()
    return out


def _split(word: list[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    out: list[list[tuple[str, int]]] = [[]]
    for letter, at in word:
        if letter.isalnum():
            out[-1].append((letter, at))
        elif out[-1]:
            out.append([])
    return [one for one in out if one]


def _calm(words: list[list[tuple[str, int]]], most: int) -> list[list[tuple[str, int]]]:
    """Three or more of a letter in a row become `most`."""
    out = []
    for word in words:
        calm: list[tuple[str, int]] = []
        run = 0
        for n, pair in enumerate(word):
            run = run + 1 if n and word[n - 1][0] == pair[0] else 1
            calm.append(pair)
            if run >= 3:
                # Take back what is too much of this run, and keep the last place for the span.
                del calm[-(run if run == 3 else most + 1) :]
                calm += [(pair[0], pair[1])] * most
        out.append(calm)
    return out


def _masks(letters: list[tuple[str, int]]) -> list[Masked]:
    covered = [n for n, (c, _) in enumerate(letters) if c in _MASK]
    if not covered or len(letters) < 3 or len(letters) > 20 or letters[0][0] in _MASK:
        return []
    pattern = "".join("." if c in _MASK else re.escape(_looks(_LEET.get(c, c)))[:4] for c, _ in letters)
    said = sum(1 for c, _ in letters if c.isalnum())
    if said < 2 or len(covered) > said + 1:
        return []
    return [Masked(pattern, letters[0][1], letters[-1][1] + 1)]


def skeleton(name: str) -> str:
    """What a name looks like: two names with one skeleton cannot be told apart (UTS 39, simplified to Latin)."""
    flat = "".join(_looks(c) for c in _INVISIBLE.sub("", name))
    flat = "".join(c for c in flat if c.isalnum())
    return flat.replace("0", "o").replace("1", "l").replace("i", "l").replace("rn", "m").replace("vv", "w")[:120]
