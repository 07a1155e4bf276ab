"""What addresses, ids, slugs and rows of agencies' portals tell: pure readings of short strings."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from masthead.wire.repair.remarks import ZONES

_COMPONENT = re.compile(r"L19[0-9A-Za-z_-]{16,240}")
_DESIGN = re.compile(r"/(?:Untitled-design|Screenshot|Screen-Shot|IMG_|DSC_?|Copy-of-)[^/]*$", re.IGNORECASE)


def components(address: str) -> tuple[str, ...]:
    """The agency's own ids in a picture's address: base64 parts that decode to “/_components/…”."""
    found: list[str] = []
    for run in _COMPONENT.findall(address[:2000]):
        for piece in run.split("-L19"):
            part = piece if piece.startswith("L19") else "L19" + piece
            try:
                text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("ascii")
            except (binascii.Error, ValueError):
                continue
            if text.startswith("/_components/"):
                found.append(text)
    return tuple(found)


def is_local_picture(address: str) -> bool:
    """Whether a picture's name is that of a desk's own design tool or camera, and no agency's id is in it."""
    return bool(_DESIGN.search(address[:2000])) and not components(address)


@dataclass(frozen=True, slots=True)
class StoryAddress:
    """What a story's address on a site says of it."""

    day: date
    sections: tuple[str, ...]
    slug: str
    agency: str | None


_STORY = re.compile(r"https?://[^/]{1,200}/(?P<sections>(?:[\w-]+/){1,6})(?P<y>\d{4})/(?P<m>\d{2})/(?P<d>\d{2})/(?P<slug>[\w-]{1,200})/?$")


def story_address(address: str, agencies: tuple[str, ...] = ("CNN", "AP", "Reuters", "AFP", "ABC", "CBS", "NBC", "dpa")) -> StoryAddress | None:
    """Sections, date and slug; an agency that a section is named after."""
    match = _STORY.match(address[:1000])
    if match is None:
        return None
    sections = tuple(match["sections"].strip("/").split("/"))
    words = {section.split("-")[0].casefold() for section in sections}
    try:
        day = date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    return StoryAddress(day, sections, match["slug"], next((a for a in agencies if a.casefold() in words), None))


@dataclass(frozen=True, slots=True)
class PortalRow:
    """A row of an agency's portal: `31 Aug 26 07:29 ET | WIRE | Version 11`."""

    at: datetime
    source: str
    version: int | None = None
    story_number: str | None = None
    embargo: str | None = None
    kind: str | None = None
    duration: str | None = None


_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_STAMP = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2}) (\d{2}) (\d{2}):(\d{2}) ([ECMP])[SD]?T$")
_VERSION = re.compile(r"Version (\d{1,4})$")
_NUMBER = re.compile(r"[A-Z]{2}-\d{2,4}[A-Z]{0,3}$")
_DURATION = re.compile(r"\d{2}:\d{2}(?::\d{2})?$")
_FOOTAGE = re.compile(r"(?:VO|SOT|PKG|SIL|NATS|LIVE|VOSOT|GRAPHIC)(?:/[A-Z]{2,7})*$")


def portal_row(text: str) -> PortalRow | None:
    """One row; after the source come, in any order, version, story number, embargo market, kind and duration."""
    fields = [field.strip() for field in text[:400].split("|")]
    stamp = _STAMP.match(fields[0])
    if stamp is None or len(fields) < 3 or stamp[2].lower() not in _MONTHS:
        return None
    day, month, year, hour, minute = int(stamp[1]), _MONTHS.index(stamp[2].lower()) + 1, 2000 + int(stamp[3]), int(stamp[4]), int(stamp[5])
    try:
        at = datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(ZONES[stamp[6]]))
    except ValueError:
        return None
    said: dict[str, str] = {}
    for field in fields[2:]:
        for name, pattern in (("version", _VERSION), ("story_number", _NUMBER), ("duration", _DURATION), ("kind", _FOOTAGE)):
            if found := pattern.match(field):
                said[name] = found[1] if name == "version" else field
                break
        else:
            # The market in which it must not run; not the place of the story.
            said.setdefault("embargo", field)
    version = int(said.pop("version")) if "version" in said else None
    return PortalRow(at, fields[1], version, **said)


_CALL_SIGN = re.compile(r"[KW][A-Z]{2,3}(?:-(?:TV|DT|FM|AM|LD|CD))?$")


def stations(text: str) -> tuple[str, ...]:
    """“KCAL, KCBS”: call signs of American stations; empty when any part is something else."""
    parts = [part.strip() for part in re.split(r"[,/&]", text[:200]) if part.strip()]
    return tuple(parts) if parts and all(_CALL_SIGN.match(part) for part in parts) else ()


@dataclass(frozen=True, slots=True)
class Slug:
    """An agency's slug taken apart; the story is recognised by `slug`, whatever the lead."""

    slug: str
    agency: str | None = None
    category: str | None = None
    priority: str | None = None
    region: str | None = None
    lead: int | None = None
    writethru: bool = False


_LEAD = re.compile(r",? ?(?P<n>\d{1,2})(?:st|nd|rd|th) (?:Ld|Lead)(?P<w>-Writethru)?$", re.IGNORECASE)
_HEAD = re.compile(r"(?P<a>[A-Z]{2,3})-(?P<b>[A-Z]{2,4})--(?P<slug>\S.*)$")
_AGENCIES = frozenset(["AP", "AFP", "DPA", "UPI", "EFE"])


def slug(text: str) -> Slug | None:
    """“AP-FBN--Harbour-Race, 2nd Ld-Writethru”: agency or priority, category, slug, lead."""
    text = text[:300]
    led = _LEAD.search(text[-40:])
    bare = text[: len(text) - len(text[-40:]) + led.start()] if led else text
    head = _HEAD.match(bare)
    if head is None:
        return Slug(bare.strip(), lead=int(led["n"]), writethru=bool(led["w"])) if led else None
    lead, through = (int(led["n"]), bool(led["w"])) if led else (None, False)
    if head["a"] in _AGENCIES:
        return Slug(head["slug"], agency=head["a"], category=head["b"], lead=lead, writethru=through)
    return Slug(head["slug"], priority=head["a"], region=head["b"], lead=lead, writethru=through)


_VERSIONED = re.compile(r"(?P<base>tag:[\w.-]+,\d{4}:[^:]+):(?P<version>\d{1,6})$")


def versioned_id(guid: str) -> tuple[str, int | None]:
    """The id that all versions share, and the version, where the id carries one: tag ids end in “:3”.

    A NewsML id (`urn:newsml:provider:date:name`) never ends in a bare version: its fifth part is the name.
    """
    match = _VERSIONED.match(guid)
    return (match["base"], int(match["version"])) if match else (guid, None)
