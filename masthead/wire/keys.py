"""Exact keys of a story: ids that an agency gives it whatever the source, the format or the station that passes it on.

Two items that share a key are the same story unless their texts say otherwise; then an editor is asked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from masthead.wire.item import Item
from masthead.wire.likeness import component_ids

EXACT = 1 << 60
"""Values of exact keys lie above this; those of shingles (32 bits) far below."""

_RELEASES = (
    ("businesswire", re.compile(r"businesswire(?:\.com)?[^\s\"'<>]{0,60}?[/:=](20\d{12})(?!\d)", re.IGNORECASE)),
    ("globenewswire", re.compile(r"globenewswire\.com/[^\s\"'<>]{0,40}?/(?:20\d\d/\d\d/\d\d/)?(\d{6,9})/", re.IGNORECASE)),
    ("prnewswire", re.compile(r"prnewswire\.com/[^\s\"'<>]{0,300}?-(\d{9})\.html", re.IGNORECASE)),
)
_GLOBAL = ("urn:newsml:", "tag:", "urn:uuid:")


def keys(item: Item) -> frozenset[str]:
    """The exact keys of an item, for instance `cnn:L19j…`, `businesswire:20130515006361`, `id:tag:example.org,2026:1`."""
    found = {f"cnn:{each}" for each in component_ids(" ".join(_addresses(item)))}
    named = " ".join([item.guid or "", item.link or "", *(m.url or "" for m in item.media[:3])])
    for name, pattern in _RELEASES:
        found |= {f"{name}:{match}" for match in pattern.findall(named)}
    guid = (item.chain or item.guid or "").casefold()
    if guid.startswith(_GLOBAL) and not item.guid_derived and not item.shared_guid:
        found.add(f"id:{guid}")
    return frozenset(found)


def _addresses(item: Item) -> Iterable[str]:
    for media in item.media:
        yield from (media.url or "", *media.renditions)


def value(key: str) -> int:
    """The key as a number for the table of bands: 56 bits of BLAKE2, above every shingle's."""
    return EXACT | int.from_bytes(hashlib.blake2b(key.encode(), digest_size=7).digest(), "big")
