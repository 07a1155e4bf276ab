"""Captions: the credit, the label and the words themselves, which agencies send in one string."""

from __future__ import annotations

import html as _entities
import re
from dataclasses import dataclass
from datetime import date

from masthead.kit import html
from masthead.wire.profiles.names import CreditMap
from masthead.wire.repair.credits import Credit, credit

LONGEST = 5000
_ESCAPED = re.compile(r"\s{0,20}<(?:i|em)>(?P<credit>[^<]{2,200})</(?:i|em)>\s{0,20}(?P<break><br\s{0,4}/?>\s{0,20})?(?P<caption>.*)$", re.S | re.I)
_IN_BRACKETS = re.compile(r"\s?\((?P<credit>(?:[A-Z]{2,5}|Reuters|Photo|Courtesy|Foto)\b[^()]{0,120})\)\s*$")
_COURTESY = re.compile(r"\s*[|(]?\s*(?:Photo )?Courtesy(?: of|:)?\s+(?P<who>[^|()]{2,80}?)\)?\s*$", re.IGNORECASE)
_BAR = re.compile(r"\s\|\s(?=[^|]{2,100}$)")
_FILE = re.compile(r"FILE(?: PHOTO)?\s?[-–—:]\s?", re.IGNORECASE)
_CORRECTS = re.compile(r"CORRECTS?(?: TO)? (?P<what>[A-Z]+(?: [A-Z]+){0,7}) (?=[A-Z][a-z]|[A-Z] )")
_PLACE = re.compile(r" in (?P<place>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3})\.?\s*$")
_DATE = re.compile(
    r"\b(?P<month>Jan|Feb|March|Mar|April|Apr|May|June|Jun|July|Jul|Aug|Sept|Sep|Oct|Nov|Dec)[a-z]{0,7}\.? (?P<day>\d{1,2}), (?P<year>\d{4})"
)
_PHOTO = re.compile(r"^(?P<agency>.{2,40}?)\s+Photos?(?:/(?P<who>[^,/]{2,60}))?(?:,\s*(?P<file>File))?$", re.IGNORECASE)
_MONTHS = {m: n for n, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption string taken apart; `notes` are short names for the desk."""

    text: str | None
    credit: Credit | None = None
    courtesy_of: str | None = None
    file_photo: bool = False
    taken: date | None = None
    place: str | None = None
    corrects: str | None = None
    escaped: bool = False


def caption(raw: str, known: CreditMap = CreditMap()) -> Caption:
    """Take a caption apart, whatever it came as: markup, escaped markup, or plain words with a credit at the end."""
    raw = raw[:LONGEST]
    loose = _entities.unescape(raw) if "&lt;" in raw else raw
    escaped = _ESCAPED.match(loose) if "<" in loose else None
    # Without a break, what stands in italics may as well be the caption itself, or a title in it.
    if escaped and (escaped["break"] or _reads_as_credit(html.to_text(escaped["credit"]))):
        words = html.to_text(escaped["caption"])
        return Caption(words or None, credit(html.to_text(escaped["credit"]), known=known), escaped=True)
    text = html.to_text(raw)
    only = _only_credit(text, known)
    if only:
        return Caption(None, only)
    return _plain(text, known)


def _reads_as_credit(text: str) -> bool:
    if len(text) > 80 or ". " in text or text.endswith((".", ")")):
        return False
    return (" via " in text or "/" in text) and all(len(part.split()) <= 5 for part in re.split(r"/| via ", text))


def _only_credit(text: str, known: CreditMap) -> Credit | None:
    """“Handle/Getty Images”: a credit where a caption should be."""
    if "/" not in text or len(text) > 100 or text.endswith(".") or ". " in text or ", " in text:
        return None
    if any(word[:1].islower() and word not in ("via", "for", "of", "de") for word in text.replace("/", " ").split()):
        return None
    found = credit(text, known=known)
    return found if found.photographer and found.chain and (found.stock or _is_agency(found.chain[-1], known)) else None


def _is_agency(name: str, known: CreditMap) -> bool:
    return known.shown(name) is not None or known.supplier(name) is not None


def _plain(text: str, known: CreditMap) -> Caption:
    said: Credit | None = None
    courtesy = None
    filed = _FILE.match(text) if text[:4] in ("FILE", "File") else None
    words = text[filed.end() :] if filed else text
    bracket = _IN_BRACKETS.search(words[-160:]) if words.endswith(")") else None
    bar = _BAR.search(words[-110:]) if " | " in words[-110:] else None
    if bracket:
        given = bracket["credit"]
        thanks = _COURTESY.match(given)
        if thanks:
            courtesy = thanks["who"]
        else:
            said, old = _photo(given, known)
            filed = filed or old
        words = words[: max(len(words) - 160, 0) + bracket.start()]
    elif bar:
        at = max(len(words) - 110, 0) + bar.start()
        thanks = _COURTESY.match(words[at:])
        if thanks:
            courtesy = thanks["who"]
        else:
            said = credit(words[at:].strip(" |"), known=known)
        words = words[:at]
    corrected = _CORRECTS.match(words) if words.startswith("CORRECT") else None
    words = words[corrected.end() :] if corrected else words
    place, taken = _PLACE.search(words[-80:]), _DATE.search(words[:600])
    return Caption(
        words.strip() or None,
        said,
        courtesy,
        bool(filed),
        _day(taken) if taken else None,
        place["place"] if place else None,
        corrected["what"] if corrected else None,
    )


def _photo(given: str, known: CreditMap) -> tuple[Credit, re.Match[str] | None]:
    """“AP Photo/Name, File”: the agency comes first, and a file picture says so at the end."""
    said = _PHOTO.match(given)
    if said is None:
        return credit(given, known=known), None
    found = credit(said["agency"], said["who"] or "", known=known)
    line = f"{found.photographer}/{'/'.join(found.chain)}" if found.photographer else "/".join(found.chain)
    return Credit(line, found.photographer, found.chain, found.agency), said if said["file"] else None


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found["year"]), _MONTHS[found["month"][:3].lower()], int(found["day"]))
    except ValueError:
        return None
