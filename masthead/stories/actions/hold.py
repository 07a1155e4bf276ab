"""Hold: not for readers until somebody decides. A held story that was public is not shown meanwhile."""

from __future__ import annotations

from django.db import transaction

from masthead.people.models import User
from masthead.stories import diary, flow
from masthead.stories.actions import shared
from masthead.stories.models import Story
from masthead.stories.models.diary import Verb


@transaction.atomic
def hold(*, story: Story, user: User | None = None, by: str = "", reason: str = "") -> Story:
    """Take the story off every surface without saying that it is gone for good."""
    story = Story.objects.select_for_update().get(pk=story.pk)
    if user is not None:
        flow.check("hold", story, user)
    shared.call_off(story, "held")
    facts = shared.facts(story)
    story.state, story.live, story.has_unpublished_changes = Story.State.HELD, False, True
    story.save()
    diary.write(story=story, verb=Verb.HELD, user=user, by=by, reason=reason, facts=shared.both(facts, facts))
    return story


def held_by_a_person(story: Story) -> bool:
    """Whether a colleague, and not only a rule or an agency, put the story on hold last."""
    last = story.diary.filter(verb=Verb.HELD).order_by("-id").first()
    return last is not None and last.user_id is not None
