"""Picture credits: who took it, whose it is, through whom it came; however the agency spread that over its fields.

The names of agencies are data (`profiles/picture-agencies.toml`). Field meanings: IPTC Photo Metadata 2025.1 (Creator,
Credit Line, Source, Copyright Notice).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).parents[1] / "profiles" / "picture-agencies.toml"
SHOUTED = 5
"""Capitals in a row up to here are an acronym (ABC, NYT, REX); more are a word that was shouted."""

_SEPARATOR = re.compile(r"\s*/\s*(?:via\s+)?|\s*!via!\s*|\s+via\s+", re.IGNORECASE)
_DASH = re.compile(r"\s+-\s+")
_COPYRIGHT = re.compile(r"^(?:(?:copyright(?:\s+of)?|©|\(c\))\s*)+", re.IGNORECASE)
_PARTICLES = frozenset(["de", "la", "las", "los", "le", "du", "des", "da", "do", "dos", "del", "della", "di", "van", "von", "der", "den", "ter", "ten", "zu", "zur", "el", "al", "bin", "ibn", "y", "e"])


@dataclass(frozen=True, slots=True)
class Agency:
    """A picture agency: as readers see it, who owns it, through whom it comes."""

    name: str
    agency: str
    over: str = ""
    last: bool = False
    passes_on: bool = False


@dataclass(frozen=True, slots=True)
class PictureCredit:
    """What readers see under a picture: the photographer, the line, and the agency whose it is, each if known."""

    byline: str | None
    credit: str | None
    agency: str | None


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, Agency], dict[str, Agency], dict[str, Agency], tuple[Agency, ...]]:
    """By names that count anywhere, by names that must stand alone, by Source values; and those that begin a credit."""
    anywhere: dict[str, Agency] = {}
    alone: dict[str, Agency] = {}
    sources: dict[str, Agency] = {}
    begins: list[Agency] = []
    for row in tomllib.loads(TABLE.read_text("utf-8"))["agency"]:
        one = Agency(row["name"], row.get("agency", row["name"]), row.get("over", ""), row.get("last", False), row.get("passes_on", False))
        anywhere |= {name.casefold(): one for name in (row["name"], *row.get("also", ()))}
        alone |= {name.casefold(): one for name in row.get("alone", ())}
        sources |= {name.casefold(): one for name in row.get("sources", ())}
        if row.get("begins"):
            begins.append(one)
    return anywhere, alone, sources, tuple(begins)


def picture_credit(byline: str = "", credit: str = "", source: str = "", copyright_notice: str = "") -> PictureCredit:
    """The credit of a picture as readers should meet it, from the fields as an agency filled them."""
    name, line = split(byline, without_copyright(credit or copyright_notice))
    line, agency = _agency(line or "", source)
    person = name_case(name) if name else None
    if person and person.casefold() in _table()[0]:
        # The agency in the place of the photographer: it belongs into the line.
        line, agency = _agency(f"{line}/{person}" if line else person, source)
        person = None
    elif byline and name and name != byline:
        rest = [part for part in _parts(byline)[1:] if part.casefold() in _table()[0]]
        known = {part.casefold() for part in line.split("/")}
        missing = [_table()[0][r.casefold()].name for r in rest if _table()[0][r.casefold()].name.casefold() not in known]
        if missing and line:
            line, agency = _agency("/".join([line, *missing]), source)
    return PictureCredit(person, line or None, agency)


def line(found: PictureCredit) -> str:
    """The credit in one line, nearest to the camera first: “Mia Solberg/Harbour Pictures via CNN Newsource”."""
    anywhere = _table()[0]
    owners = (found.credit or "").split("/") if found.credit else []
    through = [name for name in owners if (one := anywhere.get(name.casefold())) and one.passes_on]
    own = [name for name in owners if name not in through]
    if found.byline and found.byline.casefold() not in {name.casefold() for name in owners}:
        own.insert(0, found.byline)
    return " via ".join(part for part in ("/".join(own), "/".join(through)) if part)


def chain(found: PictureCredit) -> tuple[str, ...]:
    """The owners, nearest to the camera first, without the photographer."""
    return tuple((found.credit or "").split("/")) if found.credit else ()


def _parts(text: str) -> list[str]:
    pieces = _SEPARATOR.split(text)
    if len(pieces) == 1:
        pieces = _DASH.split(text)
    return [piece.strip() for piece in pieces if piece.strip()]


def split(byline: str, credit: str) -> tuple[str | None, str | None]:
    """The photographer alone, and the line without the photographer: “A / B” in both fields is A of B."""
    names, owners = _parts(byline), [part.strip() for part in _SEPARATOR.split(credit) if part.strip()]
    if len(names) > 1 and not owners:
        owners = names[1:]
    person = names[0] if names else None
    if person and len(owners) > 1 and owners[0].casefold() == person.casefold():
        owners = owners[1:]
    return person, "/".join(owners) or None


def without_copyright(credit: str) -> str:
    """“© Acme” and “Copyright (c) Acme” as “Acme”."""
    return _COPYRIGHT.sub("", credit.strip())


def name_case(name: str) -> str:
    """“FLEUR DE LA COUR” as “Fleur de la Cour”; single words (PA) and lines with several owners stay as they are."""
    words = name.split()
    if len(words) < 2 or not name.isupper() or "/" in name:
        return name
    return " ".join(w.lower() if n and w.casefold() in _PARTICLES else _capitalised(w) for n, w in enumerate(words))


def _capitalised(word: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda m: m[0][:1].upper() + m[0][1:].lower(), word)


def _agency(line: str, source: str) -> tuple[str, str | None]:
    """The line with its agencies spelled as readers know them, in order; and the agency whose picture it is."""
    anywhere, alone, sources, begins = _table()
    whole = line.strip().casefold()
    if whole in alone:
        return alone[whole].name, alone[whole].agency
    parts = [part for piece in line.split("/") for part in _last_word_apart(piece.strip()) if part]
    known = [anywhere.get(part.casefold()) for part in parts]
    if not any(known):
        first = next((one for one in begins if whole.startswith(f"{one.name.casefold()} ")), None)
        from_source = sources.get(source.casefold())
        owner = first or from_source
        return line.strip(), owner.agency if owner else None
    found: list[tuple[str, Agency | None]] = []
    for part, one in zip(parts, known, strict=True):
        spelled = one.name if one else _unshouted(part)
        if spelled.casefold() not in {name.casefold() for name, _ in found}:
            found.append((spelled, one))
    found.sort(key=lambda pair: bool(pair[1] and pair[1].last))
    owners = [one for _, one in found if one and one.agency]
    names = [name for name, _ in found]
    over = next((one.over for one in owners if one.over), "")
    if over and over not in names:
        names.append(over)
    owner = next((one for one in owners if one.over), owners[-1] if owners else None)
    return "/".join(names), owner.agency if owner else None


def _last_word_apart(part: str) -> list[str]:
    """“intermediary reuters” is the intermediary and Reuters."""
    head, _, last = part.rpartition(" ")
    if head and part.casefold() not in _table()[0] and last.casefold() in ("reuters", "retuers"):
        return [head, last]
    return [part]


def _unshouted(part: str) -> str:
    return " ".join(_capitalised(word) for word in part.split()) if part.isupper() and len(part) > SHOUTED else part
