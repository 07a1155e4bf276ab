"""Set parts: the stories that a package links to, in order. Readers see those that the gate lets them see."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from masthead.stories import diary
from masthead.stories.actions import shared
from masthead.stories.models import Story, StoryPart
from masthead.stories.models.diary import Verb


@transaction.atomic
def set_parts(*, story: Story, parts: Sequence[Story], by: str) -> Story:
    """Make `parts` what the package `story` links to. Repeating it changes nothing and writes nothing."""
    wanted = [part.pk for part in parts if part.pk != story.pk]
    if list(StoryPart.objects.filter(package=story).values_list("story_id", flat=True)) == wanted:
        return story
    StoryPart.objects.filter(package=story).delete()
    StoryPart.objects.bulk_create(StoryPart(package=story, story_id=pk, sort_order=n) for n, pk in enumerate(wanted))
    facts = shared.facts(story)
    diary.write(story=story, verb=Verb.UPDATED, by=by, reason="parts", facts=shared.both(facts, facts))
    return story
