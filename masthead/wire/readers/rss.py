"""RSS 0.9x, 1.0 (RDF) and 2.0 with Dublin Core, content:encoded, Media RSS and iTunes; WordPress exports too.

A guid that stands on two different stories of one feed names neither: the second gets an id of its own, and a
warning says so. An entry without guid is known by its link. An entry that the transfer cut off is held back.
"""

from __future__ import annotations

import dataclasses

from masthead.kit import xml
from masthead.kit.xml import Element
from masthead.wire.item import Item, Media, PubStatus, Reading
from masthead.wire.readers import feeds, with_warnings
from masthead.wire.readers.delivery import Delivery
from masthead.wire.readers.feeds import Fields, all_texts, first_text
from masthead.wire.readers.times import parse_time

FORMAT = "rss"

_ROOTS = ("rss", "RDF", "channel", "rdf")
_BODIES = (
    "content:encoded", "xhtml:body", "xhtml:div", "atom:content", "description", "dc:description", "atom:summary",
    "itunes:summary", "?:encoded",
)  # fmt: skip
_TEASERS = ("description", "dc:description", "atom:summary")
_AUTHORS = (("dc:creator",), ("author", "atom:author"), ("itunes:author",))
_STATUS: dict[str, PubStatus] = {
    "draft": "withheld",
    "pending": "withheld",
    "private": "withheld",
    "trash": "canceled",
}
"""WordPress export: post status. Everything else there is published, or embargoed (`future`)."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Channel:
    language: str | None
    rights: str | None


def recognises(delivery: Delivery) -> bool:
    """An `<rss>` or RDF root, or a bare `<channel>`."""
    return delivery.root[1] in _ROOTS


def read(delivery: Delivery) -> Reading:
    """Read a feed. A broken entry costs a sentence in `errors`, not its neighbours."""
    parsed = delivery.xml
    channel = _channel(parsed.root)
    entries = [e for e in parsed.root.iter("{*}item", "rss:item") if _stands_alone(e, parsed.recovered)]
    errors: list[str] = []
    if entries and parsed.unfinished("item"):
        entries.pop()
        errors.append("The transfer broke off inside the last entry; it is held back until it comes whole.")
    items: list[Item] = []
    for number, entry in enumerate(feeds.limited(entries, errors), start=1):
        try:
            items.append(_item(entry, channel))
        except Exception as fault:  # one bad entry must not cost its neighbours
            errors.append(f"Entry {number} could not be read ({type(fault).__name__}).")
    if not items and not errors:
        errors.append("The feed holds no entries.")
    return with_warnings(Reading(FORMAT, _told_apart(items), tuple(errors)), parsed.faults)


def _stands_alone(entry: Element, recovered: bool) -> bool:
    """Entries inside entries are quotations, unless end tags are missing."""
    if feeds.short_name(entry.tag) != "item":
        return False
    holder = entry.getparent()
    return recovered or holder is None or xml.local(holder) not in ("item", "items")


def _channel(root: Element) -> _Channel:
    place = root if xml.local(root) == "channel" else xml.child(root, "channel")
    if place is None:
        return _Channel(None, None)
    fields = feeds.fields_of(place)
    return _Channel(first_text(fields, "language", "dc:language"), first_text(fields, "copyright", "dc:rights"))


def _item(entry: Element, channel: _Channel) -> Item:
    fields = feeds.fields_of(entry)
    body, source = _body(fields)
    link = _link(fields)
    guid = first_text(fields, "guid", "atom:id")
    headline = first_text(fields, "title", "dc:title", "media:title", "atom:title")
    creators = _creators(fields)
    item = Item(
        format=FORMAT,
        guid=guid or feeds.derived_id(link or _about(entry), headline, body),
        guid_derived=guid is None,
        headline=headline,
        standfirst=_teaser(fields, source),
        byline=", ".join(creators) or None,
        creators=creators,
        pubstatus=_STATUS.get(first_text(fields, "?:status") or "", "usable"),
        language=first_text(fields, "dc:language", "language") or channel.language,
        copyright_notice=first_text(fields, "dc:rights", "copyright") or channel.rights,
        credit=first_text(fields, "media:credit"),
        keywords=_keywords(fields),
        categories=all_texts(fields, "category", "atom:category"),
        provider=first_text(fields, "source", "dc:publisher"),
        link=link,
        body=body,
        media=feeds.media_of(fields),
    )
    if fields.get("?:post_type"):
        item = _exported(item, fields)
    published = first_text(fields, "pubDate", "dc:date", "atom:published", "dcterms:issued", "pubdate", "date")
    return feeds.with_times(item, published=published, updated=first_text(fields, "atom:updated", "dcterms:modified"))


def _exported(item: Item, fields: Fields) -> Item:
    """A row of a WordPress export (WXR): posts and pages are copy, attachments pictures, the rest furniture."""
    kind = first_text(fields, "?:post_type")
    if kind == "attachment":
        url = first_text(fields, "?:attachment_url")
        return item.replace(type="picture", media=(Media(url, caption=item.body or None, headline=item.headline),))
    if kind not in ("post", "page"):
        return item.replace(type="furniture")
    if first_text(fields, "?:post_password"):
        return item.replace(pubstatus="withheld", warnings=(*item.warnings, "The post is behind a password."))
    if first_text(fields, "?:status") != "future":
        return item
    due = parse_time(first_text(fields, "?:post_date_gmt"))
    return item.replace(embargoed_until=due.value) if due else item.replace(embargo_open=True)


def _about(entry: Element) -> str | None:
    """RDF names what an item is about: its address, and so its id."""
    return entry.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or None


def _body(fields: Fields) -> tuple[str, str]:
    """The fullest text that the entry brings, as sent, and the name of the field it came from."""
    for name in _BODIES:
        for element in fields.get(name, ()):
            said = feeds.markup(element)
            if said:
                return said, name
    return "", ""


def _teaser(fields: Fields, body_source: str) -> str | None:
    """The description of an entry that also brings its full text, as plain text."""
    if body_source in _TEASERS or not body_source:
        return None
    said = next((feeds.markup(e) for name in _TEASERS for e in fields.get(name, ()) if feeds.markup(e)), "")
    return _plain(said) or None


def _plain(html: str) -> str:
    if "<" not in html and "&" not in html:
        return xml.fold(html)
    return xml.text(xml.parse_html(html))


def _creators(fields: Fields) -> tuple[str, ...]:
    """The authors as written, from the first vocabulary that names any."""
    return next((said for names in _AUTHORS if (said := all_texts(fields, *names))), ())


def _keywords(fields: Fields) -> tuple[str, ...]:
    said = (*all_texts(fields, "dc:subject"), *all_texts(fields, "itunes:keywords", "media:keywords"))
    return tuple(dict.fromkeys(word.strip() for text in said for word in text.split(",") if word.strip()))


def _link(fields: Fields) -> str | None:
    """The entry's page: `<link>`, an Atom link inside RSS, or a guid that says it is a permalink."""
    said = first_text(fields, "link")
    if said:
        return said
    for link in (*fields.get("atom:link", ()), *fields.get("link", ())):
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return str(link.get("href")).strip()
    for guid in fields.get("guid", ()):
        address = xml.text(guid)
        if guid.get("isPermaLink", "true").lower() == "true" and address.startswith(("http://", "https://")):
            return address
    return None


def _told_apart(items: list[Item]) -> tuple[Item, ...]:
    """Different stories under one guid get different ids; the first keeps it."""
    holders: dict[str, Item] = {}
    for place, item in enumerate(items):
        first = holders.setdefault(item.guid or "", item)
        if first is not item and item.guid and (first.link, first.headline) != (item.link, item.headline):
            items[place] = _renamed(item)
    return tuple(items)


def _renamed(item: Item) -> Item:
    doubt = f"The id {item.guid} stands on two different entries; this one goes by its own link."
    other = item.link if item.link != item.guid else None
    return item.replace(
        guid=feeds.derived_id(other, item.headline, item.body),
        guid_derived=True,
        shared_guid=item.guid,
        warnings=(*item.warnings, doubt),
    )
