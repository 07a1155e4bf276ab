"""Oblige: keep with a story what its agency asks of us. A public story that does not fulfil it is held."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from masthead.stories import diary, duties
from masthead.stories.actions import shared
from masthead.stories.actions.hold import hold
from masthead.stories.models import Story
from masthead.stories.models.diary import Verb


@transaction.atomic
def oblige(*, story: Story, asked: Sequence[duties.Duty], by: str) -> Story:
    """Make `asked` the duties in force. Repeating it changes nothing and writes nothing."""
    story = Story.objects.select_for_update().get(pk=story.pk)
    if story.duties == list(asked):
        return story
    story.duties = list(asked)
    story.save(update_fields=["duties"])
    facts = shared.facts(story)
    told = "; ".join(duty["kind"] for duty in asked) or "no duties any more"
    diary.write(story=story, verb=Verb.UPDATED, by=by, reason=f"terms: {told}", facts=shared.both(facts, facts))
    broken = duties.unmet(story)
    return hold(story=story, by="our rules", reason=broken[0]) if broken and story.live else story
