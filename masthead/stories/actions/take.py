"""Take a story in hand, so that colleagues see who has it; let it go. A sign on the door, not a lock."""

from __future__ import annotations

from django.db import transaction

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import diary, flow
from masthead.stories.models import Story
from masthead.stories.models.diary import Verb


@transaction.atomic
def take(*, story: Story, user: User) -> Story:
    """`user` has the story from now on; whoever had it before stands in the diary. Raises NotAllowed."""
    story = Story.objects.select_for_update(of=("self",)).select_related("taken_by").get(pk=story.pk)
    flow.check("take", story, user)
    had = story.taken_by
    if had == user:
        return story
    story.taken_by, story.taken_at = user, clock.now()
    story.save(update_fields=["taken_by", "taken_at"])
    diary.write(story=story, verb=Verb.TAKEN, user=user, reason=f"taken over from {had}" if had else "")
    return story


@transaction.atomic
def let_go(*, story: Story, user: User) -> Story:
    """Nobody has the story any more. Raises NotAllowed."""
    story = Story.objects.select_for_update().get(pk=story.pk)
    flow.check("let_go", story, user)
    if story.taken_by_id is None:
        return story
    story.taken_by, story.taken_at = None, None
    story.save(update_fields=["taken_by", "taken_at"])
    diary.write(story=story, verb=Verb.LEFT, user=user)
    return story
