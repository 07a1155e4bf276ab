"""Move a story to another section, and give it a deadline."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from masthead.people.models import User
from masthead.people.roles import Deed
from masthead.stories import diary, flow, permissions
from masthead.stories.actions import shared
from masthead.stories.models import Story
from masthead.stories.models.diary import Verb
from masthead.titles.models import Section


@transaction.atomic
def move(*, story: Story, section: Section, user: User | None = None) -> Story:
    """Put the story, its newest draft and what is scheduled of it in `section` of the same paper.

    Raises NotAllowed where the colleague may not write in either section, ValueError for another paper's.
    """
    story = Story.objects.select_for_update().get(pk=story.pk)
    flow.check("move", story, user)
    if section.title_id != story.title_id:
        raise ValueError(f"{section} is a section of another paper.")
    if story.section_id == section.pk:
        return story
    before, came_from = shared.facts(story), story.section
    story.section = section
    if user is not None and not permissions.may(user, Deed.WRITE, story):
        raise permissions.NotAllowed(f"You may not put stories in {section}. It stays in {came_from}.")
    story.save(update_fields=["section"])
    _move_drafts(story)
    facts = shared.both(before, shared.facts(story))
    diary.write(story=story, verb=Verb.MOVED, user=user, reason=f"from {came_from} to {section}", facts=facts)
    return story


def _move_drafts(story: Story) -> None:
    # Where a story belongs is not part of its text: a draft that is published later must not carry it back.
    waiting = [row.revision for row in story.schedule.filter(state="waiting").select_related("revision")]
    for revision in [*waiting, *filter(None, [story.latest_revision])]:
        revision.content["section"] = story.section_id
        revision.save(update_fields=["content"])


@transaction.atomic
def set_deadline(*, story: Story, at: datetime | None, user: User | None = None) -> Story:
    """The story is due at `at` (aware), or at no time. Raises NotAllowed or WrongStep."""
    story = Story.objects.select_for_update().get(pk=story.pk)
    flow.check("set_deadline", story, user)
    if story.deadline == at:
        return story
    story.deadline = at
    story.save(update_fields=["deadline"])
    when = f"{at.astimezone(story.title.zone):%d %b %Y %H:%M}" if at else "none"
    diary.write(story=story, verb=Verb.DEADLINE, user=user, reason=when)
    return story
