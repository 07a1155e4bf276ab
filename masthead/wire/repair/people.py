"""Who made it: bylines, “contributed reporting” lines, “Reporting by … Editing by …” lines, “Photos by …” lines.

No pattern here repeats over names: lines are cut at commas and “and”, and each piece is asked whether it is a name,
so a line of any length costs its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 600
"""Characters; a longer line is no byline and no credit line."""
_BY = re.compile(r"(?:By|Por|Von|Par|Analysis by|Story by|Opinion by)\s", re.IGNORECASE)
_TITLE = re.compile(
    r"^(?P<title>(?:(?:Associated Press|Staff|Senior|Chief|Special) )?"
    r"(?:Meteorologists?|Writers?|Reporters?|Correspondents?|Editors?))\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_CUT = re.compile(r",\s+and\s+|,\s+|\s+and\s+|\s+&\s+|\s+y\s+|\s+und\s+|\s+et\s+")
_WORD = re.compile(r"[^\W\d_][\w'’.\-]*")
_PARTICLES = frozenset(["de", "la", "le", "da", "do", "dos", "das", "del", "della", "der", "den", "di", "du", "van", "von", "bin", "al", "el", "ter", "ten", "y", "e", "zu", "zum", "zur"])
_NOT_PEOPLE = frozenset(
    [
        "the", "he", "she", "they", "it", "we", "who", "both", "some", "many", "police", "officials", "everyone", "others", "that", "this", "these", "those"]
)
_VERB = re.compile(
    r" (?P<verb>contributed reporting|contributed to this (?:report|story|article)|reported)"
    r"(?: from (?P<place>[^;:!?]{2,60}?))?\s?\.?$"
)
_OWNER = re.compile(r"^([^'’,]{2,40})['’]s ")
_SENTENCES = re.compile(r"(?<=\.)\s+(?=[A-ZÀ-Þ])")
_ABBREVIATED = re.compile(r", [A-Z][a-z]{1,4}$|\b[A-Z]\.[A-Z]$")
_CREDITED = {
    "reporting": "writer",
    "additional reporting": "contributor",
    "writing": "writer",
    "editing": "editor",
    "compiled": "writer",
    "translated": "translator",
    "photos": "photographer",
    "photo": "photographer",
    "photographs": "photographer",
    "video": "contributor",
    "graphics": "contributor",
}
_CREDIT_PART = re.compile(rf"(?P<role>{'|'.join(_CREDITED)}) by (?P<who>.{{3,300}})$", re.IGNORECASE)
_WHERE = re.compile(r" (?:in|on|from|at) ([^,;]{2,40}?)(?=$|, | and )")


@dataclass(frozen=True, slots=True)
class Byline:
    """People and their agency, as a byline names them. `title` is what it calls them, `said_by` whether it says “By”."""

    people: tuple[str, ...]
    organisation: str | None
    title: str | None = None
    said_by: bool = True


@dataclass(frozen=True, slots=True)
class Helper:
    """One person of a “contributed reporting” line: what the line says of them."""

    name: str
    verb: str
    title: str | None = None
    place: str | None = None

    @property
    def words(self) -> str:
        """“staff writer, contributed from Sandmouth, Ma.”"""
        place = f" from {self.place}" if self.place else ""
        return f"{self.title.lower() + ', ' if self.title else ''}{self.verb}{place}"


@dataclass(frozen=True, slots=True)
class Contributors:
    """A “contributed reporting” line. `surname_only`: it names somebody as the byline's surname."""

    helpers: tuple[Helper, ...]
    organisation: str | None
    surname_only: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(helper.name for helper in self.helpers)


@dataclass(frozen=True, slots=True)
class CreditPart:
    """“Reporting by A in Rome and B” of a credit line: the role as said, our word for it, people and places."""

    said: str
    role: str
    people: tuple[str, ...]
    places: tuple[str, ...] = ()


def names(text: str) -> tuple[str, ...]:
    """“A, B and C” as names."""
    return tuple(name.strip() for name in _CUT.split(text) if name.strip())


def is_name(text: str) -> bool:
    """Two to six words, the first and the last with a capital, all of letters; small words only where names have them."""
    words = text.split()
    if not 2 <= len(words) <= 6 or len(text) > 60:
        return False
    if not words[0][:1].isupper() or not words[-1][:1].isupper() or words[0].lower() in _NOT_PEOPLE:
        return False
    return all(
        _WORD.fullmatch(word) and (word[:1].isupper() or word.lower() in _PARTICLES or word[:2] in ("d'", "d’"))
        for word in words
    )


def byline(text: str) -> Byline | None:
    """A line that is a byline and nothing else; “By Friday, 40 homes…” is none."""
    if len(text) > LONGEST:
        return None
    text = " ".join(text.split())
    begin = _BY.match(text)
    if not begin or len(text) > 250 or text.endswith((".", "?", "!", ":")):
        return None
    said = text[begin.end() :]
    # In Portuguese and Spanish lines “e” joins two people.
    return _people(said.replace(" e ", ", ") if begin[0].lower().startswith("por") else said, said_by=True)


def bare_byline(text: str) -> Byline | None:
    """“Ana Lind and Tom Reyes”: names alone. Only for a line that by its place can be a byline."""
    text = " ".join(text.split()) if len(text) <= 160 else ""
    if not text or text.endswith((".", "?", "!", ":")):
        return None
    found = _people(text, said_by=False)
    return found if found and found.organisation is None and all(len(n.split()) <= 4 for n in found.people) else None


def _people(text: str, *, said_by: bool) -> Byline | None:
    titled = _TITLE.match(text)
    title = titled["title"] if titled else None
    text = text[titled.end() :] if titled else text
    if (found := names(text)) and all(is_name(name) for name in found) and not _may_be_organisation(text):
        return Byline(found, None, title, said_by)
    head, comma, last = text.rpartition(", ")
    people = names(head) if comma else ()
    organisation = 1 <= len(last.split()) <= 6 and " and " not in last and last[:1].isalnum() and not last[:1].islower()
    if people and organisation and all(is_name(name) for name in people):
        return Byline(people, last, title, said_by)
    return None


_AGENCY_ENDS = re.compile(
    r"(?:Newsource|Pictures|Images|News|Press|Agency|Wire|Service|Times|Post|Tribune|Herald|Journal|Gazette|Independent"
    r"|Radio|Television|Network|Today|Magazine|Courier|Standard)$| (?:News|Press|Wire|Service)\b"
)


def _may_be_organisation(text: str) -> bool:
    """Whether the last of several names reads as an agency's: “Ana Lind, Sound News”."""
    _head, comma, last = text.rpartition(", ")
    return bool(comma and " and " not in last and _AGENCY_ENDS.search(last))


def contributors(text: str) -> Contributors | None:
    """“Agency's A, B and C contributed reporting.”, also of several sentences."""
    if len(text) > LONGEST or ("contributed " not in text and " reported" not in text):
        return None
    helpers: list[Helper] = []
    organisation = None
    for sentence in _SENTENCES.split(" ".join(text.split())):
        owner, found = _helpers(sentence)
        if not found:
            return None
        organisation = organisation or owner
        helpers += found
    short = tuple(h.name for h in helpers if not is_name(h.name))
    return Contributors(tuple(helpers), organisation, short)


def _helpers(sentence: str) -> tuple[str | None, list[Helper]]:
    said = _VERB.search(sentence)
    if said is None or (said["verb"] == "reported" and not said["place"]):
        return None, []
    who = sentence[: said.start()]
    owned = _OWNER.match(who)
    organisation = owned[1] if owned else None
    who = who[owned.end() :] if owned else who
    titled = _TITLE.match(who)
    title = titled["title"] if titled else None
    if title and title.lower().startswith("associated press"):
        organisation = organisation or title[: len("Associated Press")]
    people = names(who[titled.end() :] if titled else who)
    alone = len(people) == 1 and said["verb"] == "reported"
    if not people or not all(is_name(n) or (alone and _is_surname(n)) for n in people):
        return None, []
    verb = "contributed" if said["verb"].startswith("contributed to") else said["verb"]
    place = said["place"]
    if place and _ABBREVIATED.search(place):
        place += "."
    return organisation, [Helper(name, verb, title, place) for name in people]


def _is_surname(text: str) -> bool:
    return bool(_WORD.fullmatch(text)) and text[:1].isupper() and text.lower() not in _NOT_PEOPLE


def credit_parts(text: str) -> tuple[CreditPart, ...]:
    """“Reporting by A in Rome and B; Editing by C” in its parts; empty when any part of it is something else."""
    if len(text) > LONGEST or " by " not in text:
        return ()
    line = " ".join(text.split()).strip("()").rstrip(".")
    found: list[CreditPart] = []
    for part in line.split(";"):
        match = _CREDIT_PART.match(part.strip())
        if match is None:
            return ()
        people = names(_WHERE.sub("", match["who"]))
        if not people or not all(is_name(person) for person in people):
            return ()
        said = match["role"].lower()
        found.append(CreditPart(said, _CREDITED[said], people, tuple(_WHERE.findall(match["who"]))))
    return tuple(found)


_PICTURE_ROLES = re.compile(r"\s+and\s+(?=(?:photos?|photographs|video|graphics) by )", re.IGNORECASE)
_PICTURE_WORDS = {"photos": "photo", "photographs": "photo"}


def picture_credits(text: str) -> tuple[tuple[CreditPart, ...], str | None]:
    """“Photos by A and video by B, Sound News”: the parts and the organisation. Empty when it is anything else."""
    line = " ".join(text.split()) if len(text) <= 250 else ""
    if not re.match(r"(?:photos?|photographs|video|graphics) by ", line, re.IGNORECASE):
        return (), None
    head, _, organisation = line.rpartition(", ")
    if not head or (is_name(organisation) and not _AGENCY_ENDS.search(organisation)):
        head, organisation = line, ""
    parts = []
    for piece in _PICTURE_ROLES.split(head):
        found = credit_parts(piece)
        if len(found) != 1:
            return (), None
        said = _PICTURE_WORDS.get(found[0].said, found[0].said)
        parts.append(CreditPart(said, found[0].role, found[0].people))
    return tuple(parts), organisation or None
