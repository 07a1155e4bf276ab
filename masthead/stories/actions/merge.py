"""Take an agency's newer version into copy that was edited here, without losing a word of either."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from masthead.people.models import User
from masthead.stories.actions.file import Copy, write_notes
from masthead.stories.actions.publish import publish
from masthead.stories.body import from_pieces, pieces
from masthead.stories.models import Correction, Story


@dataclass(frozen=True, slots=True)
class Ours:
    """What our desk has made of the copy: the newest draft, else the public form."""

    pieces: tuple[str, ...]
    standfirst: str
    in_hand: bool
    """A draft newer than the public form: somebody is at work on it."""


def ours(story: Story) -> Ours:
    """Our side of a merge."""
    revision = story.latest_revision
    draft: Story = story.with_content_json(revision.content) if revision else story
    return Ours(tuple(pieces(draft.body)), draft.standfirst, story.has_unpublished_changes)


@transaction.atomic
def merge_from_agency(
    *,
    story: Story,
    copy: Copy,
    merged: Sequence[str],
    standfirst: str,
    by: str,
    user: User | None = None,
    out: bool = True,
    told: str = "",
    correction: bool = False,
) -> Story:
    """Make `merged` (pieces of body) our newest draft; with `out`, a public story shows it at once.

    Args:
        copy: the agency's newer version; from now on it counts as taken over.
        told: what readers are told of the change, in a sentence; empty for nothing.
        correction: the agency says that it corrects.
    """
    story = Story.objects.select_for_update().get(pk=story.pk)
    revision = story.latest_revision
    draft: Story = story.with_content_json(revision.content) if revision else story
    write_notes(story, copy.notes, by)
    draft.body, draft.standfirst = json.dumps(from_pieces(merged)), standfirst
    taken = {
        "wire_headline": copy.headline[:500],
        "wire_version": copy.wire_version,
        "wire_digest": copy.digest(),
        "copyright_notice": copy.copyright_notice,
        "usage_terms": copy.usage_terms,
    }
    for name, value in taken.items():
        setattr(draft, name, value)
    Story.objects.filter(pk=story.pk).update(**taken)
    made = draft.save_revision(user=user)
    if not (out and story.live):
        return Story.objects.get(pk=story.pk)
    if told:
        kind = Correction.Kind.CORRECTION if correction else Correction.Kind.UPDATE
        Correction.objects.create(story=story, kind=kind, text=told, by=by)
    reason = f"version {copy.wire_version or '?'} merged with our changes"
    return publish(revision=made, user=user, reason=reason, explained=True)
