"""Correct: say openly what was wrong, unclear or new; and mend what we said."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from masthead.kit import clock
from masthead.people.models import User
from masthead.people.roles import Deed
from masthead.stories import diary, permissions
from masthead.stories.actions import shared
from masthead.stories.models import Correction, Story
from masthead.stories.models.diary import Verb

SAME_CHANGE = timedelta(hours=1)
"""A count made by us this shortly before is about the change that a person now explains."""


@transaction.atomic
def correct(
    *, story: Story, kind: str, text: str, user: User | None = None, by: str = "", at: datetime | None = None
) -> Correction:
    """Add a note of `kind` (Correction.Kind) with `text` to the public story and move its public time.

    The words of a person take the place of our own count of the same change. Raises NotAllowed.
    """
    permissions.ask(user, Deed.CORRECT, story)
    if kind not in Correction.Kind.values:
        raise ValueError(f"“{kind}” is not a kind of correction; use one of {', '.join(Correction.Kind.values)}.")
    if not text.strip():
        raise ValueError("Write what readers should know; an empty note was not added.")
    at = at or clock.now()
    if user:
        story.corrections.filter(automatic=True, at__gte=at - SAME_CHANGE, at__lte=at).delete()
    note = Correction.objects.create(story=story, kind=kind, text=text.strip(), at=at, by=by or _name(user))
    Story.objects.filter(pk=story.pk).update(substantive_at=at)
    _told(story, user, by, text)
    return note


@transaction.atomic
def amend(*, note: Correction, text: str, user: User | None = None) -> Correction:
    """Mend the words of a note (a spelling, a name). Its time and the story's stay; the diary keeps the old words.

    Raises NotAllowed, ValueError for no words.
    """
    permissions.ask(user, Deed.CORRECT, note.story)
    if not text.strip():
        raise ValueError("Write what readers should know; the note was left as it was.")
    old, note.text, note.automatic = note.text, text.strip(), False
    note.save(update_fields=["text", "automatic"])
    _told(note.story, user, "", f"Note reworded. It read: {old}")
    return note


@transaction.atomic
def retract_note(*, note: Correction, user: User | None = None, reason: str = "") -> None:
    """Take a note away that should never have stood there. The diary keeps its words. Raises NotAllowed."""
    permissions.ask(user, Deed.CORRECT, note.story)
    story, old = note.story, note.text
    note.delete()
    _told(story, user, "", f"Note taken away ({reason or 'no reason given'}). It read: {old}")


def _told(story: Story, user: User | None, by: str, reason: str) -> None:
    facts = shared.facts(story)
    diary.write(story=story, verb=Verb.CORRECTED, user=user, by=by, reason=reason, facts=shared.both(facts, facts))


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""
