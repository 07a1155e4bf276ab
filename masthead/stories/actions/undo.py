"""Undo a publication: readers see again what they saw before it. The draft stays as it is."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from wagtail.models import Revision

from masthead.people.models import User
from masthead.people.roles import Deed
from masthead.stories import diary, permissions
from masthead.stories.actions import shared
from masthead.stories.models import Correction, DiaryEntry, Story
from masthead.stories.models.diary import DESK_ONLY, Verb

PASSING = (Verb.EDITED, *DESK_ONLY, Verb.NOTED)
"""What may happen after a publication without making it too late to undo."""


class CannotUndo(Exception):
    """The publication cannot be undone. The message is the sentence for the editor."""


def last_publication(story: Story) -> DiaryEntry | None:
    """The publication that could be undone now, or None."""
    last = DiaryEntry.objects.filter(story_id=story.pk).exclude(verb__in=PASSING).order_by("-id").first()
    return last if last and last.verb == Verb.PUBLISHED and "undo" in last.facts else None


@transaction.atomic
def undo_publish(*, story: Story, user: User | None = None, reason: str = "") -> Story:
    """Take the last publication back. Raises CannotUndo when something else has happened to the story since."""
    story = Story.objects.select_for_update().get(pk=story.pk)
    permissions.ask(user, Deed.PUBLISH, story)
    shared.refuse_ordered(story)
    entry = last_publication(story)
    if entry is None:
        raise CannotUndo(
            "There is nothing to undo: since it was published the story was corrected, held, withdrawn or changed by "
            "its agency. Older versions can be brought back from the list of versions."
        )
    before, undo = shared.facts(story), entry.facts["undo"]
    Correction.objects.filter(pk=undo.get("note"), story=story).delete()
    story = _as_before(story, undo)
    story.save()
    shared.list_shown_pictures(story)
    facts = shared.both(before, shared.facts(story))
    diary.write(story=story, verb=Verb.UNDONE, user=user, reason=reason, facts=facts)
    return story


def _as_before(story: Story, undo: dict[str, Any]) -> Story:
    revision = Revision.objects.filter(pk=undo["revision"]).first() if undo["revision"] else None
    if undo["live"] and revision is None:
        raise CannotUndo("The version that readers saw before is no longer kept, so it cannot be brought back.")
    if undo["live"] and revision:
        story = story.with_content_json(revision.content)
    else:
        # The publication called off what was scheduled; nothing waits for the clock any more.
        before = Story.State.EDITED if undo["state"] == Story.State.SCHEDULED else undo["state"]
        story.state, story.live = before, False
    story.live_revision, story.has_unpublished_changes = revision if undo["live"] else None, True
    for name in ("substantive_at", "first_published_at", "last_published_at"):
        setattr(story, name, parse_datetime(undo[name]) if undo[name] else None)
    return story
