"""What RSS and Atom have in common: namespaces, bodies, pictures, dates.

An entry is read once into `Fields`: its children by short name (`title`, `dc:creator`, `media:content`), so that
the sixteen addresses under which feeds know six vocabularies are dealt with in one place.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from collections.abc import Iterable
from html import escape

from masthead.kit import xml
from masthead.kit.xml import Element
from masthead.wire.item import Item, Media, joined
from masthead.wire.readers.times import parse_time

_CORE = "http://purl.org/rss/1.0/modules/"
_PREFIXES = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.itunes.com/DTDs/Podcast-1.0.dtd": "itunes",
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/2007/app": "app",
    "http://purl.org/atom/app#": "app",
    "http://purl.org/atompub/tombstones/1.0": "at",
    **{name: name for name in ("content", "dc", "dcterms", "media", "itunes", "atom", "xhtml", "rdf", "app")},
}
_OWN = ("", "rss", "atom")
"""Namespaces whose elements go by their bare names; undeclared `rss:` prefixes are seen in the wild."""

_TYPES = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "avif": "image/avif", "svg": "image/svg+xml", "mp4": "video/mp4", "webm": "video/webm", "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
}  # fmt: skip

MOST_ENTRIES = 10_000
"""Entries read of one feed. A hundred times what any newspaper carries; more would block the wire desk."""

Fields = dict[str, list[Element]]


def limited(entries: list[Element], errors: list[str]) -> list[Element]:
    """The first `MOST_ENTRIES` entries, with a sentence in `errors` when there are more."""
    if len(entries) > MOST_ENTRIES:
        errors.append(f"The feed holds {len(entries)} entries; only the first {MOST_ENTRIES} were read.")
    return entries[:MOST_ENTRIES]


@functools.lru_cache(maxsize=8192)
def short_name(tag: object) -> str:
    """`dc:creator` for `{http://purl.org/dc/elements/1.1/}creator`, `title` for any RSS namespace's title.

    Elements of vocabularies that we do not know get a name that starts with "?".
    """
    space, local = xml.split_name(tag)
    prefix = _PREFIXES.get(space)
    if prefix is not None:
        return f"{prefix}:{local}"
    return local if space in _OWN or _is_rss(space) else f"?:{local}"


def _is_rss(space: str) -> bool:
    low = space.lower()
    return ("rss" in low and not low.startswith(_CORE) and "module" not in low and "mrss" not in low) or (
        "netscape.com/rdf" in low or low.startswith("http://channel.netscape")
    )


def fields_of(entry: Element) -> Fields:
    """The entry's children by short name, in document order."""
    fields: Fields = {}
    for child in entry:
        name = short_name(child.tag)
        if name in fields:
            fields[name].append(child)
        else:
            fields[name] = [child]
    return fields


def first_text(fields: Fields, *names: str) -> str | None:
    """The first of these fields that says something, folded."""
    for name in names:
        for element in fields.get(name, ()):
            said = xml.text(element)
            if said:
                return said
    return None


def all_texts(fields: Fields, *names: str) -> tuple[str, ...]:
    """What all these fields say, once each."""
    return joined(xml.text(element) for name in names for element in fields.get(name, ()))


def markup(element: Element) -> str:
    """An RSS text that is HTML by custom: escaped, in CDATA, or as real child elements."""
    if len(element):
        return xml.inner_html(element)
    return (element.text or "").strip()


def plain_markup(text: str) -> str:
    """Text that is declared to be no HTML, as HTML."""
    return escape(text.strip(), quote=False)


def with_times(item: Item, **said: str | None) -> Item:
    """The item with its time fields parsed. What does not parse stays absent; an editor sees why in a warning."""
    found: dict[str, object] = {}
    naive: list[str] = []
    doubts: list[str] = []
    for name, text in said.items():
        moment = parse_time(text)
        if moment is not None:
            found[name] = moment.value
            naive += [name] if moment.naive else []
        elif text:
            doubts.append(f"A date could not be understood: {text[:60]}")
    return item.replace(**found, naive_times=tuple(naive), warnings=(*item.warnings, *doubts))


def derived_id(link: str | None, headline: str | None, body: str) -> str | None:
    """A stable id for an entry that brings none: its link, else a fingerprint of what it says."""
    if link:
        return link
    said = f"{headline or ''}\n{body}" if headline or body else ""
    return f"urn:sha256:{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()}" if said else None


# -- pictures and other media -----------------------------------------------------------------------------


def media_of(fields: Fields) -> tuple[Media, ...]:
    """Media RSS contents and groups, enclosures, and, when there is no picture yet, the thumbnail."""
    if not _MEDIA_FIELDS.intersection(fields):
        return ()
    found = [_group(group, fields) for group in fields.get("media:group", ())]
    found += [_content(content, fields_of(content), fields) for content in fields.get("media:content", ())]
    found += [_enclosure(e) for name in ("enclosure", "link") for e in fields.get(name, ()) if _is_enclosure(e)]
    media = [one for one in found if one is not None and one.url]
    if not any((one.type or "").startswith("image/") for one in media):
        media += [one for one in map(_thumbnail, _thumbnails(fields)) if one.url][:1]
    first: dict[str | None, Media] = {}
    for one in media:
        first.setdefault(one.url, one)
    return tuple(first.values())


_MEDIA_FIELDS = frozenset(
    ("media:group", "media:content", "media:thumbnail", "enclosure", "link", "itunes:image", "image")
)


def _thumbnails(fields: Fields) -> Iterable[Element]:
    yield from fields.get("media:thumbnail", ())
    for group in (*fields.get("media:group", ()), *fields.get("media:content", ())):
        yield from fields_of(group).get("media:thumbnail", ())
    yield from fields.get("itunes:image", ())


def _thumbnail(element: Element) -> Media:
    url = (element.get("url") or element.get("href") or element.text or "").strip() or None
    return Media(
        url=url,
        type=_type(None, "image", url),
        width=_size(element, "width"),
        height=_size(element, "height"),
    )


def _group(group: Element, item: Fields) -> Media | None:
    """A group holds one work in several sizes or codings: one medium with renditions."""
    inside = fields_of(group)
    contents = inside.get("media:content", [])
    if not contents:
        return None
    best = next((c for c in contents if c.get("isDefault") == "true"), max(contents, key=_weight))
    medium = _content(best, fields_of(best), inside, item)
    others = joined(c.get("url") for c in contents if c is not best)
    return dataclasses.replace(medium, renditions=others)


def _weight(content: Element) -> int:
    return (_size(content, "width") or 0) * (_size(content, "height") or 1)


def _content(element: Element, *places: Fields) -> Media:
    """One `media:content`; what it does not say itself, the group or the entry around it may."""
    url = (element.get("url") or "").strip() or None
    return Media(
        url=url,
        type=_type(element.get("type"), element.get("medium"), url),
        width=_size(element, "width"),
        height=_size(element, "height"),
        headline=_near(places, "media:title"),
        caption=_near(places, "media:description") or _near(places, "media:text"),
        credit=_near(places, "media:credit"),
        rights=_near(places, "media:copyright"),
    )


def _near(places: Iterable[Fields], name: str) -> str | None:
    return next((said for fields in places if (said := first_text(fields, name))), None)


def _is_enclosure(element: Element) -> bool:
    return element.get("rel") == "enclosure" if element.get("href") else bool(element.get("url"))


def _enclosure(element: Element) -> Media:
    url = (element.get("url") or element.get("href") or "").strip() or None
    return Media(url=url, type=_type(element.get("type"), None, url), headline=element.get("title") or None)


def _type(said: str | None, medium: str | None, url: str | None) -> str | None:
    """The media type said, or guessed from the address, or from `medium` alone (`image/*`)."""
    if said and "/" in said:
        return said.strip().lower()
    ending = (url or "").partition("?")[0].rpartition(".")[2].lower()
    return _TYPES.get(ending) or (f"{medium}/*" if medium in ("image", "video", "audio") else None)


def _size(element: Element, name: str) -> int | None:
    digits = (element.get(name) or "").strip().removesuffix("px")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else None
