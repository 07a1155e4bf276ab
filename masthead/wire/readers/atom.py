"""Atom 1.0 (RFC 4287) and 0.3, with Media RSS, drafts (RFC 5023) and tombstones (RFC 6721).

A tombstone (`at:deleted-entry`) is a kill: it becomes an item with status canceled under the id it names.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses

from masthead.kit import xml
from masthead.kit.xml import Element
from masthead.wire.item import Item, Media, Reading, joined
from masthead.wire.readers import feeds, with_warnings
from masthead.wire.readers.delivery import Delivery
from masthead.wire.readers.feeds import Fields

FORMAT = "atom"


@dataclasses.dataclass(frozen=True, slots=True)
class _Feed:
    authors: tuple[str, ...]
    rights: str | None


def recognises(delivery: Delivery) -> bool:
    """A `<feed>` or a single `<entry>`, with or without its namespace."""
    return delivery.root[1] in ("feed", "entry")


def read(delivery: Delivery) -> Reading:
    """Read a feed or a lone entry. A broken entry costs a sentence in `errors`, not its neighbours."""
    parsed = delivery.xml
    root = parsed.root
    feed = _feed(root)
    entries = [root] if xml.local(root) == "entry" else list(xml.children(root, "entry", "deleted-entry"))
    errors: list[str] = []
    if entries and parsed.unfinished("entry"):
        entries.pop()
        errors.append("The transfer broke off inside the last entry; it is held back until it comes whole.")
    items: list[Item] = []
    for number, entry in enumerate(feeds.limited(entries, errors), start=1):
        try:
            items.append(_item(entry, feed) if xml.local(entry) == "entry" else _tombstone(entry))
        except Exception as fault:  # one bad entry must not cost its neighbours
            errors.append(f"Entry {number} could not be read ({type(fault).__name__}).")
    if not items and not errors:
        errors.append("The feed holds no entries.")
    return with_warnings(Reading(FORMAT, tuple(items), tuple(errors)), parsed.faults)


def _feed(root: Element) -> _Feed:
    if xml.local(root) != "feed":
        return _Feed((), None)
    fields = _fields(root)
    return _Feed(_authors(fields), feeds.first_text(fields, "rights", "copyright"))


def _fields(entry: Element) -> Fields:
    """Children by short name, Atom's own under their bare names."""
    return {name.removeprefix("atom:"): found for name, found in feeds.fields_of(entry).items()}


def _item(entry: Element, feed: _Feed) -> Item:
    fields = _fields(entry)
    guid = feeds.first_text(fields, "id")
    link = _link(fields)
    headline = next((said for e in fields.get("title", ()) if (said := _plain(e))), None)
    body, standfirst = _texts(fields)
    own = _authors(fields)
    item = Item(
        format=FORMAT,
        guid=guid or feeds.derived_id(link, headline, body),
        guid_derived=guid is None,
        headline=headline,
        standfirst=standfirst,
        byline=", ".join(own or feeds.all_texts(fields, "dc:creator")) or None,
        creators=own or feeds.all_texts(fields, "dc:creator") or feed.authors,
        pubstatus="withheld" if _is_draft(fields) else "usable",
        language=xml.language(entry),
        copyright_notice=feeds.first_text(fields, "rights", "dc:rights", "copyright") or feed.rights,
        categories=_categories(fields),
        provider=_provider(fields),
        link=link,
        body=body,
        media=(*feeds.media_of(fields), *_content_media(fields)),
    )
    published = feeds.first_text(fields, "published", "issued", "created", "dc:date")
    return feeds.with_times(item, published=published, updated=feeds.first_text(fields, "updated", "modified"))


def _tombstone(entry: Element) -> Item:
    item = Item(format=FORMAT, guid=(entry.get("ref") or "").strip() or None, pubstatus="canceled")
    return feeds.with_times(item, updated=entry.get("when"))


def _link(fields: Fields) -> str | None:
    """The alternate link; of several the HTML one, else the one without a type, else the first."""
    links = [e for e in fields.get("link", ()) if e.get("href") and e.get("rel", "alternate") == "alternate"]
    if not links:
        return feeds.first_text(fields, "link")
    return str(min(links, key=_link_order).get("href")).strip()


def _link_order(link: Element) -> int:
    kind = link.get("type") or ""
    return 0 if "html" in kind else 1 if not kind else 2


def _authors(fields: Fields) -> tuple[str, ...]:
    """Names of the authors; an address only where there is no name."""
    return joined(_name(author) for author in fields.get("author", ()))


def _name(author: Element) -> str:
    inside = _fields(author)
    return feeds.first_text(inside, "name", "email", "uri") or ("" if len(author) else xml.text(author))


def _categories(fields: Fields) -> tuple[str, ...]:
    return joined(e.get("term") or e.get("label") or xml.text(e) for e in fields.get("category", ()))


def _provider(fields: Fields) -> str | None:
    source = next(iter(fields.get("source", ())), None)
    return xml.text(xml.child(source, "title")) or None if source is not None else None


def _is_draft(fields: Fields) -> bool:
    return any(xml.text(xml.child(control, "draft")) == "yes" for control in fields.get("app:control", ()))


def _texts(fields: Fields) -> tuple[str, str | None]:
    """Body and standfirst: the content with its summary, or the summary alone as the body."""
    content = next((html for e in fields.get("content", ()) if (html := _html(e))), "")
    summaries = fields.get("summary", ())
    if content:
        return content, next((said for e in summaries if (said := _plain(e))), None)
    return next((html for e in summaries if (html := _html(e))), ""), None


def _kind(element: Element) -> str:
    """`text`, `html`, `xhtml` or another media type; Atom 0.3 said the same with `mode` and media types."""
    said = (element.get("type") or "text").strip().lower()
    if len(element) and said in ("text", "html", "text/html", "application/xhtml+xml", "xhtml"):
        return "xhtml"
    if said in ("text/html", "application/xhtml+xml", "html", "xhtml"):
        return "html"
    return "text" if said in ("text", "text/plain") else said


def _html(element: Element) -> str:
    kind = _kind(element)
    if element.get("src") or kind.startswith(("image/", "video/", "audio/")):
        return ""
    if kind == "xhtml":
        only = element[0] if len(element) == 1 and not (element.text or "").strip() else None
        return xml.inner_html(only if only is not None and xml.local(only) == "div" else element)
    text = _unpacked(element)
    return text.strip() if kind == "html" else feeds.plain_markup(text)


def _unpacked(element: Element) -> str:
    text = xml.raw_text(element)
    if element.get("mode") != "base64":
        return text
    try:
        return base64.b64decode(text, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _plain(element: Element) -> str:
    html = _html(element)
    if "<" not in html and "&" not in html:
        return xml.fold(html)
    return xml.text(xml.parse_html(html))


def _content_media(fields: Fields) -> tuple[Media, ...]:
    """An entry whose content is a picture elsewhere."""
    parts = [
        e for e in fields.get("content", ()) if e.get("src") and _kind(e).startswith(("image/", "video/", "audio/"))
    ]
    return tuple(Media(url=str(e.get("src")).strip(), type=_kind(e)) for e in parts)
