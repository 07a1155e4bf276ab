"""Readers: bytes of an agency in, frozen `Item`s out. One format, one file.

A reader is a module of this package with three names:

    FORMAT = "newsml-g2"                            the name in the JSON contract and on the channel page
    def recognises(delivery: Delivery) -> bool      does the content look like mine? cheap, never raises
    def read(delivery: Delivery) -> Reading         raises UnreadableWire with one sentence for an editor

To add one, write the file and put its name into `READERS` under the kind of content it reads. Order matters:
the first that recognises the delivery reads it. Modules are imported only when a delivery of their kind comes.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Iterator
from typing import Protocol, cast

from masthead.wire.item import Reading, UnreadableWire
from masthead.wire.profiles.profile import Profile
from masthead.wire.readers import fields
from masthead.wire.readers.delivery import Delivery, Kind

READERS: dict[Kind, tuple[str, ...]] = {
    "xml": ("newsml_g2", "newsml_1", "nitf", "rss", "atom"),
    "json": ("ap_json", "json_feed", "ninjs"),
    "html": (),
    "other": ("photo", "anpa1312", "iptc7901", "mail"),
}
"""Modules of this package by kind of content, in the order in which they are asked."""

_NOT_OURS: dict[Kind, str] = {
    "xml": "This XML file is in no news format that we know (its outermost element is <{root}>).",
    "json": "This JSON file is in no news format that we know.",
    "html": "This is a web page, not a feed; perhaps a log-in page or an error page came instead of the copy.",
    "other": "This file is in no news format that we know.",
}


class Reader(Protocol):
    """What a reader module offers."""

    FORMAT: str

    def recognises(self, delivery: Delivery) -> bool:
        """Whether the content looks like this reader's format."""

    def read(self, delivery: Delivery) -> Reading:
        """The items of the delivery. Raises `UnreadableWire`."""


def read(data: bytes, *, profile: Profile | None = None) -> Reading:
    """Read one delivery in whatever format its content shows.

    Args:
        data: the bytes as they came.
        profile: the agency's profile when it is known: its field map and time zone are applied.

    Raises:
        UnreadableWire: nothing could be read; the message is one sentence that an editor understands.
    """
    if not data.strip(b" \t\r\n\x00"):
        raise UnreadableWire("The file is empty.")
    delivery = Delivery(data)
    for reader in _readers(delivery.kind):
        if reader.recognises(delivery):
            reading = _guarded(reader, delivery)
            return fields.applied(reading, delivery, profile) if profile else reading
    raise UnreadableWire(_refusal(delivery))


def _readers(kind: Kind) -> Iterator[Reader]:
    for name in READERS[kind]:
        yield cast(Reader, importlib.import_module(f"{__name__}.{name}"))


def _guarded(reader: Reader, delivery: Delivery) -> Reading:
    """A fault of ours in a reader must become a sentence on the channel page, not the end of the channel."""
    try:
        return reader.read(delivery)
    except UnreadableWire:
        raise
    except Exception as fault:
        raise UnreadableWire(
            f"The {reader.FORMAT} reader stumbled over this file ({type(fault).__name__}); the bytes are kept."
        ) from fault


def _refusal(delivery: Delivery) -> str:
    root = delivery.root[1] if delivery.kind == "xml" else ""
    return _NOT_OURS[delivery.kind].format(root=root[:40])


def with_warnings(reading: Reading, warnings: tuple[str, ...]) -> Reading:
    """The reading with `warnings` (charset repaired, recovered...) on each of its items."""
    if not warnings:
        return reading
    items = tuple(item.replace(warnings=(*item.warnings, *warnings)) for item in reading.items)
    return dataclasses.replace(reading, items=items)
