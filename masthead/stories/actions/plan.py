"""Plan: note an idea, assign it, begin its story. Readers see nothing of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from masthead.people.models import Person, User
from masthead.stories import diary
from masthead.stories.actions.file import Copy, CopyCredit, file_story
from masthead.stories.models import Assignment, Story
from masthead.stories.models.diary import Verb
from masthead.titles.models import Section, Title


class CannotPlan(Exception):
    """It cannot be planned like that. The message is the sentence for the colleague."""


@transaction.atomic
def plan(
    *,
    title: Title,
    what: str,
    slug: str = "",
    section: Section | None = None,
    who: Person | None = None,
    place: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    deadline: datetime | None = None,
    assignment: Assignment | None = None,
    user: User | None = None,
) -> Assignment:
    """Note an idea, or change one. With a name it is an assignment. Times are aware. Raises CannotPlan."""
    if not what.strip():
        raise CannotPlan("Say in a few words what it is about. Nothing was kept.")
    if starts_at and ends_at and ends_at < starts_at:
        raise CannotPlan("It would end before it begins. Nothing was kept; put the times right.")
    kept = assignment or Assignment(title=title, made_by=user)
    fields: dict[str, Any] = {
        "what": what.strip(),
        "slug": slugify(slug or what)[:80].strip("-") or "idea",
        "section": section,
        "who": who,
        "place": " ".join(place.split())[:200],
        "starts_at": starts_at,
        "ends_at": ends_at,
        "deadline": deadline,
    }
    for name, value in fields.items():
        setattr(kept, name, value)
    if kept.state in (Assignment.State.IDEA, Assignment.State.ASSIGNED):
        kept.state = Assignment.State.ASSIGNED if who else Assignment.State.IDEA
    kept.save()
    _tell(kept, user, f"{kept.slug}: {kept.get_state_display()}{f' to {who}' if who else ''}")
    return kept


@transaction.atomic
def drop(*, assignment: Assignment, user: User | None = None) -> Assignment:
    """Let an idea or an assignment go. A story that came of it stays."""
    assignment.state = Assignment.State.DROPPED
    assignment.save()
    _tell(assignment, user, f"{assignment.slug}: dropped")
    return assignment


@transaction.atomic
def begin_story(*, assignment: Assignment, user: User | None = None) -> Story:
    """Put a draft on the desk with what the assignment says, once. The draft's headline is the first line of it.

    Raises CannotPlan when the paper has no section to put it in.
    """
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if assignment.story:
        return assignment.story
    section = assignment.section or assignment.title.sections.first()
    if section is None:
        raise CannotPlan("This paper has no section yet, so a story cannot be begun. Make one first.")
    credits = (CopyCredit(assignment.who.name, person=assignment.who),) if assignment.who else ()
    copy = Copy(headline=assignment.what.splitlines()[0][:300], dateline=assignment.place[:200], credits=credits)
    story = file_story(title=assignment.title, section=section, copy=copy, user=user, by=diary.named(user))
    Story.objects.filter(pk=story.pk).update(slug=assignment.slug)
    story.slug = assignment.slug
    assignment.story, assignment.state = story, Assignment.State.FILED
    assignment.save()
    _tell(assignment, user, f"{assignment.slug}: story begun", story)
    return story


def _tell(assignment: Assignment, user: User | None, reason: str, story: Story | None = None) -> None:
    facts = {"assignment": assignment.pk}
    diary.tell(title=assignment.title, verb=Verb.PLANNED, keys=[], story=story, user=user, reason=reason, facts=facts)
