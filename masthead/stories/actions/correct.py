"""Correct: say openly what was wrong, unclear or new."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import diary
from masthead.stories.actions import shared
from masthead.stories.models import Correction, Story
from masthead.stories.models.diary import Verb


@transaction.atomic
def correct(
    *, story: Story, kind: str, text: str, user: User | None = None, by: str = "", at: datetime | None = None
) -> Correction:
    """Add a note of `kind` (Correction.Kind) with `text` to the public story and move its public time."""
    if kind not in Correction.Kind.values:
        raise ValueError(f"“{kind}” is not a kind of correction; use one of {', '.join(Correction.Kind.values)}.")
    at = at or clock.now()
    note = Correction.objects.create(story=story, kind=kind, text=text, at=at, by=by or (str(user) if user else ""))
    Story.objects.filter(pk=story.pk).update(substantive_at=at)
    facts = shared.facts(story)
    diary.write(story=story, verb=Verb.CORRECTED, user=user, by=by, reason=text, facts=shared.both(facts, facts))
    return note
