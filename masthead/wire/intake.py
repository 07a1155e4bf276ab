"""Take a delivery in: keep its bytes, read its items, file them, and do at once what they order.

One delivery is one transaction, or many that came together are one. The same bytes twice change nothing; versions
may come in any order.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import OperationalError, connection, transaction

from masthead.titles.models import Title
from masthead.wire import archive, bulk, chains, profiled
from masthead.wire.again import with_pictures
from masthead.wire.chains import Entry
from masthead.wire.item import Reading, UnreadableWire
from masthead.wire.models import Source, WireFile, WireItem
from masthead.wire.profiles import Profile, plain
from masthead.wire.shift import Known, Shift

FACTS = ["name", "size", "format", "state", "reason"]
log = logging.getLogger("masthead.wire")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a delivery, for the person who sent it."""

    file: WireFile
    items: tuple[WireItem, ...] = ()
    again: bool = False
    """The very same bytes had come before; nothing was done twice."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Bytes that came, under which name, the folder in which pictures named by relative addresses lie, and what the
    bytes hold where that is known already."""

    data: bytes
    name: str
    beside: Path | None = None
    reading: Reading | None = None


@dataclass(slots=True)
class _Filing:
    """One delivery that was read, while its items are filed."""

    file: WireFile
    reading: Reading
    profile: Profile
    beside: Path | None
    taken: dict[int, WireItem] = field(default_factory=dict)
    spoilt: list[str] = field(default_factory=list)


def default_source(title: Title) -> Source:
    """The source of copy that is dropped straight into wire/in/."""
    return Source.objects.get_or_create(title=title, slug="in", defaults={"name": "Dropped files"})[0]


def take(data: bytes, *, name: str, source: Source, beside: Path | None = None) -> Receipt:
    """Take in one delivery. `beside` is the folder in which pictures named by relative addresses lie.

    Never raises for what the bytes hold: what cannot be read is kept in quarantine with its reason.
    """
    return take_all([Delivery(data, name, beside)], source=source)[0]


def take_all(deliveries: Sequence[Delivery], *, source: Source) -> list[Receipt]:
    """Take in deliveries of one source that wait together, in one transaction; their receipts, in their order."""
    receipts: dict[int, Receipt] = {}
    filings: dict[int, _Filing] = {}
    sums = [archive.keep(delivery.data) for delivery in deliveries]
    known = {file.sha256: file for file in WireFile.objects.filter(source=source, sha256__in=sums)}
    for place, (delivery, sha256) in enumerate(zip(deliveries, sums, strict=True)):
        before = known.get(sha256)
        if before and before.state != WireFile.State.QUARANTINED:
            receipts[place] = Receipt(before, again=True)
            continue
        file = before or WireFile(source=source, sha256=sha256)
        file.name, file.size = delivery.name[:300], len(delivery.data)
        reading, profile, refusal = _read(delivery, source)
        if refusal:
            receipts[place] = Receipt(_quarantined(file, refusal))
        else:
            filings[place] = _Filing(file, reading, profile, delivery.beside, spoilt=list(reading.errors))
        known[sha256] = file
    if filings:
        _file(list(filings.values()), source)
    receipts |= {
        place: Receipt(one.file, tuple(one.taken[n] for n in sorted(one.taken))) for place, one in filings.items()
    }
    return [receipts[place] for place in range(len(deliveries))]


def _read(delivery: Delivery, source: Source) -> tuple[Reading, Profile, str]:
    """What the bytes hold and with which profile they were read, or the sentence that says why nothing can be taken from them."""
    nothing = Reading("")
    try:
        reading, profile = profiled.read(delivery.data, profiled.choice_of(source), delivery.reading)
    except UnreadableWire as refused:
        return nothing, plain(), str(refused)
    except Exception:
        log.exception("Reading %s failed", delivery.name)
        return nothing, plain(), "Reading it failed in a way that we did not foresee."
    return reading, profile, "" if reading.items else " ".join(reading.errors) or "There is no item in it."


def _quarantined(file: WireFile, reason: str) -> WireFile:
    file.state, file.reason = WireFile.State.QUARANTINED, reason
    _save([file])
    return file


def _save(files: Sequence[WireFile]) -> None:
    """New rows at once (another process may have been quicker with the same bytes); known ones one by one."""
    for file in files:
        if file.pk is not None:
            file.save(update_fields=FACTS)
    WireFile.objects.bulk_create(
        [file for file in files if file.pk is None],
        update_conflicts=True,
        unique_fields=["source", "sha256"],
        update_fields=FACTS,
    )


def _file(filings: Sequence[_Filing], source: Source) -> None:
    # Repair is most of the work, and needs no database: nobody waits for our lock meanwhile.
    entries = [entry for one in filings for entry in _entries(one)]
    with transaction.atomic():
        one_at_a_time()
        for one in filings:
            one.file.format = one.reading.format
            one.file.state = WireFile.State.PARTLY if one.reading.errors else WireFile.State.READ
            one.file.reason = " ".join(one.reading.errors)
        _save([one.file for one in filings])
        known = Known(source, (entry.guid for entry in entries))
        shift = Shift(source)
        owners = {one.file.pk: one for one in filings}
        for stretch, fresh in bulk.runs(entries, known):
            if not (fresh and _take_new(stretch, owners, shift)):
                _take_each(stretch, owners, shift, known)
        for one in filings:
            _report(one)


def one_at_a_time() -> None:
    """Have no other process take anything in until this transaction ends: of two versions that come at once, one must see
    the other. SQLite lets only one write in any case."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


_LOCK = 0x77697265
"""“wire”."""


def _entries(one: _Filing) -> list[Entry]:
    found = []
    for position, raw in enumerate(with_pictures(one.reading)):
        try:
            entry = chains.entry(raw, one.file, position, one.beside, one.profile)
        except Exception:
            _spoilt(one, position)
        else:
            found += [entry] if entry else []
    return found


def _take_new(entries: Sequence[Entry], owners: Mapping[int, _Filing], shift: Shift) -> bool:
    """All of them or none; whether it was all."""
    try:
        with transaction.atomic():
            found = bulk.take(entries, shift)
    except Exception:
        log.warning("%d new items could not be filed together; they are filed one by one", len(entries), exc_info=True)
        shift.forget()
        return False
    for entry, chain in zip(entries, found, strict=True):
        owners[entry.file.pk].taken[entry.position] = chain
    return True


def _take_each(entries: Sequence[Entry], owners: Mapping[int, _Filing], shift: Shift, known: Known) -> None:
    """One by one, each in a savepoint: one bad item never costs its neighbours."""
    for entry in entries:
        one = owners[entry.file.pk]
        try:
            with transaction.atomic():
                chain = known.again(entry.guid, entry.digest) or chains.take(entry, shift)
            one.taken[entry.position] = chain
        except OperationalError:
            raise  # The database is full or away, and the item is not to blame: the file stays where it is, to be taken again.
        except Exception:
            shift.forget()
            _spoilt(one, entry.position)


def _spoilt(one: _Filing, position: int) -> None:
    log.exception("Item %d of %s could not be filed", position + 1, one.file.name)
    one.spoilt.append(f"Item {position + 1} could not be filed.")


def _report(one: _Filing) -> None:
    clashes = [chain.clash for _position, chain in sorted(one.taken.items()) if chain.clash]
    one.spoilt += [clash for clash in dict.fromkeys(clashes) if clash not in one.spoilt]
    if len(one.spoilt) > len(one.reading.errors):
        one.file.state, one.file.reason = WireFile.State.PARTLY, " ".join(one.spoilt)
        one.file.save(update_fields=["state", "reason"])
