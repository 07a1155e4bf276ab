"""Publish: readers may see the story, unless an embargo, an expiry or an agency's order says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.models import Revision

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import diary, duties, flow, substance
from masthead.stories.actions import shared
from masthead.stories.actions.shared import CannotPublish
from masthead.stories.models import Correction, Story
from masthead.stories.models.diary import Verb

__all__ = ["CannotPublish", "Told", "publish", "publish_as_filed", "why_not"]


@dataclass(frozen=True, slots=True)
class Told:
    """What readers are told of a change to a story that they may have read: a kind (Correction.Kind) and words."""

    kind: str
    text: str


def why_not(story: Story) -> list[str]:
    """Every reason why `story`, as it stands in this object, may not be published, as sentences for the editor."""
    return shared.orders_against(story) or duties.unmet(story)


def _refuse(story: Story) -> None:
    if reasons := why_not(story):
        raise CannotPublish(" ".join(reasons))


@transaction.atomic
def publish(
    *,
    revision: Revision,
    user: User | None = None,
    by: str = "",
    reason: str = "",
    told: Told | None = None,
    small: bool = False,
    explained: bool = False,
) -> Story:
    """Make the draft in `revision` the public form of its story.

    What was scheduled of it is called off: an older draft must not replace this one later. A change that matters to
    readers moves the story's public time and is told: in the words of `told`, else as a count of what changed. With
    `small` (a spelling, a comma) neither happens; `explained` says that readers have been told already.
    Raises CannotPublish for a killed or withheld story, NotAllowed for a colleague who may not.
    """
    standing = Story.objects.select_for_update().get(pk=revision.object_id)
    flow.check("publish", standing, user)
    undo = _way_back(standing)
    shared.call_off(standing, "published by hand")
    before = shared.facts(standing)
    story: Story = standing.with_content_json(revision.content)
    _refuse(story)
    story.has_unpublished_changes = not revision.is_latest_revision()
    story.live_revision = revision
    change = substance.between(standing, story) if standing.live and not small else substance.Change()
    shared.mark_published(story)
    if change or told:
        story.substantive_at = clock.now()
    story.save()
    undo["note"] = _tell(story, change if standing.live and not explained else substance.Change(), told, user)
    return _record(story, before, user=user, by=by, reason=reason, undo=undo)


def _tell(story: Story, change: substance.Change, told: Told | None, user: User | None) -> int | None:
    if not (told or change):
        return None
    at, by = clock.now(), (user.get_full_name() or user.get_username()) if user else ""
    note = (
        Correction(story=story, kind=told.kind, text=told.text, at=at, by=by)
        if told
        else Correction(
            story=story, kind=Correction.Kind.UPDATE, text=change.sentence(), at=at, by=by, automatic=True
        )
    )
    note.save()
    return note.pk


def _way_back(standing: Story) -> dict[str, Any]:
    """What undoing this publication needs: the revision that readers saw before, made now if they saw none."""
    kept = standing.live_revision_id
    if standing.live and kept is None:
        kept = _as_read(standing).pk
    return {
        "live": standing.live,
        "state": standing.state,
        "revision": kept,
        "substantive_at": _iso(standing.substantive_at),
        "first_published_at": _iso(standing.first_published_at),
        "last_published_at": _iso(standing.last_published_at),
    }


def _as_read(story: Story) -> Revision:
    """A revision of the public form of copy that was published as it lay; older than the draft that replaces it."""
    return Revision.objects.create(
        content_object=story,
        base_content_type=story.get_base_content_type(),
        content=story.serializable_data(),
        object_str=str(story)[:255],
        created_at=story.last_published_at or story.filed_at,
    )


def _iso(at: Any) -> str | None:
    return at.isoformat() if at else None


@transaction.atomic
def publish_as_filed(*, story: Story, user: User | None = None, by: str = "", reason: str = "") -> Story:
    """Publish a story as it lies on the desk, without a draft: what a rule does with agency copy."""
    _refuse(story)
    flow.check("publish", story, user)
    undo = _way_back(story)
    shared.call_off(story, "published by hand")
    before = shared.facts(story)
    shared.mark_published(story)
    story.save()
    return _record(story, before, user=user, by=by, reason=reason, undo=undo)


def _record(
    story: Story, before: dict[str, object], user: User | None, undo: dict[str, Any], by: str = "", reason: str = ""
) -> Story:
    shared.list_shown_pictures(story)
    facts = {**shared.both(before, shared.facts(story)), "undo": undo}
    diary.write(story=story, verb=Verb.PUBLISHED, user=user, by=by, reason=reason, facts=facts)
    return story
