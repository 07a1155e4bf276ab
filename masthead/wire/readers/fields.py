"""What a profile changes in a reading: fields taken from where this agency puts them, times in its own zone.

A path is names parted by strokes, from the item's own element (XML) or object (JSON): `meta/extra/title`,
`meta/@name`. A name with a prefix (`x:title`) asks for the prefix too; without one any namespace will do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from masthead.kit import xml
from masthead.kit.private import DeskOnly
from masthead.wire.item import Item, Reading, UnreadableWire, joined
from masthead.wire.profiles.profile import MAPPABLE, Profile
from masthead.wire.readers.delivery import Delivery
from masthead.wire.readers.times import parse_time

_ELEMENTS = {
    "rss": ("item",),
    "atom": ("entry",),
    "nitf": ("nitf",),
    "newsml-1": ("NewsItem",),
    "newsml-g2": ("newsItem", "packageItem", "conceptItem", "planningItem"),
}
_DEEPEST = 6
"""Levels of a JSON document in which the list of items is looked for."""


def applied(reading: Reading, delivery: Delivery, profile: Profile) -> Reading:
    """The reading as this profile has it. Each changed item keeps the digest of what was sent."""
    items = reading.items
    if profile.fields and items:
        nodes = _nodes(reading.format, delivery, len(items))
        if nodes is None:
            said = f"The field map of “{profile.name}” could not be used: the items of this {reading.format} file were not found one by one."
            items = tuple(item.replace(sent=item.digest(), warnings=(*item.warnings, said)) for item in items)
        else:
            items = tuple(_mapped(item, node, profile) for item, node in zip(items, nodes, strict=True))
    if profile.time_zone:
        zone = ZoneInfo(profile.time_zone)
        items = tuple(_zoned(item, zone) if item.naive_times else item for item in items)
    return Reading(reading.format, items, reading.errors)


def _zoned(item: Item, zone: ZoneInfo) -> Item:
    """Wall times become moments; of two moments that the clocks call alike, an embargo means the later one."""
    changes: dict[str, object] = {"naive_times": (), "sent": item.digest()}
    for name in item.naive_times:
        wall = getattr(item, name)
        if isinstance(wall, datetime):
            local = wall.replace(tzinfo=zone, fold=1 if name == "embargoed_until" else 0)
            changes[name] = local.astimezone(UTC)
    return item.replace(**changes)


def _nodes(format: str, delivery: Delivery, count: int) -> list[Any] | None:
    """The element or object of each item, in the order of the items."""
    try:
        if delivery.kind == "xml":
            names = _ELEMENTS.get(format, ())
            found: list[Any] = [e for e in delivery.xml.root.iter() if names and xml.local(e) in names]
        elif delivery.kind == "json":
            found = next(_lists(delivery.json, count), [])
        else:
            return None
    except (UnreadableWire, RecursionError):
        return None
    return found if len(found) == count else None


def _lists(document: Any, count: int, level: int = 0) -> Iterator[list[Any]]:
    """Lists of so many objects, the outermost first; a single item may be the document itself."""
    if isinstance(document, list) and len(document) == count and all(isinstance(one, dict) for one in document):
        yield document
    elif isinstance(document, dict) and count == 1 and level == 0 and not _holds_items(document):
        yield [document]
    if level < _DEEPEST and isinstance(document, dict):
        for value in document.values():
            yield from _lists(value, count, level + 1)
    if level == 0 and isinstance(document, dict) and count == 1:
        yield [document]


def _holds_items(document: dict[str, Any]) -> bool:
    return any(isinstance(document.get(name), (list, dict)) for name in ("items", "data"))


def _mapped(item: Item, node: Any, profile: Profile) -> Item:
    changes: dict[str, object] = {}
    naive = list(item.naive_times)
    for field, path in profile.fields:
        texts = [text for text in _texts(node, path.split("/"), markup=field == "body") if text]
        if texts:
            value = _value(field, texts, item, naive)
            if value is not None:
                changes[field] = value
    if not changes:
        return item
    if "guid" in changes:
        changes["guid_derived"] = False
    return item.replace(sent=item.digest(), naive_times=tuple(dict.fromkeys(naive)), **changes)


def _value(field: str, texts: list[str], item: Item, naive: list[str]) -> object:
    kind = MAPPABLE[field]
    if kind == "list":
        return joined(texts)
    if kind == "notes":
        return (*item.ednotes, *(DeskOnly(text) for text in texts))
    if kind == "number":
        return int(texts[0]) if texts[0].isascii() and texts[0].isdigit() and len(texts[0]) < 10 else None
    if kind == "time":
        moment = parse_time(texts[0])
        if moment is None:
            return None
        if field in naive:
            naive.remove(field)
        if moment.naive:
            naive.append(field)
        return moment.value
    return texts[0]


def _texts(node: Any, path: list[str], *, markup: bool) -> Iterator[str]:
    if isinstance(node, xml.Element):
        yield from _xml_texts(node, path, markup)
    else:
        yield from _json_texts(node, path)


def _xml_texts(element: xml.Element, path: list[str], markup: bool) -> Iterator[str]:
    if not path:
        if markup and len(element):
            yield xml.inner_html(element)
        else:
            yield xml.raw_text(element).strip() if markup else xml.text(element)
        return
    name, rest = path[0], path[1:]
    if name.startswith("@"):
        found = xml.attribute(element, name[1:].rpartition(":")[2])
        if found:
            yield found.strip()
        return
    prefix, _, local = name.rpartition(":")
    for child in element:
        if xml.local(child) == local and (not prefix or prefix in (child.prefix, xml.namespace(child))):
            yield from _xml_texts(child, rest, markup)


def _json_texts(value: Any, path: list[str]) -> Iterator[str]:
    if isinstance(value, list):
        for one in value[:200]:
            yield from _json_texts(one, path)
    elif path:
        if isinstance(value, dict) and path[0].removeprefix("@") in value:
            yield from _json_texts(value[path[0].removeprefix("@")], path[1:])
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield str(value).strip()
