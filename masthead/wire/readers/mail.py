"""RFC 5322 mail with MIME parts: the HTML part before the text, attachments that are wire copy or pictures."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC
from email.message import EmailMessage
from email.utils import parseaddr

from masthead.kit import html
from masthead.wire.item import Item, Media, Reading, UnreadableWire
from masthead.wire.readers.bodies import from_plain
from masthead.wire.readers.delivery import Delivery

FORMAT = "email"

_HEADER = re.compile(
    rb"^(?:received|return-path|delivered-to|message-id|mime-version|from|subject|date):", re.IGNORECASE | re.MULTILINE
)
_QUOTED = re.compile(
    r"^(?:-{2,} ?(?:forwarded message|original message|weitergeleitete nachricht) ?-{2,}|-- ?)$",
    re.IGNORECASE | re.MULTILINE,
)
MOST_PARTS = 100
MOST_DEEP = 1
MOST_SEAMS = 5_000
"""Lines that may part one part from the next; the parser's time grows with their number."""


def recognises(delivery: Delivery) -> bool:
    """At least three of the header fields that every mail bears."""
    return len({found.group().lower() for found in _HEADER.finditer(delivery.data[:20_000].lstrip())}) >= 3


def read(delivery: Delivery) -> Reading:
    """The story in the mail, or the items of wire files that are attached to it. Raises UnreadableWire."""
    if delivery.data.count(b"\n--") > MOST_SEAMS:
        raise UnreadableWire("The mail is made of more parts than any mail of an agency; it was not read.")
    try:
        message = email.message_from_bytes(delivery.data.lstrip(), policy=email.policy.default)
        return _reading(message)
    except (LookupError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as broken:
        raise UnreadableWire("The mail is damaged in a way that hides its text.") from broken


def _reading(message: EmailMessage) -> Reading:
    parts = [part for part in list(message.walk())[:MOST_PARTS] if not part.is_multipart()]
    item = _item(message, parts)
    attached = [reading for part in parts if (reading := _attached(part))]
    items = tuple(each for reading in attached for each in reading.items)
    if any(each.type in ("text", "") for each in items):
        return Reading(FORMAT, items, tuple(fault for reading in attached for fault in reading.errors))
    pictures = tuple(media for each in items for media in each.media)
    return Reading(FORMAT, (item.replace(media=(*item.media, *pictures)),))


def _item(message: EmailMessage, parts: list[EmailMessage]) -> Item:
    name, address = parseaddr(str(message.get("From", "")))
    date = getattr(message.get("Date"), "datetime", None)
    naive = date is not None and date.tzinfo is None
    said = next((_content(part) for part in parts if _shown(part, "text/html")), "")
    plain = next((_content(part) for part in parts if _shown(part, "text/plain")), "")
    body = said if html.to_text(said).strip() else from_plain(_own(plain))
    return Item(
        format=FORMAT,
        guid=str(message.get("Message-ID", "")).strip() or None,
        headline=re.sub(
            r"^(?:(?:fwd?|wg|re|aw|rv)\s*:\s*)+", "", str(message.get("Subject", "")).strip(), flags=re.IGNORECASE
        )
        or None,
        provider=name.strip() or address.partition("@")[2] or None,
        authors=(name.strip(),) if name.strip() else (),
        published=(date.replace(tzinfo=UTC) if naive else date.astimezone(UTC)) if date else None,
        naive_times=("published",) if naive else (),
        language=str(message.get("Content-Language", "")).strip() or None,
        corrects=tuple(str(message.get("Supersedes", "")).split()),
        body=body,
        media=tuple(_picture(part) for part in parts if part.get_content_maintype() == "image"),
    )


def _shown(part: EmailMessage, kind: str) -> bool:
    return part.get_content_type() == kind and part.get_content_disposition() != "attachment"


def _content(part: EmailMessage) -> str:
    """A text part in its charset; one that is unknown or wrong is read as far as it goes."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    name = part.get_content_charset() or "utf-8"
    for charset in (name, "utf-8", "cp1252"):
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("latin-1")


def _own(plain: str) -> str:
    """The text without the furniture of forwarding and the signature below the two dashes."""
    found = _QUOTED.search(plain)
    return plain[: found.start()] if found and found.start() > 80 else plain


def _attached(part: EmailMessage) -> Reading | None:
    """A wire file among the attachments. Mail within mail is not followed."""
    from masthead.wire.readers import read as read_any

    name = (part.get_filename() or "").lower()
    if not name.endswith((".xml", ".json", ".nitf", ".jpg", ".jpeg")):
        return None
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip() or _HEADER.match(data[:200].lstrip()):
        return None
    try:
        return read_any(data)
    except UnreadableWire:
        return None


def _picture(part: EmailMessage) -> Media:
    return Media(url=f"cid:{part.get('Content-ID', '').strip('<>')}" if part.get("Content-ID") else part.get_filename(),
                 type=part.get_content_type(), headline=part.get_filename())  # fmt: skip
