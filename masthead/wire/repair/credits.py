"""Picture credits taken apart, and put in the names that readers know.

What an agency is called and through whom it comes is data (`profiles/credits.toml` and each profile's own table);
here is only how a credit line is built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from masthead.wire.profiles.names import CreditMap
from masthead.wire.repair.people import is_name

_CUT = re.compile(r"\s*/\s*(?:via\s+)?|\s+[!|]?via[!|]?:?\s+|\s+\|\s+", re.IGNORECASE)
_BYLINE_CUT = re.compile(r"\s*/\s*(?:via\s+)?|\s+[!|]?via[!|]?:?\s+|\s+[-–]\s+", re.IGNORECASE)
_COPYRIGHT = re.compile(r"(?:copyright(?:\s+of)?\s*(?:\(c\)|©)?|\(c\)|©)\s*(?:\d{4}\s+)?(?=\S)", re.IGNORECASE)
_AGENCY_WORDS = re.compile(
    r"\b(?:Newsource|Pictures|Images|News|Newswire|Newsroom|Press|Agency|Agence|Wire|Reuters|AFP|EPA|Getty|Shutterstock|Sports|Media|Photos?"
    r"|Pool|Archives?|Ltd|Service|Network|Television|Radio|Staff|Desk)\b|^[A-Z]{2,5}$"
)
_STOCK = re.compile(r"(?:Getty Images|iStock|Shutterstock|Alamy|Adobe Stock|Depositphotos)", re.IGNORECASE)
_SMALL = frozenset(["de", "la", "le", "da", "do", "dos", "das", "del", "della", "der", "den", "di", "du", "van", "von", "bin", "al", "el", "y", "e", "zu"])
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit line taken apart, nearest to the camera first. `agency`: whose picture it is, where that is known."""

    text: str
    photographer: str | None
    chain: tuple[str, ...]
    agency: str | None = None

    @property
    def via(self) -> str | None:
        """Who passed it on to us."""
        return self.chain[-1] if len(self.chain) > 1 else None

    @property
    def stock(self) -> bool:
        """A picture from a library: its maker is a handle, not a person's name."""
        handle = self.photographer
        return bool(handle and " " not in handle and self.chain and _STOCK.search(self.chain[-1]))


def names_agency(text: str) -> bool:
    """Whether a name has a word in it that agencies have and people do not."""
    return bool(_AGENCY_WORDS.search(text))


def person_case(text: str) -> str:
    """“DAVID M. BENETT” as people write their names; what is no name in capitals stays as it is."""
    words = text.split()
    if len(words) < 2 or text != text.upper() or not all(re.fullmatch(r"[^\W\d_][\w.'’-]*", word) for word in words):
        return text
    return " ".join(word.lower() if n and word.lower() in _SMALL else _cased(word) for n, word in enumerate(words))


def _cased(word: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda m: m[0][:1].upper() + m[0][1:].lower(), word)


def without_copyright(text: str) -> str:
    """“© Acme” is Acme's picture: the sign goes, the name stays."""
    match = _COPYRIGHT.match(text)
    return text[match.end() :] if match else text


def credit(
    text: str, byline: str = "", *, source: str = "", copyright_line: str = "", known: CreditMap = CreditMap()
) -> Credit:
    """A credit and a byline, as a picture bears them, as photographer and chain.

    Args:
        text: the credit; empty: the byline's own end, else the copyright line, is the credit.
        source: what the picture says of where it comes from, to know whose it is.
    """
    text, byline = " ".join(text[:LONGEST].split()), " ".join(byline[:LONGEST].split())
    chain = _mapped(_parts(without_copyright(text), _CUT), known)
    person, rest = _person(byline, chain, known)
    named = [part for part in rest if part.casefold() not in {c.casefold() for c in chain}]
    chain = [*chain, *named]
    if not chain and copyright_line:
        chain = _mapped(_parts(without_copyright(" ".join(copyright_line[:LONGEST].split())), _CUT), known)
    if person and len(chain) > 1 and chain[0].casefold() == person.casefold():
        chain = chain[1:]
    elif not person and len(chain) > 1 and _takes_pictures(chain):
        person, chain = person_case(chain[0]), chain[1:]
    chain = [c for c in chain if c not in known.last] + [c for c in chain if c in known.last]
    agency = next((a for a in map(known.supplier, [*chain, source]) if a), None)
    return Credit(text or "/".join(chain), person, tuple(chain), agency)


def _takes_pictures(chain: list[str]) -> bool:
    """Whether the first of a chain is a person, or a picture library's handle for one."""
    first = chain[0]
    if is_name(first) or is_name(person_case(first)):
        return not names_agency(first)
    handle = re.fullmatch(r"[A-Za-z][a-z]+[A-Z]\w{2,30}", first)
    return bool(handle and _STOCK.search(chain[-1]))


def _parts(text: str, cut: re.Pattern[str]) -> list[str]:
    return [part.strip(" /") for part in cut.split(text) if part.strip(" /")]


def _mapped(parts: list[str], known: CreditMap) -> list[str]:
    out: list[str] = []
    for number, part in enumerate(parts):
        shown = known.shown(part)
        if shown is None and number == len(parts) - 1:
            shown = _at_the_end(part, known)
        for name in shown or (part,):
            if shown is None or name not in out:
                out.append(name)
    return out


def _at_the_end(part: str, known: CreditMap) -> tuple[str, ...] | None:
    """“Sound Pictures reuters”: a known agency after a space, where a stroke was forgotten."""
    head, _, last = part.rpartition(" ")
    shown = known.shown(last) if head and len(last) > 4 else None
    return (head, *shown) if shown else None


def _person(byline: str, chain: list[str], known: CreditMap) -> tuple[str | None, list[str]]:
    """The person in a byline, and what of it belongs to the chain."""
    parts = _parts(byline, _BYLINE_CUT)
    if not parts:
        return None, []
    mapped = _mapped(parts, known)
    if mapped[0] in known.last or (len(parts) == 1 and known.supplier(mapped[0]) and chain):
        return None, mapped
    return person_case(mapped[0]), [part for part in mapped[1:] if part.casefold() != mapped[0].casefold()]
