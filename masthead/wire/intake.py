"""Take a delivery in: keep its bytes, read its items, file them, and do at once what they order.

One delivery is one transaction. The same bytes twice change nothing; versions may come in any order.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from masthead.titles.models import Title
from masthead.wire import archive, chains, profiled
from masthead.wire.again import with_pictures
from masthead.wire.item import Reading, UnreadableWire
from masthead.wire.models import Source, WireFile, WireItem
from masthead.wire.profiles import Profile

log = logging.getLogger("masthead.wire")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a delivery, for the person who sent it."""

    file: WireFile
    items: tuple[WireItem, ...] = ()
    again: bool = False
    """The very same bytes had come before; nothing was done twice."""


def default_source(title: Title) -> Source:
    """The source of copy that is dropped straight into wire/in/."""
    return Source.objects.get_or_create(title=title, slug="in", defaults={"name": "Dropped files"})[0]


def take(data: bytes, *, name: str, source: Source, beside: Path | None = None) -> Receipt:
    """Take in one delivery. `beside` is the folder in which pictures named by relative addresses lie.

    Never raises for what the bytes hold: what cannot be read is kept in quarantine with its reason.
    """
    sha256 = archive.keep(data)
    known = WireFile.objects.filter(source=source, sha256=sha256).first()
    if known and known.state != WireFile.State.QUARANTINED:
        return Receipt(known, again=True)
    try:
        reading, profile = profiled.read(data, profiled.choice_of(source))
    except UnreadableWire as refused:
        return Receipt(_quarantine(data, sha256, name, source, str(refused)))
    except Exception:
        log.exception("Reading %s failed", name)
        return Receipt(_quarantine(data, sha256, name, source, "Reading it failed in a way that we did not foresee."))
    if not reading.items:
        reason = " ".join(reading.errors) or "There is no item in it."
        return Receipt(_quarantine(data, sha256, name, source, reason))
    return _file(data, sha256, name, source, reading, beside, profile)


def _quarantine(data: bytes, sha256: str, name: str, source: Source, reason: str) -> WireFile:
    file, _ = WireFile.objects.update_or_create(
        source=source,
        sha256=sha256,
        defaults={"name": name[:300], "size": len(data), "state": WireFile.State.QUARANTINED, "reason": reason},
    )
    return file


def _file(
    data: bytes, sha256: str, name: str, source: Source, reading: Reading, beside: Path | None, profile: Profile
) -> Receipt:
    with transaction.atomic():
        file, _ = WireFile.objects.update_or_create(
            source=source,
            sha256=sha256,
            defaults={
                "name": name[:300],
                "size": len(data),
                "format": reading.format,
                "state": WireFile.State.PARTLY if reading.errors else WireFile.State.READ,
                "reason": " ".join(reading.errors),
            },
        )
        taken, spoilt = [], list(reading.errors)
        for position, raw in enumerate(with_pictures(reading)):
            try:
                with transaction.atomic():
                    taken.append(chains.take(raw, file, position, beside, profile))
            except Exception:
                log.exception("Item %d of %s could not be filed", position + 1, name)
                spoilt.append(f"Item {position + 1} could not be filed.")
        spoilt += [t.clash for t in taken if t and t.clash and t.clash not in spoilt]
        if len(spoilt) > len(reading.errors):
            file.state, file.reason = WireFile.State.PARTLY, " ".join(spoilt)
            file.save(update_fields=["state", "reason"])
    return Receipt(file, tuple(t for t in taken if t))
