"""Dates as agencies and feeds write them: RFC 822, ISO 8601 in its many halves, month names, zones by name.

A time without a zone is wall time: it comes back marked as UTC with `naive=True`, and the channel's zone is
applied later, where the channel is known. Nothing is invented: what does not parse is None.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier janv enero ene janeiro gennaio gen januari",
            "feb february februar februari fév fev février febrero fevereiro febbraio",
            "mar march märz maerz mär mrz mars marzo março maart mrt",
            "apr april avr avril abril abr aprile",
            "may mai mayo maio maggio mag mei maj",
            "jun june juni juin junio junho giugno giu",
            "jul july juli juil juillet julio julho luglio lug",
            "aug august août aout agosto ago augustus augusti",
            "sep sept september septembre septiembre setembro set settembre",
            "oct october okt oktober octobre octubre outubro out ottobre ott",
            "nov november novembre noviembre novembro",
            "dec december dez dezember déc décembre diciembre dic dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}

_HOURS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "met": 1,
    "cest": 2, "mesz": 2, "eet": 2, "sast": 2, "eest": 3, "msk": 3, "trt": 3, "ist": 5.5, "sgt": 8, "hkt": 8,
    "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "nst": -3.5, "ndt": -2.5, "brt": -3, "art": -3, "ast": -4, "adt": -3, "est": -5, "edt": -4, "cst": -6,
    "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
"""Names that mean winter or summer time by the date, as American desks write them."""

_CLOCK = r"(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
_ZONE = r"\s*(?P<zone>[A-Za-z]{1,5}(?:\s*[+-]\d{1,2}(?::?\d{2})?)?|[+-]\s?\d{1,2}(?::?\d{2})?)?"
_DAY_FIRST = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?P<d>\d{1,2})[.\s-]+(?P<mon>[^\W\d]+)\.?,?[\s-]+(?P<y>\d{4}|\d{2})"
    rf"(?:(?:,|\s|T|at|um|-)+{_CLOCK}{_ZONE})?"
)
_MONTH_FIRST = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<mon>[^\W\d]{{3,12}})\.?\s+(?P<d>\d{{1,2}}),?\s+(?P<y>\d{{4}})(?:[\s,]+{_CLOCK}{_ZONE})?"
)
_CLOCK_INSIDE = re.compile(
    rf"(?:[^\W\d]+\s+)?(?P<mon>[^\W\d]{{3,12}})\s+(?P<d>\d{{1,2}})\s+{_CLOCK}{_ZONE}\s+(?P<y>\d{{4}})"
)
_ISO = re.compile(
    r"(?P<y>\d{4})(?:[-/.]?(?P<mon>\d{2})(?:[-/.]?(?P<d>\d{2})"
    r"(?:[Tt\s]+(?P<h>\d{2}):?(?P<m>\d{2})(?::?(?P<s>\d{2})(?:[.,]\d+)?)?(?P<half>(?!))?"
    rf"{_ZONE})?)?)?"
)
_TELEX = re.compile(
    r"(?P<d>\d{2})(?P<h>\d{2})(?P<m>\d{2})(?P<s>(?!))?(?P<half>(?!))?"
    + _ZONE
    + r"\s+(?P<mon>[^\W\d]{3,9})\.?\s+(?P<y>\d{4}|\d{2})"
)
_NUMERIC_ZONE = re.compile(r"(?:[A-Za-z]{1,5})?\s*([+-])\s?(\d{1,2}):?(\d{2})?$")
_LONGEST = 80


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """A point in time in UTC. `naive`: the source gave no zone, so this is wall time marked as UTC."""

    value: datetime
    naive: bool = False


@lru_cache(maxsize=2048)
def parse_time(text: str | None) -> Moment | None:
    """The moment that a date string means, to the second; None when it is not a date.

    Reads RFC 822/2822 (two-digit years, month names in eight languages, named zones, ET/CT/MT/PT by season),
    ISO 8601 / RFC 3339 (basic and extended, date only, year and month), asctime, "April 3, 2026 6:15 pm ET",
    and the telex form "071341 GMT Okt 15".
    """
    said = " ".join(text.split()) if text else ""
    if not said or len(said) > _LONGEST:
        return None
    for pattern in (_ISO, _DAY_FIRST, _TELEX, _CLOCK_INSIDE, _MONTH_FIRST):
        found = pattern.fullmatch(said)
        if found is not None:
            return _moment(found.groupdict())
    return None


def _moment(parts: dict[str, str | None]) -> Moment | None:
    try:
        wall = _wall(parts)
        zone = _zone(parts.get("zone"), wall)
        if zone is None:
            return Moment(wall.replace(tzinfo=UTC), naive=True)
        return Moment(wall.replace(tzinfo=zone).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _wall(parts: dict[str, str | None]) -> datetime:
    """The date and clock as written. Raises ValueError for a day or hour that does not exist."""
    hour = _hour(int(parts.get("h") or 0), parts.get("half"))
    second = min(int(parts.get("s") or 0), 59)  # a leap second
    start = datetime(_year(parts["y"] or ""), _month(parts["mon"]), int(parts["d"] or 1))  # noqa: DTZ001  (wall time: the caller adds the zone)
    if hour > 24 or int(parts.get("m") or 0) > 59:
        raise ValueError("no such time of day")
    return start + timedelta(hours=hour, minutes=int(parts.get("m") or 0), seconds=second)


def _hour(hour: int, half: str | None) -> int:
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (2000 if year < 70 else 1900)


def _month(text: str | None) -> int:
    if text is None:
        return 1
    if text.isdigit():
        return int(text)
    found = _MONTHS.get(text.lower())
    if found is None:
        raise ValueError("no such month")
    return found


def _zone(text: str | None, wall: datetime) -> tzinfo | None:
    if not text:
        return None
    name = text.lower()
    if name in _PLACES:
        return ZoneInfo(_PLACES[name])
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name]))
    numeric = _NUMERIC_ZONE.match(text)
    return _offset(numeric) if numeric else None


def _offset(numeric: re.Match[str]) -> tzinfo:
    span = timedelta(hours=int(numeric[2]), minutes=int(numeric[3] or 0))
    return timezone(-span if numeric[1] == "-" else span)
