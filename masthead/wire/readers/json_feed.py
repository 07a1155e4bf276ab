"""JSON Feed 1 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

from masthead.wire.item import Contributor, Item, Media, Reading, UnreadableWire
from masthead.wire.readers.bodies import from_plain
from masthead.wire.readers.delivery import Delivery
from masthead.wire.readers.json_values import Object, first, number, objects, texts, times

FORMAT = "json-feed"

_TIMES = {"published": ("date_published",), "updated": ("date_modified",)}


def recognises(delivery: Delivery) -> bool:
    """An object whose version is an address of jsonfeed.org."""
    try:
        said = delivery.json
    except UnreadableWire:
        return False
    return isinstance(said, dict) and "jsonfeed.org" in str(said.get("version"))


def read(delivery: Delivery) -> Reading:
    """All items of the feed. Raises UnreadableWire."""
    feed = delivery.json
    return Reading(
        FORMAT, tuple(_item(each, feed) for each in objects(feed.get("items")) if each is not feed.get("items"))
    )


def _authors(obj: Object) -> tuple[str, ...]:
    listed = [first(each, "name") for each in objects(obj.get("authors"))] + [
        first(each, "name") for each in objects(obj.get("author"))
    ]
    return tuple(dict.fromkeys(name for name in listed if name))


def _item(obj: Object, feed: Object) -> Item:
    authors = _authors(obj) or _authors(feed)
    pictures = [Media(url=url) for name in ("image", "banner_image") if (url := first(obj, name))]
    attached = [
        Media(url=first(each, "url"), type=first(each, "mime_type"), headline=first(each, "title"))
        for each in objects(obj.get("attachments"))
    ]
    return Item(
        format=FORMAT,
        guid=first(obj, "id", "url"),
        headline=first(obj, "title"),
        standfirst=first(obj, "summary"),
        authors=authors,
        contributors=tuple(Contributor(name) for name in authors),
        language=first(obj, "language") or first(feed, "language"),
        keywords=texts(obj.get("tags")),
        provider=first(feed, "title"),
        link=first(obj, "external_url", "url"),
        version=number(obj.get("_version")),
        body=first(obj, "content_html") or from_plain(first(obj, "content_text") or ""),
        media=(*pictures, *attached),
        **times(obj, _TIMES),
    )
