"""The rules of repair, each with a name: what agencies' feeds do to copy, and how it reads when undone.

Every rule takes what it matched and leaves near misses alone. Shapes: anchors/wire.md section 6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NAME = r"[^\W\d_][\w'’.\-]*(?: (?:[^\W\d_][\w'’.\-]*)){0,4}"
_BYLINE = re.compile(rf"^(?:By|Por|Analysis by|Story by)\s+(?P<people>{NAME}(?:(?:, | and | & | y ){NAME})*)\s*$")
_TITLE = re.compile(r"^(?:(?:Associated Press|Staff|Senior|Chief) )?(?:Meteorologists?|Writers?|Reporters?|Correspondents?) ", re.I)
DATELINE_ENDS = 200
"""Characters; a dateline is over by then."""
_DATELINE = re.compile(
    r"^\s*(?P<place>[A-ZÀ-Þ][\w .,'’\-À-ÿ]{1,60}?)?\s*\((?P<org>[A-ZÀ-Þ][\w .&'’\-À-ÿ]{0,40})\)\s*(?:[—–_]{1,2}|--?)\s*"
)
_CONTRIBUTORS = re.compile(
    rf"^(?:(?P<org>[\w .&\-]{{2,40}})['’]s\s+)?(?P<people>{NAME}(?:(?:, | and ){NAME})*)\s+"
    r"(?:contributed (?:reporting|to this (?:report|story))(?: from [\w ,]+)?|reported from [\w ,]+)\.?$"
)
_WIRE_NAME = re.compile(r"^The-[\w-]+-Wire\.?$")
_NOTICE = re.compile(r"^\(?(?:™\s*(?:&|and)\s*)?(?:©|\(c\)|Copyright(?:\s*(?:©|\(c\)))?)\s*(?P<year>\d{4})\s+(?P<holder>.+?)(?:\.\s*All rights reserved\.?.*)?\)?$", re.I)
_TRADE_NOTICE = re.compile(r"^\(?TM\)?\s*(?:&|and)\s*\(?C\)?\s*(?P<year>\d{4})\s+(?P<holder>.+?)(?:\.\s*All rights reserved\.?)?$", re.I)
# Headline and site both begin with a capital or a figure: “The post office appeared first on a list” is a sentence.
_FOOT = re.compile(
    r"^The post [^a-z\s].{2,300} (?:appeared first on|first appeared on) [^a-z\s][^.]{1,120}(?:\.\w{2,10})?\.$"
)
_FURNITURE = re.compile(
    r"^(?:Skip to content|Click here for updates on this story|Click here to follow the original article\.|"
    r"Jump to comments ?↓?|Advertisement|Be part of the conversation|Article Topic Follows: .{2,80}|"
    r".{2,60} is committed to providing a forum for civil and constructive conversation\.|"
    r"Please keep your comments respectful and relevant\. You can review our Community Guidelines by clicking here\.?|"
    r"If you would like to share a story idea, please submit it here\.)$",
    re.IGNORECASE,
)
_LONGEST_FURNITURE = 200
_CAPTION = re.compile(r"^\s*<(?:i|em)>(?P<credit>[^<]{2,200})</(?:i|em)>\s*(?:<br\s*/?>\s*)?(?P<caption>.*)$", re.S | re.I)
_LABEL = re.compile(r"^(?P<label>CORRECTED|CORRECTION|REFILE|UPDATE \d+|\d+(?:ST|ND|RD|TH) LEAD)\s*[-–—:]\s*(?P<rest>\S.+)$")
_VIA = re.compile(r"\s+via\s+|/", re.I)
_AGENCY_WORDS = re.compile(r"(?:Newsource|Pictures|Images|News|Press|Agency|Wire|Reuters|AFP|EPA|Getty|Shutterstock|^[A-Z]{2,5}$)")


@dataclass(frozen=True, slots=True)
class Byline:
    """People and their agency, as a byline names them."""

    people: tuple[str, ...]
    organisation: str | None


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit line taken apart, nearest to the camera first."""

    text: str
    photographer: str | None
    chain: tuple[str, ...]


def names_agency(text: str) -> bool:
    """Whether a name has a word in it that agencies have and people do not."""
    return bool(_AGENCY_WORDS.search(text))


def names(text: str) -> tuple[str, ...]:
    """“A, B and C” as names."""
    return tuple(n.strip() for n in re.split(r",\s+and\s+|,\s+|\s+and\s+|\s+&\s+|\s+y\s+", text) if n.strip())


def byline(text: str) -> Byline | None:
    """A line that is a byline and nothing else; “By Friday, 40 homes…” is none."""
    if len(text) > 1000:
        return None
    text = " ".join(text.split())
    if len(text) > 250 or text.endswith((".", "?", "!")) or not re.match(r"(?:By|Por|Analysis by|Story by)\s", text):
        return None
    head, comma, last = text.rpartition(", ")
    organisation = None
    if comma and " and " not in last and re.search(r"\band\b|,|^By \S+ \S+", head) and len(last.split()) <= 6:
        text, organisation = head, last
    match = _BYLINE.match(text)
    if not match:
        return None
    people = names(_TITLE.sub("", match["people"]))
    if not all(is_name(p) for p in people):
        return None
    return Byline(people, organisation)


def is_name(text: str) -> bool:
    """Two words or more, the first and the last with a capital."""
    words = text.split()
    return len(words) > 1 and words[0][:1].isupper() and words[-1][:1].isupper()


def dateline(text: str) -> tuple[str | None, str | None, int] | None:
    """Place and agency (either may be None: nothing is invented), and the length of the dateline at the start of `text`."""
    match = _DATELINE.match(text[:DATELINE_ENDS])
    if not match or len(match["org"].split()) > 4:
        return None
    place, org = (match["place"] or "").strip(" ,") or None, match["org"].strip()
    if place is None and org.isupper() and (len(org) > 5 or " " in org):
        # “(NEW YORK) --”: some services put the place where others put their name.
        return org, None, match.end()
    return place, org, match.end()


def contributors(text: str) -> Byline | None:
    """“Agency's A, B and C contributed reporting.”"""
    if "contribut" not in text and "reported" not in text:
        return None
    match = _CONTRIBUTORS.match(" ".join(text.split()))
    if not match:
        return None
    title = _TITLE.match(match["people"])
    people = names(_TITLE.sub("", match["people"]))
    if title and "associated press" in title[0].casefold():
        return Byline(people, "Associated Press")
    return Byline(people, match["org"]) if all(is_name(p) for p in people) else None


_CREDITED = {
    "reporting": "writer",
    "additional reporting": "contributor",
    "writing": "writer",
    "editing": "editor",
    "compiled": "writer",
    "translated": "translator",
    "photos": "photographer",
    "video": "contributor",
}
_CREDIT_PART = re.compile(rf"^(?P<role>{'|'.join(_CREDITED)}) by (?P<who>.{{3,200}})$", re.IGNORECASE)
_CREDIT_START = re.compile(rf"[\s()]*(?:{'|'.join(role.replace(' ', chr(92) + 's+') for role in _CREDITED)})\s+by\s", re.IGNORECASE)
_PLACE = re.compile(r" (?:in|on|from) [^,;]{2,40}?(?=$|, | and )")


def credit_line(text: str) -> tuple[tuple[str, str], ...]:
    """“Reporting by A in Rome and B; Editing by C” as (name, role); empty when any part of it is something else."""
    if not _CREDIT_START.match(text):
        return ()
    line = " ".join(text.split()).strip("()").rstrip(".")
    if len(line) > 600 or not _CREDIT_PART.match(line.split(";")[0].strip()):
        return ()
    found: list[tuple[str, str]] = []
    for part in line.split(";"):
        match = _CREDIT_PART.match(part.strip())
        if match is None:
            return ()
        people = names(_PLACE.sub("", match["who"]))
        if not all(is_name(person) and len(person) < 60 for person in people):
            return ()
        found += [(person, _CREDITED[match["role"].lower()]) for person in people]
    return tuple(found)


_TAIL_START = re.compile(
    rf"[\s(]*(?:™|©|c\)|copyright|tm|e-?mail|this|the-|{'|'.join(role.split()[0] for role in _CREDITED)})", re.IGNORECASE
)


def may_be_tail(line: str) -> bool:
    """Whether any of the rules for a story's end could match the line; nearly every line of a story says no here."""
    return bool(_TAIL_START.match(line)) or "contribut" in line or "reported" in line


_PROVIDED = re.compile(r"^This (?:content|story|article) (?:is |was )?provided by .{2,60}\.$", re.IGNORECASE)
_FRIEND = re.compile(r"^E-?mail (?:to a friend|this story) ?\. ?", re.IGNORECASE)
_DISTRIBUTED = re.compile(r"(?: Visit [\w./-]+\.)?[,.]? Distributed by .{2,80}$", re.IGNORECASE)


def is_provided(line: str) -> bool:
    """“This content provided by CNN Newsource.”: whose copy it is stands in the source card."""
    return bool(_PROVIDED.match(line))


def notice(line: str) -> tuple[str, str] | None:
    """A copyright line, verbatim, and its holder."""
    line = _FRIEND.sub("", line)
    match = _NOTICE.match(line) or _TRADE_NOTICE.match(line)
    if not match:
        return None
    if not match["holder"][:1].isupper() and not match["holder"][:1].isdigit():
        return None
    holder = re.split(r", an? |\. ", _DISTRIBUTED.sub("", match["holder"]))[0]
    holder = re.sub(r" \([^()]{2,40}\)$", "", holder.strip().rstrip(","))
    return line, holder


def is_wire_name(line: str) -> bool:
    """“The-XYZ-Wire” alone on its line."""
    return bool(_WIRE_NAME.match(line))


def is_foot(text: str) -> bool:
    """“The post X appeared first on Y.”"""
    return bool(_FOOT.match(text))


def is_furniture(text: str) -> bool:
    """What belongs to somebody's page and not to the story."""
    return len(text) < _LONGEST_FURNITURE and bool(_FURNITURE.match(text))


def label(headline: str) -> tuple[str, str] | None:
    """A status word before a headline, and the headline without it."""
    match = _LABEL.match(headline)
    return (match["label"], match["rest"]) if match else None


def caption(text: str) -> tuple[str, str] | None:
    """Credit and caption of an escaped caption: `<i>CREDIT</i><br/>CAPTION`."""
    match = _CAPTION.match(text)
    return (match["credit"].strip(), match["caption"].strip()) if match else None


def credit(text: str) -> Credit:
    """“Mia Solberg/Harbour Pictures via Newsource” taken apart; a single agency has no photographer."""
    parts = tuple(p.strip() for p in _VIA.split(text) if p.strip())
    person = parts[0] if len(parts) > 1 and is_name(parts[0]) and not _AGENCY_WORDS.search(parts[0]) else None
    return Credit(text, person, parts[1:] if person else parts)
