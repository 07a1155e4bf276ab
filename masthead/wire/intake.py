"""Take a delivery in: keep its bytes, read its items, file them, and do at once what they order.

One delivery is one transaction. The same bytes twice change nothing; versions may come in any order.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import transaction

from masthead.kit import clock
from masthead.kit.private import DeskOnly
from masthead.people.models import Organisation
from masthead.stories import actions
from masthead.stories.models import Story
from masthead.titles.models import Title
from masthead.wire import archive, filing, orders, pictures_in, rules
from masthead.wire.item import Item, Reading, UnreadableWire
from masthead.wire.models import Source, WireFile, WireItem, WireVersion
from masthead.wire.readers import read
from masthead.wire.repair import repair

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
        reading = read(data)
    except UnreadableWire as refused:
        return Receipt(_quarantine(data, sha256, name, source, str(refused)))
    except Exception:
        log.exception("Reading %s failed", name)
        return Receipt(_quarantine(data, sha256, name, source, "Reading it failed in a way that we did not foresee."))
    if not reading.items:
        reason = " ".join(reading.errors) or "There is no item in it."
        return Receipt(_quarantine(data, sha256, name, source, reason))
    return _file(data, sha256, name, source, reading, beside)


def _quarantine(data: bytes, sha256: str, name: str, source: Source, reason: str) -> WireFile:
    file, _ = WireFile.objects.update_or_create(
        source=source,
        sha256=sha256,
        defaults={"name": name[:300], "size": len(data), "state": WireFile.State.QUARANTINED, "reason": reason},
    )
    return file


def _file(data: bytes, sha256: str, name: str, source: Source, reading: Reading, beside: Path | None) -> Receipt:
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
        for position, raw in enumerate(_with_pictures(reading)):
            try:
                with transaction.atomic():
                    taken.append(_take_item(raw, file, position, beside))
            except Exception:
                log.exception("Item %d of %s could not be filed", position + 1, name)
                spoilt.append(f"Item {position + 1} could not be filed.")
        if len(spoilt) > len(reading.errors):
            file.state, file.reason = WireFile.State.PARTLY, " ".join(spoilt)
            file.save(update_fields=["state", "reason"])
    return Receipt(file, tuple(t for t in taken if t))


def _with_pictures(reading: Reading) -> tuple[Item, ...]:
    """Pictures that travel as items of their own beside a single text belong to that text."""
    texts = [item for item in reading.items if item.type in ("text", "")]
    pictures = tuple(m for item in reading.items if item.type == "picture" for m in item.media[:1])
    if len(texts) != 1 or not pictures or texts[0].media:
        return reading.items
    return tuple(item.replace(media=pictures) if item is texts[0] else item for item in reading.items)


def _take_item(raw: Item, file: WireFile, position: int, beside: Path | None) -> WireItem | None:
    item = repair(raw)
    if item.type not in ("text", ""):
        return None
    guid = (item.guid or _derived_guid(item))[:500]
    chain, _ = WireItem.objects.get_or_create(source=file.source, guid=guid)
    version, new = WireVersion.objects.get_or_create(
        item=chain, digest=_digest(raw), defaults=_facts(item, file, position)
    )
    if not new:
        return chain
    agency = filing.agency_of(item, file.source)
    chain.headline, chain.last_arrived_at = (item.headline or chain.headline)[:500], clock.now()
    _act(chain, item, version, agency, beside)
    chain.save()
    return chain


def _derived_guid(item: Item) -> str:
    """A stable id for copy that has none: from its address, else from who sent what under which headline."""
    seed = item.link or "\x1f".join([item.provider or "", item.slugline or "", item.headline or item.body[:200]])
    return f"urn:masthead:derived:{hashlib.sha256(seed.encode()).hexdigest()[:32]}"


def _digest(item: Item) -> str:
    def plain(value: object) -> str:
        return value.reveal() if isinstance(value, DeskOnly) else str(value)

    return hashlib.sha256(json.dumps(asdict(item), default=plain, sort_keys=True).encode()).hexdigest()


def _facts(item: Item, file: WireFile, position: int) -> dict[str, object]:
    return {
        "file": file,
        "position": position,
        "number": item.version,
        "stamped_at": item.version_created or item.updated or item.published,
        "pubstatus": item.pubstatus,
        "embargo_until": item.embargoed_until,
        "embargo_open": item.embargo_open,
        "expires_at": item.expires,
        "headline": (item.headline or "")[:500],
        "repairs": [asdict(repaired) for repaired in item.repairs],
    }


def _standing(chain: WireItem, agency: Organisation) -> orders.Standing:
    said = [
        orders.Said(v.pk, v.number, v.stamped_at, v.pubstatus, v.embargo_until, v.embargo_open, v.expires_at, v.digest)
        for v in chain.versions.all()
    ]
    return orders.stand(said, agency.name)


def _act(chain: WireItem, item: Item, version: WireVersion, agency: Organisation, beside: Path | None) -> None:
    """Bring our story in line with the item's standing."""
    standing = _standing(chain, agency)
    chain.killed = standing.orders.pubstatus == "canceled"
    if chain.killed:
        _kill(chain, standing, agency)
    elif chain.story_id is None:
        if standing.current.pk == version.pk:
            _first_use(chain, item, standing, agency, beside)
    else:
        _follow_up(chain, item, version, standing, agency, beside)


def _kill(chain: WireItem, standing: orders.Standing, agency: Organisation) -> None:
    chain.decision = f"Killed by {agency.name}."
    if chain.story:
        actions.obey(story=chain.story, orders=standing.orders, by=agency.name)


def _first_use(
    chain: WireItem, item: Item, standing: orders.Standing, agency: Organisation, beside: Path | None
) -> None:
    decision = rules.decide(item, chain.source)
    chain.decision = decision.why[:300]
    if decision.action == "drop" or decision.section is None:
        return
    copy = filing.copy_of(item, agency, clock.now())
    story = actions.file_story(title=chain.source.title, section=decision.section, copy=copy, by=agency.name)
    chain.story = story
    pictures_in.order(story, item.media, chain.source, beside)
    if standing.orders != actions.Orders():
        story = actions.obey(story=story, orders=standing.orders, by=agency.name)
    if decision.action == "publish" and not standing.hold_reason and standing.orders.pubstatus == "usable":
        actions.publish_as_filed(story=story, by="our rules", reason=decision.why)
    else:
        actions.hold(story=story, by="our rules", reason=standing.orders.reason or decision.why)


def _follow_up(
    chain: WireItem,
    item: Item,
    version: WireVersion,
    standing: orders.Standing,
    agency: Organisation,
    beside: Path | None,
) -> None:
    story = actions.obey(story=_story(chain), orders=standing.orders, by=agency.name)
    if standing.current.pk != version.pk:
        return
    if not standing.hold_reason and standing.orders.pubstatus == "usable":
        copy = filing.copy_of(item, agency, clock.now())
        story = actions.update_from_agency(story=story, copy=copy, by=agency.name, correction=_corrects(item))
        pictures_in.order(story, item.media, chain.source, beside)
        _publish_what_was_withheld(story, item, chain.source)


def _publish_what_was_withheld(story: Story, item: Item, source: Source) -> None:
    """A story that only the agency's order kept back goes out when the agency frees it."""
    if story.state != Story.State.HELD or story.first_published_at or actions.held_by_a_person(story):
        return
    if rules.decide(item, source).action == "publish":
        actions.publish_as_filed(story=story, by="our rules", reason="The agency freed it.")


def _story(chain: WireItem) -> Story:
    assert chain.story is not None
    return chain.story


def _corrects(item: Item) -> bool:
    return any("correct" in signal.casefold() for signal in item.signals)
