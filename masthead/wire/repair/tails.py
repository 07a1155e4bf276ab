"""How wire copy ends: the name of the wire, copyright lines, “provided by”, and the lines that a licence wants shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 600
_WIRE_NAME = re.compile(r"The-([\w-]{2,30})-Wire\.?$")
_NOTICE = re.compile(
    r"\(?(?:™\s*(?:&|and)\s*)?(?:©|\(c\)|Copyright(?:\s*(?:©|\(c\)))?)\s*(?P<year>\d{4})\s+(?P<holder>\S.*)$", re.IGNORECASE
)
_TRADE_NOTICE = re.compile(r"\(?TM\)?\s*(?:&|and)\s*\(?C\)?\s*(?P<year>\d{4})\s+(?P<holder>\S.*)$", re.IGNORECASE)
_RESERVED = re.compile(r"\.?\s*All rights reserved\b.*$", re.IGNORECASE)
_MATERIAL = re.compile(r"\.\s*This material may not be .*$", re.IGNORECASE)
_FRIEND = re.compile(r"E-?mail (?:to a friend|this story) ?\. ?", re.IGNORECASE)
_DISTRIBUTED = re.compile(r"[,.]? Distributed by (?P<who>[^;]{2,80}?)\.?$", re.IGNORECASE)
_VISIT = re.compile(r"\. Visit (?:us at )?(?P<where>[\w-]+(?:\.[\w-]+)+(?:/[\w./-]*)?)\.?(?= |$)", re.IGNORECASE)
_PARENT = re.compile(r", an? (?P<parent>[^,;]{2,60}?)(?: Company)?$")
_PLACE = re.compile(r" \((?P<place>[^()]{2,40})\)$")
_PROVIDED = re.compile(
    r"This (?:content|story|article|report) (?:is |was )?(?:provided|supplied) by (?P<who>[^.;]{2,60})\.$", re.IGNORECASE
)
_TAGLINE = re.compile(
    r"(?P<source>[A-Z][\w’'&.-]*(?: [A-Z0-9][\w’'&.-]*){0,5})(?:, (?:formerly|previously|also) known as [^,]{2,80},)? is "
    r"(?P<what>part of (?P<network>[A-Z][^,.;]{2,60})|an? )(?P<rest>.*)$"
)
_NEWSROOM = re.compile(r"\b(?:newsroom|news (?:network|organi[sz]ation|outlet|agency|service|site)|journalism)\b", re.IGNORECASE)
_STANDING = re.compile(r"\b(?:nonprofit|non-profit|independent|national|nonpartisan|public charity|produces)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}")


@dataclass(frozen=True, slots=True)
class Notice:
    """A copyright line taken apart. `text` is the line as it must stand."""

    text: str
    year: int
    holder: str
    parent: str | None = None
    distributor: str | None = None
    origin: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Tagline:
    """A line about the agency that its licence wants under the story."""

    source: str
    network: str | None = None
    contact: str | None = None


def wire_name(line: str) -> str | None:
    """“The-XYZ-Wire” alone on its line: “XYZ Wire”."""
    match = _WIRE_NAME.match(line) if line.startswith("The-") else None
    return f"{match[1].replace('-', ' ')} Wire" if match else None


def notice(line: str) -> Notice | None:
    """A copyright line, verbatim and in its parts."""
    if len(line) > LONGEST:
        return None
    line = _FRIEND.sub("", line) if line[:1] in "Ee" else line
    match = _NOTICE.match(line) or _TRADE_NOTICE.match(line)
    if not match:
        return None
    rest = match["holder"]
    cut = _RESERVED.search(rest) or _MATERIAL.search(rest)
    rest = rest[: cut.start()] if cut else rest.removesuffix(")") if line.startswith("(") else rest
    distributed = _DISTRIBUTED.search(rest)
    rest = rest[: distributed.start()] if distributed else rest
    visit = _VISIT.search(rest)
    rest = rest[: visit.start() + 1] if visit else rest
    parent = _PARENT.search(rest.rstrip("."))
    rest = rest[: parent.start()] if parent else rest
    if not _is_owner(rest):
        return None
    place = _PLACE.search(rest.rstrip(",. "))
    rest = rest.rstrip(",. ")[: place.start()] if place else rest
    return Notice(
        line,
        int(match["year"]),
        _holder(rest),
        parent["parent"] if parent else None,
        distributed["who"] if distributed else None,
        visit["where"] if visit else None,
        place["place"] if place else None,
    )


_SMALL = frozenset(["the", "of", "and", "for", "in", "de", "la", "del", "des", "du", "et", "und", "y", "e", "by", "a", "an", "am", "der", "die", "das"])


def _is_owner(text: str) -> bool:
    """Whether this is what a person or company is called: few words, capitals but for the small ones, not a sentence."""
    words = re.split(r"\. ", text, maxsplit=1)[0].split()
    return 0 < len(words) <= 12 and not words[0][:1].islower() and all(
        not word.strip("(),")[:1].islower() or word.strip("(),").lower() in _SMALL or "." in word.strip(".,") for word in words
    )


def _holder(text: str) -> str:
    """The name without what follows it; the full stop stays where it belongs to the name (Inc., L.P., Co.)."""
    head, stop, _rest = re.split(r"(\. |$)", text.strip(), maxsplit=1)[:3] if text else ("", "", "")
    name = head.rstrip(", ") if not stop else text.strip().split(". ")[0].rstrip(", ")
    if name.endswith("."):
        last = name.split()[-1]
        return name if last.count(".") > 1 or last in ("Inc.", "Ltd.", "Co.", "Corp.", "Bros.") else name[:-1]
    return name


def provided_by(line: str) -> str | None:
    """“This content provided by CNN Newsource.”: by whom. Whose copy it is stands in the source card."""
    match = _PROVIDED.match(line) if line[:5].lower() == "this " and len(line) < 200 else None
    return match["who"] if match and _is_owner(match["who"]) else None


def tagline(text: str) -> Tagline | None:
    """“X is part of Y, a nonprofit news network…”: never deleted, the licence wants it shown."""
    if len(text) > 1500 or " is " not in text:
        return None
    match = _TAGLINE.match(text)
    if match is None or not _NEWSROOM.search(match["what"] + match["rest"]) or not _STANDING.search(match["rest"]):
        return None
    contact = _ADDRESS.search(text)
    return Tagline(match["source"], match["network"], contact[0] if contact else None)
