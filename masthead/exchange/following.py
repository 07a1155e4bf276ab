"""What happens to a story happens to its copies: kills in the same transaction, updates and corrections a moment later."""

from __future__ import annotations

from django.db import transaction

from masthead.exchange import copying, sharing
from masthead.exchange.models import Route, Sending, Share
from masthead.kit.prepared import Prepared, Slot
from masthead.stories import actions, merging
from masthead.stories.body import from_html, pieces
from masthead.stories.models import DiaryEntry, Story
from masthead.stories.models.diary import Verb

TELLS_NOTHING = frozenset({Verb.FILED, Verb.EDITED, Verb.NOTED})

# Asked for every change of every story, and most stories are shared with nobody.
_TAKEN = Prepared(
    lambda: Share.objects.filter(story=Slot("story"), copy__isnull=False).select_related("story__title", "story__agency", "copy__title")
)
_SENT = Prepared(lambda: Share.objects.filter(story=Slot("story"), partner__isnull=False))
_ROUTES = Prepared(lambda: Route.objects.filter(title=Slot("title"), active=True).values_list("pk")[:1])


def orders(entry: DiaryEntry) -> None:
    """Have every copy obey at once what now stands over its original: called inside the transaction of the change."""
    if entry.story_id is None or entry.verb in TELLS_NOTHING:
        return
    for share in _TAKEN.all(story=entry.story_id):
        assert share.copy
        actions.obey(story=share.copy, orders=copying.orders_of(share), by=share.story.title.name)


def on_diary(entry: DiaryEntry) -> None:
    """The exchange as a consumer of the diary: routes, updates, corrections, partners. Repeating it does no harm."""
    if entry.story_id is None or entry.verb in TELLS_NOTHING:
        return
    routed = entry.verb == Verb.PUBLISHED and _ROUTES.first(title=entry.title_id)
    if not routed and not _TAKEN.all(story=entry.story_id) and not _SENT.all(story=entry.story_id):
        return
    story = Story.objects.select_related("title", "agency").get(pk=entry.story_id)
    orders(entry)
    _tell_partners(story)
    if not story.live:
        return
    for share in _TAKEN.all(story=story.pk):
        _follow(share)
    if entry.verb == Verb.PUBLISHED:
        sharing.by_routes(story)


def _tell_partners(story: Story) -> None:
    kill = copying.orders_of(Share(story=story)).pubstatus != "usable"
    for share in _SENT.all(story=story.pk):
        Sending.objects.get_or_create(share=share, done_at=None, tries=0, defaults={"kill": kill})
        Sending.objects.filter(share=share, done_at=None).update(kill=kill)


@transaction.atomic
def _follow(share: Share) -> None:
    """Bring the original's newest public form into the copy; edits of both sides are merged, or wait for a person."""
    share = Share.objects.select_for_update(of=("self",)).select_related("story__title", "story__agency", "copy__title").get(pk=share.pk)
    assert share.copy
    original, story, by = share.story, share.copy, share.story.title.name
    if story.order_pubstatus != Story.PubStatus.USABLE:
        return
    if story.duties != original.duties:
        story = actions.oblige(story=story, asked=original.duties, by=by)
    copy = copying.copy_of(original)
    taken = True
    if copy.digest() != story.wire_digest:
        if actions.locally_edited(story):
            taken = _merge(share, story, copy, by)
        else:
            actions.update_from_agency(story=story, copy=copy, by=by, explained=True)
    if taken:
        share.base, share.base_standfirst, share.update_waiting = copying.ground_of(original), original.standfirst, False
        share.save(update_fields=["base", "base_standfirst", "update_waiting"])
    _carry_notes(share, by)
    actions.set_pictures(story=Story.objects.get(pk=story.pk), pictures=copy.pictures, by=by)


def _merge(share: Share, story: Story, copy: actions.Copy, by: str) -> bool:
    """Merge the newer version into the edited copy where that needs no judgment; whether it was done."""
    mine, theirs = actions.ours(story), pieces(from_html(copy.body))
    merged = merging.merge(share.base, mine.pieces, theirs)
    bound = any(duty["kind"] == "no-edits" for duty in story.duties)
    if not share.base or merged.clashes or mine.in_hand or bound:
        if not share.update_waiting:
            actions.update_from_agency(story=story, copy=copy, by=by)
            Share.objects.filter(pk=share.pk).update(update_waiting=True)
        return False
    line = copy.standfirst if mine.standfirst == share.base_standfirst else mine.standfirst
    actions.merge_from_agency(story=story, copy=copy, merged=merged.blocks, standfirst=line, by=by)
    return True


def _carry_notes(share: Share, by: str) -> None:
    """The original's corrections stand under the copy, too, in its own words; what was taken back there goes here."""
    assert share.copy
    wanted = {(note.kind, note.text): note for note in copying.notes_of(share.story)}
    here = {(note.kind, note.text): note for note in share.copy.corrections.filter(by=by)}
    for key, note in wanted.items():
        if key not in here:
            actions.correct(story=share.copy, kind=note.kind, text=note.text, by=by, at=note.at)
    for key, gone in here.items():
        if key not in wanted:
            actions.retract_note(note=gone, reason=f"{by} has taken it back")
