"""What circulation does when the diary tells of a change. Told twice, it does no more: every letter has its key."""

from __future__ import annotations

from masthead.circulation import alerts, at_once, outcome
from masthead.circulation.fediverse import publishing
from masthead.stories.models import DiaryEntry
from masthead.stories.models.diary import Verb


def on_diary(entry: DiaryEntry) -> None:
    """Hear of a change."""
    story = entry.story
    if entry.verb == Verb.CONCLUDED:
        outcome.plan(int(entry.facts.get("line", 0)))
    elif story is None:
        return
    elif entry.verb in (Verb.PUBLISHED, Verb.RELEASED):
        at_once.plan(story)
    elif entry.verb in (Verb.KILLED, Verb.WITHDRAWN):
        alerts.withdrawn(story)
    elif entry.verb == Verb.CORRECTED:
        alerts.corrected(story)
    if story is not None:
        publishing.reconcile(story)
