"""From one item of a delivery to its chain: which story it is a version of, and what that version brings."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from masthead.kit import clock, html
from masthead.wire import acting, alerts, differences, duties, filing, keys, likeness, lints, packages, twins
from masthead.wire.again import item_of
from masthead.wire.item import Item, UnreadableWire
from masthead.wire.lints import Lint
from masthead.wire.models import Source, WireFile, WireItem, WireVersion
from masthead.wire.profiles import Profile
from masthead.wire.repair import repair
from masthead.wire.rules import labels
from masthead.wire.shift import Shift

OTHER_STORY = 0.1
"""Share of common text below which the same id, without a new version number, means another story."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item on its way in: as sent and as repaired, where in which file it stood, and what it is known by."""

    raw: Item
    item: Item
    file: WireFile
    position: int
    beside: Path | None
    guid: str
    digest: str
    profile: Profile | None = None
    """The one that the file was read with."""


def entry(
    raw: Item, file: WireFile, position: int, beside: Path | None, profile: Profile | None = None
) -> Entry | None:
    """The item made ready. None for what is neither text nor a photograph of its own.

    Args:
        profile: the one that the file was read with.
    """
    item = repair(raw, profile=profile)
    if item.type not in ("text", "") and item.format != "photo-iptc" and not item.parts:
        return None
    guid = (item.chain or item.guid or _derived_guid(item))[:500]
    return Entry(raw, item, file, position, beside, guid, raw.digest(), profile)


def take(entry: Entry, shift: Shift) -> WireItem:
    """File one item and do what it orders."""
    item, file = entry.item, entry.file
    if item.pubstatus != "usable":
        for other in item.corrects:
            _cancel_other(other[:500], entry, shift)
    chain, fresh = _chain(file.source, entry.guid, item)
    version, new, lost = _version(chain, item, entry, fresh)
    if not new:
        return chain
    text = describe(chain, item, entry.profile, lost)
    if text is not None:
        twins.sketch_of(chain, text, fresh, keys.keys(item))
    agency = filing.agency_of(item, file.source, shift.agencies)
    chain.agency = agency.name
    had_story = chain.story_id is not None
    if item.parts or not fresh:
        packages.note(chain, item)
    acting.act(chain, item, version, agency, entry.beside, shift=shift, fresh=fresh)
    chain.save()
    if chain.story_id:
        packages.fill(chain) if item.parts else None
        packages.part_came(chain) if not had_story else None
    return chain


def _derived_guid(item: Item) -> str:
    """A stable id for copy that has none: from its address, else from who sent what under which headline."""
    seed = item.link or "\x1f".join([item.provider or "", item.slugline or "", item.headline or item.body[:200]])
    return f"urn:masthead:derived:{hashlib.sha256(seed.encode()).hexdigest()[:32]}"


def _chain(source: Source, guid: str, item: Item) -> tuple[WireItem, bool]:
    """The chain that this item belongs to: by its id, unless the agency has used the id for another story.

    The second value says that the chain is new, which spares asking for what it cannot have yet.
    """
    first = WireItem.objects.filter(source=source, guid=guid).select_related("source", "story").first()
    if first is None:
        chain = WireItem.objects.create(source=source, guid=guid)
        return (_told(item, chain) if item.shared_guid else chain), True
    siblings = WireItem.objects.filter(source=source, shared_guid=guid).select_related("source", "story")
    candidates = [first, *siblings]
    same = next((chain for chain in candidates if not _is_another(chain, item)), None)
    return (same or _sibling(source, guid, item)), False


def _is_another(chain: WireItem, item: Item) -> bool:
    """Whether the item is plainly another story than the chain's, for all that it bears the same id."""
    if item.pubstatus != "usable" or not chain.headline or not item.headline:
        return False
    last = chain.versions.filter(pubstatus="usable").select_related("file").order_by("-id").first()
    if last is None or (item.version or 0) != (last.number or 0):
        return False
    if _words(chain.headline) & _words(item.headline):
        return False
    try:
        before = item_of(last)
    except (UnreadableWire, OSError, IndexError):
        return False
    if item.link and item.link == before.link:
        return False
    old, new = (likeness.sketch(html.to_text(each.body)) for each in (before, item))
    return max(likeness.containment(old, new), likeness.containment(new, old)) < OTHER_STORY


def _words(headline: str) -> set[str]:
    return {word for word in headline.casefold().split() if len(word) > 3}


def _told(item: Item, chain: WireItem) -> WireItem:
    """Say that the agency gave this story the id of another."""
    shared, headline = item.shared_guid or "", (item.headline or "")[:100]
    sentence = f"The id {shared[:120]} was used for two stories; “{headline}” was filed as one of its own."
    chain.shared_guid, chain.clash = shared[:500], sentence[:300]
    alerts.tell(chain, "clash", sentence)
    return chain


def _sibling(source: Source, guid: str, item: Item) -> WireItem:
    seed = item.link or item.headline or ""
    own = f"{guid[:480]}#{hashlib.sha256(seed.encode()).hexdigest()[:12]}"
    chain, new = WireItem.objects.get_or_create(source=source, guid=own)
    return _told(item.replace(shared_guid=guid), chain) if new else chain


def _cancel_other(guid: str, entry: Entry, shift: Shift) -> None:
    """A cancel with an id of its own speaks about another item, which may not even have arrived."""
    item, file = entry.item, entry.file
    chain, _ = WireItem.objects.select_related("source", "story").get_or_create(source=file.source, guid=guid)
    version, new, _lost = _version(chain, item, replace(entry, digest=item.digest()), fresh=False)
    if new:
        agency = filing.agency_of(item, file.source, shift.agencies)
        chain.agency = chain.agency or agency.name
        acting.act(chain, item, version, agency, None, shift=shift)
        chain.save()


def _version(chain: WireItem, item: Item, entry: Entry, fresh: bool) -> tuple[WireVersion, bool, tuple[Lint, ...]]:
    """The version, whether it is new, and what it lacks that the one before it had."""
    known = None if fresh else chain.versions.filter(digest=entry.digest).first()
    if known:
        return known, False, ()
    before = None if fresh else _before(chain)
    version = version_of(chain, entry, before)
    version.save(force_insert=True)
    return version, True, lints.lost(before, item) if before and item.body else ()


def version_of(chain: WireItem, entry: Entry, before: Item | None) -> WireVersion:
    """The entry as a version of the chain, not saved."""
    kind = differences.kind_of_change(before, entry.item)
    facts = _facts(entry.item, entry.file, entry.position, entry.profile)
    return WireVersion(item=chain, digest=entry.digest, kind=kind, **facts)


def _facts(item: Item, file: WireFile, position: int, profile: Profile | None) -> dict[str, object]:
    until = [item.expires, *(duty.until for duty in duties.of_item(item, profile))]
    return {
        "file": file,
        "position": position,
        "number": item.version,
        "stamped_at": item.version_created or item.updated or item.published,
        "pubstatus": item.pubstatus,
        "embargo_until": item.embargoed_until,
        "embargo_open": item.embargo_open,
        "expires_at": min((at for at in until if at), default=None),
        "headline": (item.headline or "")[:500],
        "repairs": [asdict(repaired) for repaired in item.repairs],
    }


def _before(chain: WireItem) -> Item | None:
    last = chain.versions.select_related("file").order_by("-id").first()
    try:
        return item_of(last) if last else None
    except (UnreadableWire, OSError, IndexError):
        return None


def fingerprint_text(item: Item) -> str:
    """The text by which copy is recognised again: without the lines that stand under a hundred stories alike."""
    standing = {r.text for r in item.remarks if r.role in ("standing-editors-note", "licence-tagline", "genre-note")}
    if not standing:
        return html.to_text(item.body)
    return " ".join(said for said in html.paragraphs(item.body) if " ".join(said.split()) not in standing)


def describe(chain: WireItem, item: Item, profile: Profile | None = None, lost: tuple[Lint, ...] = ()) -> str | None:
    """Set what the desk's list shows and filters by.

    The answer is the text by which the item is recognised again, None where it brings none.
    """
    chain.headline, chain.last_arrived_at = (item.headline or chain.headline)[:500], clock.now()
    chain.type = (item.type or "text")[:12]
    if item.pubstatus != "usable":
        return None
    text = html.to_text(item.body)
    chain.lead = html.excerpt(text, 240)
    chain.language, chain.urgency = (item.language or "")[:20], item.urgency
    chain.labels, chain.words = "\n".join(sorted(labels(item))), len(text.split())
    chain.duties = [[duty.kind, duty.words, duty.sentence] for duty in duties.of_item(item, profile)]
    found = (*lints.lints(item, chain.source.title.language, clock.now(), text), *lost)
    chain.lints = [[lint.name, lint.sentence, lint.holds] for lint in found]
    if {"kill", "hold"} & set(item.signals) and not chain.confirmed:
        chain.proposal = "kill" if "kill" in item.signals else "hold"
    return fingerprint_text(item) if item.remarks else text
