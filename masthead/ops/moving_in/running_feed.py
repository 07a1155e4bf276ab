"""A running feed (RSS, Atom, JSON Feed, ninjs): what the old site still shows, for those who cannot export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from masthead.kit import html
from masthead.ops.moving_in import CannotMoveIn
from masthead.ops.moving_in.markup import Markup
from masthead.ops.moving_in.value import Image, Moved, Named, Piece
from masthead.wire.item import Item, UnreadableWire
from masthead.wire.readers import read


def stories(data: bytes, base: str, zone: ZoneInfo) -> Iterator[Moved]:
    """The entries of a feed, oldest first. Raises CannotMoveIn."""
    try:
        reading = read(data)
    except UnreadableWire as error:
        raise CannotMoveIn(f"{error} Nothing was taken in.") from None
    for item in reversed(reading.items):
        if item.pubstatus == "usable" and item.type in ("text", ""):
            yield _story(item, base, zone)


def _story(item: Item, base: str, zone: ZoneInfo) -> Moved:
    url = item.link or ""
    markup = Markup(lambda _: None, url or base)
    # Feeds carry whole HTML; the mark keeps it from being read as an old editor's text.
    pieces = markup.pieces(f"<!-- wp: -->{item.body or item.standfirst or ''}")
    lead = next((m for m in item.media if m.url and (m.type or "image/").startswith("image/")), None)
    names = [Named(c.name, role=c.role) for c in item.contributors] or [Named(n) for n in item.authors or item.creators]
    topics = dict.fromkeys([*(s.name for s in item.subjects if s.name), *item.categories, *item.keywords])
    at = _time(item, zone)
    short = ("The feed has only its beginning; the rest is to be fetched by hand.",) if item.partial or not item.body else ()
    return Moved(
        key=item.guid or url or item.headline or "",
        kind="story",
        headline=html.to_text(item.headline or ""),
        pieces=_without_lead(pieces, lead.url if lead else None),
        url=url,
        slug=url.rstrip("/").rpartition("/")[2] if "?" not in url else "",
        standfirst=html.to_text(item.standfirst or "") if item.body and item.standfirst != item.body else "",
        language=item.language or "",
        state="public" if at else "draft",
        published_at=at,
        topics=tuple(Named(name) for name in topics),
        credits=tuple(names),
        lead=Image(lead.url or "", html.to_text(lead.caption or ""), lead.credit or "", lead.alt or "") if lead else None,
        faults=(*markup.faults, *short),
    )


def _time(item: Item, zone: ZoneInfo) -> datetime | None:
    """When it was published; a time without a zone is the paper's own wall time."""
    for name in ("published", "first_created", "version_created", "updated"):
        at: datetime | None = getattr(item, name)
        if at:
            return at.replace(tzinfo=zone).astimezone(UTC) if name in item.naive_times else at
    return None


def _without_lead(pieces: tuple[Piece, ...], url: str | None) -> tuple[Piece, ...]:
    return tuple(p for p in pieces if p.kind != "picture" or p.images[0].url != url)
