"""Hand a story on over the desk: ready for editing, edited, back to its writer. Readers see nothing of it."""

from __future__ import annotations

from django.db import transaction

from masthead.people.models import User
from masthead.stories import diary, flow
from masthead.stories.actions import shared
from masthead.stories.models import Story
from masthead.stories.models.diary import Verb


@transaction.atomic
def _hand_on(story: Story, step: str, state: str, verb: str, user: User | None, reason: str) -> Story:
    story = Story.objects.select_for_update().get(pk=story.pk)
    flow.check(step, story, user)
    story.state = state
    story.save(update_fields=["state"])
    diary.write(story=story, verb=verb, user=user, reason=reason)
    return story


def ready(*, story: Story, user: User | None = None, reason: str = "") -> Story:
    """The writer is done: somebody may edit it. Raises NotAllowed or WrongStep."""
    return _hand_on(story, "ready", Story.State.READY, Verb.READIED, user, reason)


def mark_edited(*, story: Story, user: User | None = None, reason: str = "") -> Story:
    """An editor has read it: it may go out. Raises NotAllowed or WrongStep."""
    return _hand_on(story, "mark_edited", Story.State.EDITED, Verb.PASSED, user, reason)


def reopen(*, story: Story, user: User | None = None, reason: str = "") -> Story:
    """Back to draft. Raises NotAllowed or WrongStep; a killed or withheld story stays where its agency put it."""
    shared.refuse_ordered(story)
    return _hand_on(story, "reopen", Story.State.DRAFT, Verb.REOPENED, user, reason)
