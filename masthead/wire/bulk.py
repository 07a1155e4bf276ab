"""New items of a delivery all at once: the same rows as one by one, in a dozen questions instead of a dozen an item.

Only plain new copy goes this way: usable text under an id that has not been seen. Everything else (versions, kills,
clashes, proposals) is filed one by one, in its place in the order. The caller rolls back and files one by one when
anything here raises, so that one bad item never costs the good beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from masthead.wire import acting, chains, filing, keys, packages, rules, twins
from masthead.wire.chains import Entry
from masthead.wire.models import WireItem, WireVersion
from masthead.wire.rules import Decision
from masthead.wire.shift import Known, Shift

NO_STORY = ("desk", "drop")


def is_plain(entry: Entry) -> bool:
    """Whether nothing but its text speaks: no order, no picture of its own, no doubt about its id."""
    item = entry.item
    ordered = item.pubstatus != "usable" or {"kill", "hold"} & set(item.signals)
    return not ordered and item.type in ("text", "") and not item.shared_guid and not item.parts


def runs(entries: Iterable[Entry], known: Known) -> Iterable[tuple[list[Entry], bool]]:
    """The entries in their order, in stretches, and whether all of a stretch are plain new copy: those go together, every
    other one alone. A second version in the same delivery is not new."""
    together: list[Entry] = []
    seen: set[str] = set()
    for entry in entries:
        if is_plain(entry) and entry.guid not in known.chains and entry.guid not in seen:
            together.append(entry)
            seen.add(entry.guid)
            continue
        if together:
            yield together, True
        together = []
        seen.add(entry.guid)
        yield [entry], False
    if together:
        yield together, True


def take(entries: Sequence[Entry], shift: Shift) -> list[WireItem]:
    """File plain new items and do what the rules say. Returns their chains, in order. Raises whatever goes wrong."""
    made = [_chain(entry, shift) for entry in entries]
    found = [chain for chain, _text, _decision in made]
    versions = [chains.version_of(chain, entry, None) for chain, entry in zip(found, entries, strict=True)]
    for chain, version in zip(found, versions, strict=True):
        chain.kind = version.kind
    WireItem.objects.bulk_create(found)
    WireVersion.objects.bulk_create(versions)
    named = [keys.keys(entry.item) for entry in entries]
    twins.sketch_new([(chain, text, its) for (chain, text, _decision), its in zip(made, named, strict=True)])
    for entry, (chain, _text, decision), version in zip(entries, made, versions, strict=True):
        if decision.action not in NO_STORY or decision.notices:
            agency = filing.agency_of(entry.item, shift.source, shift.agencies)
            acting.act(chain, entry.item, version, agency, entry.beside, shift=shift, fresh=True)
            chain.save()
            if chain.story_id:
                packages.part_came(chain)
    return found


def _chain(entry: Entry, shift: Shift) -> tuple[WireItem, str, Decision]:
    """The item's row, not saved, with what the rules decide where that makes no story; and its text."""
    item = entry.item
    chain = WireItem(source=shift.source, guid=entry.guid)
    text = chains.describe(chain, item, entry.profile) or ""
    chain.agency = filing.agency_of(item, shift.source, shift.agencies).name
    decision = rules.decide(item, shift.source, rules=shift.rules, section=shift.first_section)
    chain.decision = decision.why[:300]
    return chain, text, decision
