"""A front as editors arranged it. The gate still decides: what readers may not see leaves its slot, which is filled."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from masthead.press import front, proof
from masthead.press.reading import Reader
from masthead.stories.arrangement import Arrangement, Fill, Slot
from masthead.stories.models import Banner, Front
from masthead.stories.models.front import EVERYWHERE
from masthead.titles.models import Section

LOOKS_AT = 120


def plan_of(reader: Reader, section: Section | None) -> tuple[Arrangement | None, proof.BannerProof | None]:
    """What is in force on a front at the reader's moment, and the banner over it."""
    reader.keys.add(f"front:section:{section.pk}" if section else "front:home")
    found = Front.objects.filter(title=reader.title, section=section).first()
    coming, standing = (found.next_change(reader.now), found.in_force(reader.now)) if found else (None, None)
    reader.renewed_at(coming.takes_effect_at if coming else None)
    plan = standing.plan if standing else None
    banner = _banner(reader, found.banners.all()) if found else None
    if section and banner is None:
        reader.keys.add(EVERYWHERE)
        banner = _banner(reader, Banner.objects.filter(front__title=reader.title, front__section=None, everywhere=True))
    return (plan if plan and (plan.slots or plan.fills) else None), banner


def _banner(reader: Reader, banners: QuerySet[Banner]) -> proof.BannerProof | None:
    waiting = banners.filter(starts_at__gt=reader.now).order_by("starts_at").first()
    reader.renewed_at(waiting.starts_at if waiting else None)
    banner = banners.filter(starts_at__lte=reader.now, ends_at__gt=reader.now).first()
    if banner is None:
        return None
    reader.renewed_at(banner.ends_at)
    card = chosen(reader, [banner.story_id]).get(banner.story_id) if banner.story_id else None
    if banner.about_story and card is None:
        return None
    text = banner.text or (card.headline if card else "")
    return proof.BannerProof(text, card.path if card else "", reader.local(banner.starts_at))


def chosen(reader: Reader, wanted: Iterable[int]) -> dict[int, proof.Card]:
    """Cards of those of the `wanted` stories that readers may see. The others are watched: they may come back."""
    ids = list(wanted)
    reader.keys |= {f"story:{pk}" for pk in ids}
    for story in reader.title.stories.filter(pk__in=ids, live=True):
        reader.renewed_at(story.embargo_ends)
    return {story.pk: reader.card(story) for story in reader.teasers(reader.readable().filter(pk__in=ids))}


def arrange(
    reader: Reader, plan: Arrangement, section: Section | None, feeds: tuple[proof.Link, ...]
) -> proof.FrontProof:
    """The front that `plan` gives at this moment. No story stands twice."""
    return _Galley(reader, plan, section).made_up(feeds)


class _Galley:
    """One front in the making: what is pinned, what the rules offer, what has been used."""

    def __init__(self, reader: Reader, plan: Arrangement, section: Section | None) -> None:
        self.reader, self.plan, self.section = reader, plan, section
        self.listed = (
            reader.stories(f"section:{section.pk}").filter(section=section) if section else reader.stories("front")
        )
        self.pinned = chosen(reader, plan.stories)
        self.used = {card.uid for card in self.pinned.values()}
        self.newest = list(reader.cards(self.listed[:LOOKS_AT]))
        self.by_rules = self._offered()

    def made_up(self, feeds: tuple[proof.Link, ...]) -> proof.FrontProof:
        """Slots first, then what the rules still offer, then the strips."""
        slots = self.plan.slots or (Slot(),)
        filled = [(slot, package) for slot in slots if (package := self._fill(slot))]
        lead, rest = (filled[0][1], filled[1:]) if filled else (None, [])
        latest = self._latest()
        return proof.FrontProof(
            lead=lead.lead if lead else None,
            related=lead.related if lead else (),
            seconds=tuple(p.lead for slot, p in rest if slot.place == "second"),
            packages=tuple(p for slot, p in rest if slot.place == "package"),
            briefs=tuple(p.lead for slot, p in rest if slot.place == "brief"),
            latest=latest,
            sections=tuple(self._strips()),
            feeds=feeds,
        )

    def _fill(self, slot: Slot) -> proof.Package | None:
        """A slot with its story; a package whose lead is gone is led by the next of its own, any other by the rules."""
        own = [self.pinned[pk] for pk in (slot.story, *slot.related) if pk in self.pinned]
        if not own and (card := self._next()) is not None:
            own = [card]
        return proof.Package(own[0], tuple(own[1:])) if own else None

    def _next(self) -> proof.Card | None:
        """What the rules offer first, then anything: a front is never empty while there is news."""
        for card in (*self.by_rules, *sorted(self.newest, key=front.weight, reverse=True)):
            if card.uid not in self.used:
                self.used.add(card.uid)
                return card
        return None

    def _offered(self) -> list[proof.Card]:
        offered: dict[str, proof.Card] = {}
        for fill in self.plan.fills:
            for card in self._by(fill, self.used | set(offered)):
                offered[card.uid] = card
        return list(offered.values())

    def _by(self, fill: Fill, taken: set[str]) -> list[proof.Card]:
        kind, _, pk = fill.take.partition(":")
        found = self.listed
        if kind == "section":
            found = found.filter(section_id=int(pk))
        elif kind == "source":
            found = found.filter(agency_id=int(pk))
        elif kind in ("ours", "wire"):
            found = found.filter(agency__isnull=kind == "ours")
        # Ours first, but only of the newest: a story of ours from last week does not push today's news away.
        window = fill.count * (2 if fill.local_first else 1)
        free = [c for c in self.reader.cards(found[: window + len(taken)]) if c.uid not in taken][:window]
        if fill.local_first:
            free.sort(key=lambda card: bool(card.source))
        return free[: fill.count]

    def _latest(self) -> tuple[proof.Card, ...]:
        """What the rules offer beside the slots; without rules the newest."""
        left = self.by_rules if self.plan.fills else self.newest
        fresh = [c for c in left if c.uid not in self.used]
        latest = fresh if self.plan.fills else fresh[: front.LATEST]
        self.used |= {c.uid for c in latest}
        return tuple(latest)

    def _strips(self) -> list[proof.FrontSection]:
        if self.section or not self.plan.strips:
            return []
        return front.strips(self.reader, [c for c in self.newest if c.uid not in self.used])
