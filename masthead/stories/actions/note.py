"""Note: leave word for the desk. It never reaches a reader."""

from __future__ import annotations

from django.db import transaction

from masthead.kit.private import DeskOnly
from masthead.people.models import User
from masthead.stories import diary
from masthead.stories.models import DeskNote, Story
from masthead.stories.models.diary import Verb


@transaction.atomic
def note(*, story: Story, text: str, source: str, user: User | None = None) -> DeskNote:
    """Keep `text` with the story for editors."""
    kept = DeskNote.objects.create(story=story, text=DeskOnly(text), source=source, user=user)
    diary.write(story=story, verb=Verb.NOTED, user=user, by=source)
    return kept
