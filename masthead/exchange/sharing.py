"""Offer a story, take one, pass it over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from masthead.exchange import copying
from masthead.exchange.models import Partner, Route, Sending, Share
from masthead.kit import clock
from masthead.people import roles
from masthead.people.models import User
from masthead.people.roles import Deed
from masthead.stories import actions
from masthead.stories.models import Story
from masthead.titles.models import Section, Title


class CannotShare(Exception):
    """It may not be shared or taken. The message is the sentence for the editor."""


@transaction.atomic
def offer(
    *,
    story: Story,
    to: Title | None = None,
    partner: Partner | None = None,
    embargo_until: datetime | None = None,
    user: User | None = None,
    routed: bool = False,
) -> Share:
    """Offer a public story to a paper of this house, or send it to a partner. Doing it again changes the embargo only.

    `routed`: a rule of the keyholder does it, who knows that an agency's licence allows it. Raises CannotShare.
    """
    _ask(user, Deed.PUBLISH, story.title_id, story.section_id)
    if Share.objects.filter(copy=story).exists():
        raise CannotShare("This came from another paper; ask that paper to share it.")
    if story.is_wire and not routed:
        raise CannotShare(f"This is {story.agency}’s copy and not ours to share. The keyholder can route the agency to the other paper.")
    if not story.live or copying.orders_of(Share(story=story)).pubstatus != "usable":
        raise CannotShare("Only a published story can be shared.")
    if to is not None and to.pk == story.title_id:
        raise CannotShare("It is in this paper already.")
    share, _ = Share.objects.update_or_create(
        story=story, to=to, partner=partner, defaults={"embargo_until": embargo_until}, create_defaults={"embargo_until": embargo_until, "offered_by": user}
    )
    if partner:
        Sending.objects.create(share=share)
        Share.objects.filter(pk=share.pk).update(state=Share.State.SENT)
    if share.copy:
        actions.obey(story=share.copy, orders=copying.orders_of(share), by=story.title.name)
    return share


@transaction.atomic
def take(*, share: Share, section: Section, user: User | None = None, publish: bool = False) -> Story:
    """Put an offered story on the desk of the paper it was offered to, or straight into the paper. Taking twice takes once.

    Raises CannotShare; stories.actions.CannotPublish when it may not be published (it is not taken either then).
    """
    share = Share.objects.select_for_update(of=("self",)).select_related("story__title", "story__agency", "to", "copy").get(pk=share.pk)
    if share.to is None or section.title_id != share.to_id:
        raise CannotShare("Choose a section of this paper.")
    _ask(user, Deed.PUBLISH if publish else Deed.WRITE, section.title_id, section.pk)
    if share.copy:
        return share.copy
    original, orders = share.story, copying.orders_of(share)
    if orders.pubstatus != "usable":
        raise CannotShare(f"{original.title.name} has taken it back. {orders.reason}")
    copy = copying.copy_of(original)
    by = original.title.name
    story = actions.file_story(title=share.to, section=section, copy=copy, user=user, by=by)
    share.copy, share.state = story, Share.State.TAKEN
    share.base, share.base_standfirst = copying.ground_of(original), original.standfirst
    share.save()
    if original.duties:
        story = actions.oblige(story=story, asked=original.duties, by=by)
    if orders != actions.Orders():
        story = actions.obey(story=story, orders=orders, by=by)
    for note in copying.notes_of(original):
        actions.correct(story=story, kind=note.kind, text=note.text, by=by, at=note.at)
    if publish:
        story = actions.publish_as_filed(story=Story.objects.get(pk=story.pk), user=user, by="" if user else "our rules", reason=f"from {by}")
    return story


def pass_over(*, share: Share, user: User) -> None:
    """Take an offer off the list. It can still be taken. Raises CannotShare."""
    assert share.to_id
    _ask(user, Deed.WRITE, share.to_id, None)
    Share.objects.filter(pk=share.pk, state=Share.State.OFFERED).update(state=Share.State.PASSED)


def by_routes(story: Story) -> list[Share]:
    """Share a story that was just published as the routes say; returns the new shares."""
    routes = Route.objects.filter(title=story.title_id, active=True, agency=story.agency_id).select_related("to", "section")
    made = []
    for route in routes:
        if route.from_section_id not in (None, story.section_id) or story.shares.filter(to=route.to).exists():
            continue
        began = story.first_published_at or clock.now()
        until = began + timedelta(minutes=route.embargo_minutes) if route.embargo_minutes else None
        try:
            share = offer(story=story, to=route.to, embargo_until=until, routed=True)
            take(share=share, section=route.section, publish=route.publish)
            made.append(share)
        except (CannotShare, actions.CannotPublish):
            continue
    return made


def _ask(user: User | None, deed: Deed, title: int, section: int | None) -> None:
    if user is not None and not roles.may(user, deed, title=title, section=section):
        raise CannotShare("You may not do this in that paper; ask an editor of it.")
