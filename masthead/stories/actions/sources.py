"""Decide about a story's sources: confirm or dismiss what the rules found, and show the confirmed to readers or not."""

from __future__ import annotations

from django.db import transaction

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import diary
from masthead.stories.actions import shared
from masthead.stories.attribution import DISTANCES, Statement
from masthead.stories.models import SourceNote, Story
from masthead.stories.models.diary import Verb


@transaction.atomic
def decide_source(
    *,
    story: Story,
    found: Statement,
    decision: str,
    source: str = "",
    distance: str = "",
    replaces: str = "",
    user: User | None = None,
) -> SourceNote:
    """Keep a `decision` on a statement, with source and distance as the desk has them.

    `replaces` is the key under which the same statement was decided when its words were different. Raises ValueError.
    """
    if decision not in SourceNote.Decision.values or (distance and distance not in DISTANCES):
        raise ValueError(f"“{decision}” with “{distance}” is nothing that can be decided about a source.")
    if replaces and replaces != found.key:
        SourceNote.objects.filter(story=story, key=replaces).delete()
    kept = {
        "decision": decision,
        "text": found.text,
        "found_source": found.source[:300],
        "source": (source.strip() or found.source)[:300],
        "distance": distance or found.distance,
        "at": clock.now(),
        "user": user,
    }
    note, _ = SourceNote.objects.update_or_create(story=story, key=found.key, defaults=kept)
    _write(story, user, f"{decision}: {note.source}")
    return note


@transaction.atomic
def show_sources(*, story: Story, shown: bool, user: User | None = None) -> Story:
    """Whether readers see “How we know this” under the story: the confirmed statements, and nothing else."""
    story = Story.objects.select_for_update().get(pk=story.pk)
    if story.shows_sources != shown:
        story.shows_sources = shown
        story.save(update_fields=["shows_sources"])
        _write(story, user, "shown to readers" if shown else "no longer shown to readers")
    return story


def _write(story: Story, user: User | None, reason: str) -> None:
    facts = shared.facts(story)
    diary.write(story=story, verb=Verb.SOURCED, user=user, reason=reason, facts=shared.both(facts, facts))
