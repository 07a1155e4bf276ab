"""“IDAHO FALLS, Idaho (KIFI) —”: place, region and agency at the beginning of a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DATELINE = re.compile(
    r"\s{0,40}(?P<place>[A-ZÀ-Þ][\w .,'’\-À-ÿ]{1,60})?\((?P<org>[A-ZÀ-Þ][\w .&'’\-À-ÿ]{0,40})\)\s{0,4}(?:[—–_]{1,2}|--?)\s{0,4}"
)


_MONTH = r"(?:jan|feb|mar|apr|abr|avr|may|mai|jun|jui|jul|aug|ago|aoû|sep|set|oct|okt|out|nov|dec|dez|déc|dic)[^\W\d_]{0,7}\.?"
_DAY = re.compile(rf"(?:^|[,\s]\s*)(?P<day>(?:{_MONTH} \d{{1,2}}|\d{{1,2}}\.? {_MONTH})(?:,? \d{{4}})?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dateline:
    """Place, region, agency and day as written (each may be None: nothing is invented); `length` characters are it."""

    place: str | None
    region: str | None
    organisation: str | None
    length: int
    day: str | None = None

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
    if (said and not said[-1].isspace()) or said.startswith(("By ", "Por ")):
        return None
    place, org = said.strip(" ,"), match["org"].strip()
    dated = _DAY.search(place)
    day, place = (dated["day"], place[: dated.start()].strip(" ,")) if dated else (None, place)
    if not place and not day and org.isupper() and (len(org) > 5 or " " in org):
        # “(NEW YORK) --”: some services put the place where others put their name.
        return Dateline(org, None, None, match.end())
    city, comma, region = place.rpartition(", ")
    if comma and city:
        return Dateline(city, region, org, match.end(), day)
    return Dateline(place or None, None, org, match.end(), day)
