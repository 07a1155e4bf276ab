"""Publish: readers may see the story, unless an embargo, an expiry or an agency's order says otherwise."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Revision

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import diary, duties
from masthead.stories.actions import shared
from masthead.stories.models import Story
from masthead.stories.models.diary import Verb


class CannotPublish(Exception):
    """The story may not be published now. The message is the sentence for the editor."""


def why_not(story: Story) -> list[str]:
    """Every reason why `story`, as it stands in this object, may not be published, as sentences for the editor."""
    agency, because = story.agency or "The agency", story.order_reason
    if story.order_pubstatus == Story.PubStatus.CANCELED:
        return [f"{agency} has killed this story; it cannot be published. {because}".strip()]
    if story.order_pubstatus == Story.PubStatus.WITHHELD:
        return [f"{agency} is withholding this story; it can be published when the agency frees it."]
    return duties.unmet(story)


def _refuse(story: Story) -> None:
    if reasons := why_not(story):
        raise CannotPublish(" ".join(reasons))


@transaction.atomic
def publish(*, revision: Revision, user: User | None = None, reason: str = "") -> Story:
    """Make the draft in `revision` the public form of its story. Raises CannotPublish for a killed one."""
    standing = Story.objects.select_for_update().get(pk=revision.object_id)
    before = shared.facts(standing)
    story: Story = standing.with_content_json(revision.content)
    _refuse(story)
    story.has_unpublished_changes = not revision.is_latest_revision()
    story.live_revision = revision
    if standing.live and standing.body != story.body:
        story.substantive_at = clock.now()
    shared.mark_published(story)
    story.save()
    return _record(story, before, user=user, reason=reason)


@transaction.atomic
def publish_as_filed(*, story: Story, user: User | None = None, by: str = "", reason: str = "") -> Story:
    """Publish a story as it lies on the desk, without a draft: what a rule does with agency copy."""
    _refuse(story)
    before = shared.facts(story)
    shared.mark_published(story)
    story.save()
    return _record(story, before, user=user, by=by, reason=reason)


def _record(story: Story, before: dict[str, object], user: User | None, by: str = "", reason: str = "") -> Story:
    shared.list_shown_pictures(story)
    facts = shared.both(before, shared.facts(story))
    diary.write(story=story, verb=Verb.PUBLISHED, user=user, by=by, reason=reason, facts=facts)
    return story
