"""AP Media API 2.x: a feed page or one item as JSON, with its NITF body where the answer carries it."""

from __future__ import annotations

import dataclasses
from typing import Any

from masthead.kit import xml
from masthead.wire.item import Item, Reading, UnreadableWire
from masthead.wire.readers import ninjs
from masthead.wire.readers.bodies import from_nitf
from masthead.wire.readers.delivery import Delivery
from masthead.wire.readers.json_values import Object, first, notes, objects, text, texts, walk

FORMAT = "ap-json"

_PATHS = ("data.items", "data.item", "item", "items", "data", "")


def recognises(delivery: Delivery) -> bool:
    """An object of the Media API: `altids` with an itemid, wherever it is wrapped."""
    try:
        return any(_ap(obj) for obj in _found(delivery.json))
    except UnreadableWire:
        return False


def _found(document: Any) -> list[Object]:
    for path in _PATHS:
        wrapped = [each.get("item", each) for each in walk(document, path)] if path else list(walk(document, ""))
        hits = [each for each in wrapped if isinstance(each, dict) and _ap(each)]
        if hits:
            return hits
    return []


def _ap(obj: Any) -> bool:
    altids = obj.get("altids") if isinstance(obj, dict) else None
    return isinstance(altids, dict) and "itemid" in altids


def read(delivery: Delivery) -> Reading:
    """The items of a feed page or a single answer. Raises UnreadableWire."""
    return Reading(FORMAT, tuple(_item(obj) for obj in _found(delivery.json)))


def _item(obj: Object) -> Item:
    item = ninjs.item_of(obj)
    status = (first(obj, "pubstatus") or "").lower()
    return item.replace(
        format=FORMAT,
        guid=text(obj["altids"].get("itemid")),
        headline=first(obj, "headline", "title", "headline_extended"),
        standfirst=first(obj, "description_summary", "headline_extended"),
        byline=_byline(obj),
        creators=_people(obj),
        usage_terms=texts(obj.get("usageterms")),
        ednotes=notes(obj.get("ednote"), obj.get("editorialnote")),
        embargo_open=item.embargo_open or (status == "embargoed" and item.embargoed_until is None),
        categories=_categories(obj),
        subjects=tuple(s for s in item.subjects if s.kind != "subject" or s.scheme or s.name),
        provider=first(obj, "provider") or item.provider or "The Associated Press",
        dateline=_place(obj),
        signals=tuple(dict.fromkeys([*item.signals, *_types(obj)])),
        body=_body(obj) or item.body,
        media=tuple(_media(m, obj) for m in item.media),
    )


def _types(obj: Object) -> tuple[str, ...]:
    """Editorial types say what the version is: Correction, Kill, Withhold, Writethru..."""
    return tuple(said.lower() for said in texts(obj.get("editorialtypes")))


def _byline(obj: Object) -> str | None:
    said = [first(each, "by", "name") for each in objects(obj.get("bylines"))]
    return first(obj, "byline") or "; ".join(s for s in said if s) or None


def _people(obj: Object) -> tuple[str, ...]:
    named = [first(each, "by", "name") for each in objects(obj.get("bylines"))]
    return tuple(name for name in named if name)


def _categories(obj: Object) -> tuple[str, ...]:
    rows = [each for each in objects(obj.get("subject")) if "category" in texts(each.get("rels"))]
    said = (first(each, "code", "name") for each in rows)
    return tuple(dict.fromkeys(s for s in said if s))


def _place(obj: Object) -> str | None:
    located = obj.get("datelinelocation")
    if not isinstance(located, dict):
        return first(obj, "located")
    return first(located, "city", "countryareaname", "countryname")


def _media(media: Any, obj: Object) -> Any:
    named = [first(each, "by", "name") for each in objects(obj.get("photographer"))]
    if media.provider_id or not any(named):
        return media
    return dataclasses.replace(media, photographer=media.photographer or named[0])


def _body(obj: Object) -> str:
    """The NITF that some answers and archives carry inline; its address alone is not a body."""
    nitf = obj.get("body_nitf") or obj.get("nitf")
    rendition = obj.get("renditions")
    inner = rendition.get("nitf") if isinstance(rendition, dict) else None
    if isinstance(inner, dict):
        nitf = nitf or inner.get("content") or inner.get("body")
    said = text(nitf)
    if not said:
        return ""
    try:
        tree = xml.parse(said.encode()).root
    except xml.RefusedXml:
        return ""
    content = next(iter(xml.descendants(tree, "body.content", "block")), tree)
    return from_nitf(content)
