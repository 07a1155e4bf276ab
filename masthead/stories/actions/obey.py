"""Obey an agency's orders: kill, withhold, embargo, expiry. They win over anything that we edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from masthead.kit import clock
from masthead.stories import diary
from masthead.stories.actions import shared
from masthead.stories.models import Story
from masthead.stories.models.diary import Verb


@dataclass(frozen=True, slots=True)
class Orders:
    """What the agency's deliveries, taken together, order about a story."""

    pubstatus: str = "usable"
    embargo_until: datetime | None = None
    expires_at: datetime | None = None
    reason: str = ""


@transaction.atomic
def obey(*, story: Story, orders: Orders, by: str) -> Story:
    """Make `orders` the orders in force. Repeating them changes nothing and writes nothing."""
    story = Story.objects.select_for_update().get(pk=story.pk)
    if _in_force(story) == orders:
        return story
    before, was = shared.facts(story), story.order_pubstatus
    story.order_pubstatus, story.order_reason = orders.pubstatus, orders.reason[:500]
    story.order_embargo_until, story.order_expires_at = orders.embargo_until, orders.expires_at
    verb = _take_effect(story, was)
    story.save()
    diary.write(story=story, verb=verb, by=by, reason=orders.reason, facts=shared.both(before, before))
    return story


def _in_force(story: Story) -> Orders:
    return Orders(story.order_pubstatus, story.order_embargo_until, story.order_expires_at, story.order_reason)


def _take_effect(story: Story, was: str) -> str:
    """Bring the state in line with the orders; returns the diary's word for it."""
    if story.order_pubstatus != Story.PubStatus.USABLE:
        shared.call_off(story, "by order of the agency")
        if story.state == Story.State.SCHEDULED:
            story.state = Story.State.HELD
    if story.order_pubstatus == Story.PubStatus.CANCELED:
        story.state, story.live, story.live_revision = Story.State.WITHDRAWN, False, None
        return Verb.KILLED
    if story.order_pubstatus == Story.PubStatus.WITHHELD:
        return Verb.HELD
    embargo = story.embargo_ends
    story.released = not story.live or embargo is None or embargo <= clock.now()
    return Verb.RELEASED if was == Story.PubStatus.WITHHELD else Verb.UPDATED
