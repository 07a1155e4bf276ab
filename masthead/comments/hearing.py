"""What happens to a conversation when something happens to its story. Told twice, it does no more."""

from __future__ import annotations

from masthead.comments.models import Thread
from masthead.stories import talk
from masthead.stories.models import Correction, DiaryEntry
from masthead.stories.models.diary import Verb

TAKEN_BACK = (Verb.KILLED, Verb.WITHDRAWN, Verb.HELD, Verb.EXPIRED)
SERIOUS = (Correction.Kind.CORRECTION, Correction.Kind.EDITORS_NOTE)


def on_diary(entry: DiaryEntry) -> None:
    """A story that was taken back has no conversation (the gate sees to that); one that was corrected is read first."""
    if entry.story_id is None:
        return
    if entry.verb == Verb.CORRECTED:
        last = Correction.objects.filter(story=entry.story_id, kind__in=SERIOUS).order_by("-at").first()
        if last is not None:
            _order(entry, "corrected", last)
    elif entry.verb in TAKEN_BACK and (
        thread := Thread.objects.filter(story=entry.story_id).select_related("story").first()
    ):
        talk.changed(thread.story, {talk.every_key(thread.story_id)}, gone=True)


def _order(entry: DiaryEntry, what: str, note: Correction) -> None:
    fresh = Thread.objects.filter(story=entry.story_id).exclude(changed_story_at__gte=note.at)
    if fresh.update(ordered=what, changed_story_at=note.at):
        thread = Thread.objects.select_related("story").get(story=entry.story_id)
        talk.changed(thread.story, {talk.key(thread.story_id)})
