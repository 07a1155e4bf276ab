"""Set pictures: an agency's pictures take their places in its story."""

from __future__ import annotations

from django.db import transaction

from masthead.stories import diary
from masthead.stories.actions import shared
from masthead.stories.actions.file import CopyPicture, write_pictures
from masthead.stories.actions.update import locally_edited
from masthead.stories.models import Story
from masthead.stories.models.diary import Verb


@transaction.atomic
def set_pictures(*, story: Story, pictures: tuple[CopyPicture, ...], by: str) -> Story:
    """Make `pictures` the story's pictures in this order. A story that somebody here edited keeps its own."""
    has = [(p.picture_id, p.caption, p.credit, p.alt) for p in story.story_pictures.all()]
    if has == [(p.picture.pk, p.caption, p.credit, p.alt) for p in pictures] or locally_edited(story):
        return story
    before = shared.facts(story)
    story = Story.objects.get(pk=story.pk)
    write_pictures(story, pictures)
    if story.state == Story.State.PUBLISHED:
        shared.list_shown_pictures(story)
    facts = shared.both(before, shared.facts(story))
    diary.write(story=story, verb=Verb.UPDATED, by=by, reason="pictures", facts=facts)
    return story
