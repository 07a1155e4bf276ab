"""Withdraw: the story leaves every surface, and its address says that it is gone (410)."""

from __future__ import annotations

from django.db import transaction

from masthead.people.models import User
from masthead.stories import diary, flow
from masthead.stories.actions import shared
from masthead.stories.models import Story
from masthead.stories.models.diary import Verb


@transaction.atomic
def withdraw(
    *, story: Story, user: User | None = None, by: str = "", reason: str = "", verb: str = Verb.WITHDRAWN
) -> Story:
    """Take the story back for good. A draft that was never public is only marked as withdrawn."""
    story = Story.objects.select_for_update().get(pk=story.pk)
    if user is not None:
        flow.check("withdraw", story, user)
    shared.call_off(story, "withdrawn")
    facts = shared.facts(story)
    story.state, story.live, story.has_unpublished_changes = Story.State.WITHDRAWN, False, True
    story.live_revision = None
    story.save()
    diary.write(story=story, verb=verb, user=user, by=by, reason=reason, facts=shared.both(facts, facts))
    return story
