"""Read a version again from the bytes that were kept: what an agency said is never stored twice."""

from __future__ import annotations

from functools import lru_cache

from masthead.wire import archive, profiled
from masthead.wire.item import Item, Reading
from masthead.wire.models import WireVersion
from masthead.wire.profiled import Choice
from masthead.wire.profiles import Profile
from masthead.wire.repair import repair


def item_of(version: WireVersion) -> Item:
    """The repaired item of this version. Raises UnreadableWire or OSError when the bytes are gone or unreadable."""
    return _repaired(version.file.sha256, version.position, profiled.choice_of(version.item.source))


@lru_cache(maxsize=256)
def _repaired(sha256: str, position: int, choice: Choice) -> Item:
    items, profile = _items(sha256, choice)
    return repair(items[position], profile=profile)


@lru_cache(maxsize=8)
def _items(sha256: str, choice: Choice) -> tuple[tuple[Item, ...], Profile]:
    reading, profile = profiled.read(archive.fetch(sha256), choice)
    return with_pictures(reading), profile


def with_pictures(reading: Reading) -> tuple[Item, ...]:
    """The items; pictures that travel as items of their own beside a single text belong to that text."""
    texts = [item for item in reading.items if item.type in ("text", "")]
    pictures = tuple(m for item in reading.items if item.type == "picture" for m in item.media[:1])
    if len(texts) != 1 or not pictures or texts[0].media:
        return reading.items
    return tuple(item.replace(media=pictures) if item is texts[0] else item for item in reading.items)
