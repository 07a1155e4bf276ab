"""The paper's events as a calendar that other programs subscribe to (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from masthead.press import addresses, notices_read
from masthead.press.labels import say
from masthead.press.proof import NoticeProof
from masthead.press.reading import Reader
from masthead.press.store import Printed

TYPE = "text/calendar; charset=utf-8"
_STATUS = {"EventCancelled": "CANCELLED", "EventPostponed": "TENTATIVE"}


def events(reader: Reader) -> Printed:
    """Everything that stands in the list of events now. What was withdrawn is left out, and so leaves subscribers' calendars."""
    rows = notices_read.listed(reader, "event")
    title = reader.title
    name = f"{title.name}: {say('list_event', title.language)}"
    host = urlsplit(title.base_url).hostname or "localhost"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Masthead//Events//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"NAME:{text(name)}", f"X-WR-CALNAME:{text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    for row in rows:
        lines += _event(row, host, title.contact_email)
    lines.append("END:VCALENDAR")
    body = "".join(folded(line) for line in lines).encode()
    return Printed(addresses.CALENDAR, body, TYPE, valid_until=reader.valid_until)


def _event(row: NoticeProof, host: str, contact: str) -> Iterator[str]:
    assert row.starts is not None
    yield "BEGIN:VEVENT"
    # The address never changes once it was given, whatever becomes of the event.
    yield f"UID:{row.path.strip('/').replace('/', '-')}@{host}"
    yield f"DTSTAMP:{moment(row.updated)}"
    yield f"LAST-MODIFIED:{moment(row.updated)}"
    yield f"SEQUENCE:{max(0, int((row.updated - row.published).total_seconds()))}"
    yield f"DTSTART:{moment(row.starts)}"
    if row.ends and row.ends > row.starts:
        yield f"DTEND:{moment(row.ends)}"
    yield f"SUMMARY:{text(row.name)}"
    if row.summary or row.price:
        yield f"DESCRIPTION:{text('. '.join(filter(None, (row.summary.rstrip('.'), row.price))))}"
    if row.venue or row.address:
        yield f"LOCATION:{text(', '.join(filter(None, (row.venue, row.address))))}"
    yield f"URL:{row.url}"
    yield f"STATUS:{_STATUS.get(row.status, 'CONFIRMED')}"
    yield "END:VEVENT"


def moment(at: datetime) -> str:
    """In UTC, so that no calendar needs to know our zone's rules."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def text(words: str) -> str:
    """Words as a value: what would end it is marked."""
    plain = re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", " ", words.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"([\\;,])", r"\\\1", plain).replace("\n", "\\n")


def folded(line: str) -> str:
    """The line with its end; one of more than 75 bytes goes on in the next, and no letter is cut in two."""
    pieces, piece = [], ""
    for letter in line:
        if len(f"{piece}{letter}".encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece]) + "\r\n"
