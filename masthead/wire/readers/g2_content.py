"""NewsML-G2: body, pictures and other media of an item."""

from __future__ import annotations

from collections.abc import Iterable

from masthead.kit import xml
from masthead.kit.private import DeskOnly
from masthead.kit.xml import Element, child, children, local, text
from masthead.wire.item import Item, Media, joined
from masthead.wire.readers import bodies

_PICTURE_TYPES = ("picture", "photo", "graphic", "image")
_EXTENSIONS = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
}


def add(item: Item, element: Element, meta: Element | None, content: Element | None) -> Item:
    """The item with its body and its media. Parts of the body for editors join its notes."""
    sets = list(children(element, "contentSet"))
    for holder in sets:
        for inline in children(holder, "inlineXML"):
            item = _inline_xml(item, inline)
        for inline in children(holder, "inlineData"):
            item = item if item.body else item.replace(body=_inline_data(inline))
    remote = [part for holder in sets for part in children(holder, "remoteContent")]
    media = (*_remote_media(item, remote, content), *_linked_pictures(meta))
    return item.replace(media=tuple(dict.fromkeys(media)))


def description(content: Element, roles: Iterable[str]) -> str | None:
    """The first description in one of these roles (their last part, "" for none), in the order of `roles`."""
    found = {
        (part.get("role") or "").rpartition(":")[2].lower(): said
        for part in reversed(list(children(content, "description")))
        if (said := text(part))
    }
    return next((found[role] for role in roles if role in found), None)


# -- body -------------------------------------------------------------------------------------------------


def _inline_xml(item: Item, inline: Element) -> Item:
    root = next((part for part in inline if isinstance(part.tag, str)), None)
    if root is None:
        return item if item.body else item.replace(body=bodies.from_plain(xml.raw_text(inline)))
    if local(root) == "nitf":
        return _nitf(item, root)
    if local(root) == "BODY":
        return item.replace(body=item.body or bodies.from_tt(root))
    body = root if local(root) == "body" else child(root, "body")
    if body is None and local(root) not in ("html", "div", "section", "article", "p"):
        return item  # SportsML, EventsML...: data, not a story
    return _xhtml(item, body if body is not None else inline if local(root) == "p" else root)


def _xhtml(item: Item, body: Element) -> Item:
    notes = _without_header(body) + bodies.take_desk_notes(body)
    html = bodies.from_xhtml(body)
    return _noted(item, notes).replace(body="\n".join(part for part in (item.body, html) if part))


def _without_header(body: Element) -> tuple[str, ...]:
    """dpa repeats the metadata in a `<header>` for display, embargo line included: shown once is enough."""
    notes: tuple[str, ...] = ()
    for header in list(children(body, "header")):
        notes += bodies.take_desk_notes(header)
        bodies.remove(header)
    return notes


def _nitf(item: Item, nitf: Element) -> Item:
    body = child(nitf, "body")
    if body is None:
        return item
    head = child(body, "body.head")
    item = _nitf_head(item, head) if head is not None else item
    content = child(body, "body.content")
    if content is None:
        return item
    notes = bodies.take_desk_notes(content)
    return _noted(item, notes).replace(body=item.body or bodies.from_nitf(content))


def _nitf_head(item: Item, head: Element) -> Item:
    """What only the embedded NITF says: metadata of the G2 item itself go first."""
    hedline = child(head, "hedline")
    return item.replace(
        headline=item.headline or text(child(hedline, "hl1") if hedline is not None else None) or None,
        byline=item.byline or _spaced(child(head, "byline")),
        dateline=item.dateline or text(child(head, "dateline")) or None,
        standfirst=item.standfirst or text(child(head, "abstract")) or None,
    )


def _spaced(byline: Element | None) -> str | None:
    """NITF bylines butt their parts together ("By<person>Ana Lind</person>"): words need spaces."""
    return xml.fold(" ".join(str(part) for part in byline.itertext())) or None if byline is not None else None


def _noted(item: Item, notes: tuple[str, ...]) -> Item:
    return item.replace(ednotes=(*item.ednotes, *(DeskOnly(note) for note in notes))) if notes else item


def _inline_data(inline: Element) -> str:
    said = xml.raw_text(inline)
    if "html" in (inline.get("contenttype") or "").lower():
        return said.strip()
    return bodies.from_plain(said)


# -- media ------------------------------------------------------------------------------------------------


def _remote_media(item: Item, remote: list[Element], content: Element | None) -> list[Media]:
    """One medium for each sort of content: the sizes of one picture are one picture."""
    sorts: dict[str, list[Element]] = {}
    for part in remote:
        if part.get("href") or part.get("residref"):
            sorts.setdefault(_sort(part, item.type), []).append(part)
    return [_medium(item, parts, content) for parts in sorts.values()]


def _sort(part: Element, item_type: str) -> str:
    sort = (part.get("contenttype") or "").partition("/")[0].strip().lower()
    return "image" if not sort and item_type in _PICTURE_TYPES else sort


def _medium(item: Item, parts: list[Element], content: Element | None) -> Media:
    best = max(parts, key=_pixels)
    is_picture = item.type in _PICTURE_TYPES
    return Media(
        url=_address(best),
        type=(best.get("contenttype") or "").strip() or None,
        width=_pixel(best.get("width")),
        height=_pixel(best.get("height")),
        headline=item.headline,
        caption=_caption(content) or text(child(best, "description")) or None,
        credit=item.credit,
        photographer=next((c.name for c in item.contributors if c.role == "photographer"), None)
        or (item.contributors[0].name if is_picture and item.contributors else None),
        rights=item.copyright_notice,
        usage_terms="\n".join(item.usage_terms) or None,
        provider_id=item.guid,
        renditions=joined(_address(part) for part in parts if part is not best),
    )


def _caption(content: Element | None) -> str | None:
    return description(content, ("caption", "summary", "videocaption", "")) if content is not None else None


def _address(part: Element) -> str | None:
    return (part.get("href") or part.get("residref") or "").strip() or None


def _pixels(part: Element) -> int:
    return (_pixel(part.get("width")) or 0) * (_pixel(part.get("height")) or 0)


def _pixel(value: str | None) -> int | None:
    digits = (value or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else None


def _linked_pictures(meta: Element | None) -> list[Media]:
    """Pictures an item points to in its links, where the agency gives an address to fetch."""
    if meta is None:
        return []
    return [_linked(link) for link in children(meta, "link") if link.get("href") and _names_picture(link)]


def _names_picture(link: Element) -> bool:
    sort = child(link, "itemClass")
    code = (sort.get("qcode") or "") if sort is not None else link.get("contenttype") or ""
    return code.rpartition(":")[2].partition("/")[0] in _PICTURE_TYPES


def _linked(link: Element) -> Media:
    address = (link.get("href") or "").strip()
    ending = address.partition("?")[0].rpartition(".")[2].lower()
    return Media(
        url=address,
        type=link.get("contenttype") or _EXTENSIONS.get(ending),
        headline=text(child(link, "title")) or None,
        provider_id=link.get("residref"),
    )
