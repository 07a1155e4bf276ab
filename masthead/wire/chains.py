"""From one item of a delivery to its chain: which story it is a version of, and what that version brings."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path

from masthead.kit import clock, html
from masthead.wire import acting, alerts, differences, duties, filing, likeness, lints, twins
from masthead.wire.again import item_of
from masthead.wire.item import Item, UnreadableWire
from masthead.wire.lints import Lint
from masthead.wire.models import Source, WireFile, WireItem, WireVersion
from masthead.wire.profiles import Profile
from masthead.wire.repair import repair
from masthead.wire.rules import labels

OTHER_STORY = 0.1
"""Share of common text below which the same id, without a new version number, means another story."""


def take(
    raw: Item, file: WireFile, position: int, beside: Path | None, profile: Profile | None = None
) -> WireItem | None:
    """File one item and do what it orders. None for what is neither text nor a photograph of its own.

    Args:
        profile: the one that the file was read with.
    """
    item = repair(raw, profile=profile)
    if item.type not in ("text", "") and item.format != "photo-iptc":
        return None
    guid = (item.chain or item.guid or _derived_guid(item))[:500]
    if item.pubstatus != "usable":
        for other in item.corrects:
            _cancel_other(other[:500], item, file, position, profile)
    chain, fresh = _chain(file.source, guid, item)
    version, new, lost = _version(chain, item, raw, file, position, fresh, profile)
    if not new:
        return chain
    _describe(chain, item, fresh, profile, lost)
    agency = filing.agency_of(item, file.source)
    chain.agency = agency.name
    acting.act(chain, item, version, agency, beside)
    chain.save()
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


def _cancel_other(guid: str, item: Item, file: WireFile, position: int, profile: Profile | None) -> None:
    """A cancel with an id of its own speaks about another item, which may not even have arrived."""
    chain, _ = WireItem.objects.select_related("source", "story").get_or_create(source=file.source, guid=guid)
    version, new, _lost = _version(chain, item, item, file, position, False, profile)
    if new:
        agency = filing.agency_of(item, file.source)
        chain.agency = chain.agency or agency.name
        acting.act(chain, item, version, agency, None)
        chain.save()


def _version(
    chain: WireItem, item: Item, raw: Item, file: WireFile, position: int, fresh: bool, profile: Profile | None
) -> tuple[WireVersion, bool, tuple[Lint, ...]]:
    """The version, whether it is new, and what it lacks that the one before it had."""
    digest = raw.digest()
    known = None if fresh else chain.versions.filter(digest=digest).first()
    if known:
        return known, False, ()
    facts = _facts(item, file, position, profile)
    before = None if fresh else _before(chain)
    kind = differences.kind_of_change(before, item)
    version = WireVersion.objects.create(item=chain, digest=digest, kind=kind, **facts)
    return version, True, lints.lost(before, item) if before and item.body else ()


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


def _describe(
    chain: WireItem, item: Item, fresh: bool, profile: Profile | None, lost: tuple[Lint, ...]
) -> None:
    """What the desk's list shows and filters by."""
    chain.headline, chain.last_arrived_at = (item.headline or chain.headline)[:500], clock.now()
    if item.pubstatus != "usable":
        return
    text = html.to_text(item.body)
    chain.language, chain.urgency = (item.language or "")[:20], item.urgency
    chain.labels, chain.words = "\n".join(sorted(labels(item))), len(text.split())
    chain.duties = [[duty.kind, duty.words, duty.sentence] for duty in duties.of_item(item, profile)]
    found = (*lints.lints(item, chain.source.title.language, clock.now()), *lost)
    chain.lints = [[lint.name, lint.sentence, lint.holds] for lint in found]
    if {"kill", "hold"} & set(item.signals) and not chain.confirmed:
        chain.proposal = "kill" if "kill" in item.signals else "hold"
    twins.sketch_of(chain, fingerprint_text(item), fresh)
