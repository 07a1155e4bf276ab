"""Packages: a list of links whose parts come by themselves, before or after it, or never.

Editors see every part that the agency names, and which are missing. Readers see the parts that are in the paper,
through the gate: the headline of a part that was killed, or never came, is nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from masthead.stories import actions
from masthead.wire.item import Item
from masthead.wire.models import WireItem, WirePart


@dataclass(frozen=True, slots=True)
class Part:
    """A part as the desk sees it: what the package says of it, and the item once it has come."""

    guid: str
    headline: str
    kind: str
    item: WireItem | None

    @property
    def standing(self) -> str:
        """Where the part is, in words."""
        if self.item is None:
            return "missing: it has not come"
        if self.item.killed:
            return "killed"
        return f"our story is {self.item.story.standing}" if self.item.story else "on the wire desk, not used"


def note(chain: WireItem, item: Item) -> None:
    """Keep what the newest version of a package names, in its order."""
    named = [(part.guid[:500], (part.headline or "")[:500], part.kind[:20]) for part in item.parts]
    if named == list(chain.parts.values_list("guid", "headline", "kind")):
        return
    chain.parts.all().delete()
    WirePart.objects.bulk_create(
        WirePart(package=chain, position=n, guid=guid, headline=headline, kind=kind)
        for n, (guid, headline, kind) in enumerate(dict.fromkeys(named))
    )


def parts_of(chain: WireItem) -> list[Part]:
    """Every part that the package names, in its order, missing ones too."""
    named = list(chain.parts.all())
    came = WireItem.objects.filter(guid__in=[p.guid for p in named], source__title_id=chain.source.title_id)
    items = {item.guid: item for item in came.select_related("story", "story__title")}
    return [Part(p.guid, p.headline or str(items.get(p.guid, p.guid)), p.kind, items.get(p.guid)) for p in named]


def fill(package: WireItem) -> None:
    """Bring the parts of the package's story in line with what has come and is used."""
    if package.story:
        stories = [part.item.story for part in parts_of(package) if part.item and part.item.story]
        actions.set_parts(story=package.story, parts=list(dict.fromkeys(stories)), by=package.agency or "the wire")


def part_came(chain: WireItem) -> None:
    """A story was made of an item: fill the packages that wait for it."""
    waiting = WireItem.objects.filter(
        parts__guid=chain.guid, source__title_id=chain.source.title_id, story__isnull=False
    )
    for package in waiting.select_related("source", "story"):
        fill(package)
