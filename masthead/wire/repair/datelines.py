"""“IDAHO FALLS, Idaho (KIFI) —”: place, region and agency at the beginning of a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DATELINE = re.compile(
    r"\s{0,40}(?P<place>[A-ZÀ-Þ][\w .,'’\-À-ÿ]{1,60})?\((?P<org>[A-ZÀ-Þ][\w .&'’\-À-ÿ]{0,40})\)\s{0,4}(?:[—–_]{1,2}|--?)\s{0,4}"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """Place, region and agency (each may be None: nothing is invented); `length` characters of the text are it."""

    place: str | None
    region: str | None
    organisation: str | None
    length: int

    @property
    def where(self) -> str | None:
        """Place and region as one."""
        return ", ".join(part for part in (self.place, self.region) if part) or None


def dateline(text: str) -> Dateline | None:
    """The dateline at the start of `text`."""
    match = _DATELINE.match(text[:200])
    if not match or len(match["org"].split()) > 4:
        return None
    said = match["place"] or ""
    if said and not said[-1].isspace():
        return None
    place, org = said.strip(" ,") or None, match["org"].strip()
    if place is None and org.isupper() and (len(org) > 5 or " " in org):
        # “(NEW YORK) --”: some services put the place where others put their name.
        return Dateline(org, None, None, match.end())
    city, comma, region = (place or "").rpartition(", ")
    if comma and city:
        return Dateline(city, region, org, match.end())
    return Dateline(place, None, org, match.end())
