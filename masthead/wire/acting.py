"""Bring our story in line with where its item stands: first use, update, merge, and every order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from masthead.kit import clock
from masthead.people.models import Organisation, User
from masthead.stories import actions, merging
from masthead.stories.body import from_html, pieces, readable
from masthead.stories.duties import Duty, bound
from masthead.stories.models import Story
from masthead.wire import alerts, duties, filing, orders, packages, pictures_in, rules, twins
from masthead.wire.again import item_of
from masthead.wire.item import Item, UnreadableWire
from masthead.wire.models import Source, WireItem, WireVersion
from masthead.wire.shift import Shift

PROPOSED = {"kill": "canceled", "hold": "withheld"}


def standing_of(chain: WireItem, agency: str, only: WireVersion | None = None) -> orders.Standing:
    """Where all versions of the item, and what an editor confirmed, leave it. `only` is a new item's one version."""
    said = [
        orders.Said(v.pk, v.number, v.stamped_at, v.pubstatus, v.embargo_until, v.embargo_open, v.expires_at)
        for v in ([only] if only else chain.versions.all())
    ]
    return orders.stand(said, agency, confirmed=chain.confirmed)


def act(
    chain: WireItem,
    item: Item,
    version: WireVersion,
    agency: Organisation,
    beside: Path | None,
    *,
    shift: Shift,
    fresh: bool = False,
) -> None:
    """Do what the newest delivery asks. `chain` is changed and saved by the caller; `fresh`: it has no other version."""
    standing = standing_of(chain, agency.name, version if fresh else None)
    chain.killed = standing.orders.pubstatus == "canceled"
    newest = standing.current.pk == version.pk
    if newest:
        chain.kind = version.kind
    _propose(chain, agency)
    if chain.killed:
        kill(chain, standing, agency)
    elif item.type == "picture":
        chain.decision = "A photograph: left on the wire desk with its terms."
    elif chain.story_id is None and item.parts and not item.body.strip():
        chain.decision = "A package: left on the wire desk with the list of its parts."
    elif chain.story_id is None:
        if newest and not chain.passed_over:
            _first_use(chain, item, standing, agency, beside, version, shift)
    else:
        _follow_up(chain, item, version, standing, agency, beside)


def kill(chain: WireItem, standing: orders.Standing, agency: Organisation) -> None:
    """The story leaves every surface, edited here or not, and so does every other story under the same id."""
    chain.decision, chain.proposal, chain.update_waiting = f"Killed by {agency.name}.", "", False
    _kill_story(chain, standing, agency)
    for other in WireItem.objects.filter(source=chain.source, shared_guid=chain.guid, killed=False):
        other.killed, other.decision = True, chain.decision
        other.save(update_fields=["killed", "decision"])
        _kill_story(other, standing, agency)


def _kill_story(chain: WireItem, standing: orders.Standing, agency: Organisation) -> None:
    story = chain.story
    if story is None or story.order_pubstatus == "canceled":
        return
    edited = " It had been edited here; our copy went with it." if actions.locally_edited(story) else ""
    text = f"{agency.name} killed “{story}”. It was withdrawn everywhere.{edited}"
    alerts.tell(chain, "kill", text, story=story)
    actions.obey(story=story, orders=standing.orders, by=agency.name)


def _propose(chain: WireItem, agency: Organisation) -> None:
    if chain.proposal and not chain.killed:
        what = "be killed" if chain.proposal == "kill" else "be held"
        alerts.tell(
            chain,
            "proposal",
            f"{agency.name} asks in words that “{chain}” {what}. Confirm or dismiss it.",
            story=chain.story,
        )


def against(chain: WireItem) -> list[str]:
    """Every sentence that forbids publishing unseen, the gravest first."""
    found = [f"the agency asks in words for a {chain.proposal}."] if chain.proposal else []
    found += [f"{words} (“{sentence[:120]}”)" for _kind, words, sentence in chain.duties if _kind in duties.HOLDING]
    found += [sentence for _name, sentence, holds in chain.lints if holds]
    twin = twins.against(chain)
    return [*found, twin] if twin else found


def _first_use(
    chain: WireItem,
    item: Item,
    standing: orders.Standing,
    agency: Organisation,
    beside: Path | None,
    version: WireVersion,
    shift: Shift,
) -> None:
    decision = rules.decide(item, chain.source, against=against(chain), rules=shift.rules, section=shift.first_section)
    chain.decision = decision.why[:300]
    for notice in decision.notices:
        alerts.tell(chain, "notice", notice)
    if decision.action in ("drop", "desk") or decision.section is None:
        return
    story = _file(chain, item, decision.section, standing, agency, beside, version)
    if decision.action == "publish" and not standing.hold_reason and standing.orders.pubstatus == "usable":
        actions.publish_as_filed(story=story, by="our rules", reason=decision.why)
    else:
        actions.hold(story=story, by="our rules", reason=standing.orders.reason or standing.hold_reason or decision.why)


def _file(
    chain: WireItem,
    item: Item,
    section: object,
    standing: orders.Standing,
    agency: Organisation,
    beside: Path | None,
    version: WireVersion,
) -> Story:
    copy = filing.copy_of(item, agency, clock.now())
    story = actions.file_story(title=chain.source.title, section=section, copy=copy, by=agency.name)  # type: ignore[arg-type]
    chain.story, chain.used = story, version
    pictures_in.order(story, item.media, chain.source, beside)
    if chain.duties:
        story = actions.oblige(story=story, asked=asked(chain, item), by=agency.name)
    if standing.orders != actions.Orders():
        story = actions.obey(story=story, orders=standing.orders, by=agency.name)
    return story


def asked(chain: WireItem, item: Item) -> list[Duty]:
    """The chain's duties as the story keeps them."""
    return [bound(kind, words, sentence, item.body) for kind, words, sentence in chain.duties]


def use(chain: WireItem, *, user: User) -> Story:
    """“Use this”: a story of its own on the desk, a draft, linked to its item. Raises UnreadableWire."""
    if chain.story:
        return chain.story
    version = newest(chain)
    item = item_of(version)
    agency = filing.agency_of(item, chain.source)
    standing = standing_of(chain, agency.name)
    section = rules.decide(item, chain.source).section or chain.source.title.sections.first()
    story = _file(chain, item, section, standing, agency, None, version)
    chain.decision, chain.passed_over = f"Used by {user}.", False
    chain.save()
    packages.fill(chain)
    packages.part_came(chain)
    return story


def confirm(chain: WireItem, *, user: User) -> None:
    """An editor confirms what a text wire asked for: from now on it is an order."""
    agency = filing.agency_of(item_of(newest(chain)), chain.source)
    chain.confirmed, chain.proposal = PROPOSED[chain.proposal], ""
    standing = standing_of(chain, agency.name)
    chain.killed = standing.orders.pubstatus == "canceled"
    if chain.killed:
        kill(chain, standing, agency)
    elif chain.story:
        actions.obey(story=chain.story, orders=standing.orders, by=f"{agency.name}, confirmed by {user}")
    chain.save()


def dismiss(chain: WireItem) -> None:
    """An editor says that the words were no order."""
    chain.proposal = ""
    chain.save(update_fields=["proposal"])


def newest(chain: WireItem) -> WireVersion:
    """The version that counts now."""
    current = standing_of(chain, chain.agency).current
    return chain.versions.select_related("file").get(pk=current.pk)


def _follow_up(
    chain: WireItem,
    item: Item,
    version: WireVersion,
    standing: orders.Standing,
    agency: Organisation,
    beside: Path | None,
) -> None:
    assert chain.story is not None
    story = actions.obey(story=chain.story, orders=standing.orders, by=agency.name)
    if standing.current.pk != version.pk or standing.hold_reason or standing.orders.pubstatus != "usable":
        return
    if not item.body.strip():
        # Management data alone (NewsML 1, Update="A") or a slip: the text that we have stays.
        return
    copy = filing.copy_of(item, agency, clock.now())
    story = actions.oblige(story=story, asked=asked(chain, item), by=agency.name)
    if actions.locally_edited(story) and copy.digest() != story.wire_digest:
        if not _merge(chain, story, copy, version, agency, corrects(item)):
            return
    else:
        story = actions.update_from_agency(story=story, copy=copy, by=agency.name, correction=corrects(item))
    chain.used, chain.update_waiting = version, False
    pictures_in.order(story, item.media, chain.source, beside)
    _publish_what_was_withheld(chain, story, item, chain.source)


def sides(chain: WireItem, story: Story, theirs: Item) -> tuple[list[str], actions.Ours, list[str]]:
    """The three sides of a merge as pieces of body: what we took over, what we made of it, what came now."""
    try:
        base = pieces(from_html(item_of(chain.used).body)) if chain.used else []
    except (UnreadableWire, OSError, IndexError):
        base = []
    return base, actions.ours(story), pieces(from_html(theirs.body))


def _merge(
    chain: WireItem, story: Story, copy: actions.Copy, version: WireVersion, agency: Organisation, correction: bool
) -> bool:
    """Merge the newer version into our edited copy where that needs no judgment; whether it was done."""
    base, mine, theirs = sides(chain, story, item_of(version))
    merged = merging.merge(base, mine.pieces, theirs)
    unchanged = any(duty["kind"] == "no-edits" for duty in story.duties)
    if not base or merged.clashes or mine.in_hand or unchanged:
        chain.update_waiting = True
        alerts.tell(chain, "update", f"A newer version of “{story}” waits: it and our edits touch the same text.")
        actions.update_from_agency(story=story, copy=copy, by=agency.name)
        return False
    own_words = bool(copy.correction) and not story.corrections.filter(text=copy.correction).exists()
    told = copy.correction if own_words else actions.what_changed(_text(base), _text(theirs), agency.name, correction)
    was = filing.copy_of(item_of(chain.used), agency, clock.now()).standfirst if chain.used else ""
    line = copy.standfirst if mine.standfirst == was else mine.standfirst
    actions.merge_from_agency(
        story=story,
        copy=copy,
        merged=merged.blocks,
        standfirst=line,
        by=agency.name,
        told=told if base != theirs or own_words else "",
        correction=correction or own_words,
    )
    chain.decision = "The newer version was merged with our edits."
    return True


def _text(parts: Sequence[str]) -> list[str]:
    return [readable(part) for part in parts]


def settle(chain: WireItem, parts: Sequence[str], *, user: User) -> Story:
    """An editor has decided, piece by piece, what stands after a clash: it becomes our newest draft."""
    assert chain.story is not None
    version = newest(chain)
    item = item_of(version)
    agency = filing.agency_of(item, chain.source)
    copy = filing.copy_of(item, agency, clock.now())
    story = actions.merge_from_agency(
        story=chain.story,
        copy=copy,
        merged=parts,
        standfirst=actions.ours(chain.story).standfirst,
        by=agency.name,
        user=user,
        out=False,
    )
    chain.used, chain.update_waiting = version, False
    chain.save(update_fields=["used", "update_waiting"])
    return story


def _publish_what_was_withheld(chain: WireItem, story: Story, item: Item, source: Source) -> None:
    """A story that only the agency's order kept back goes out when the agency frees it."""
    if story.state != Story.State.HELD or story.first_published_at or actions.held_by_a_person(story):
        return
    if rules.decide(item, source, against=against(chain)).action == "publish":
        actions.publish_as_filed(story=story, by="our rules", reason="The agency freed it.")


def corrects(item: Item) -> bool:
    """Whether the agency marks this version as a correction."""
    return any("correct" in signal.casefold() for signal in item.signals)
