"""Schedule: the clock publishes a draft at its minute, and says so when it could not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Min

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import diary, flow
from masthead.stories.actions import shared
from masthead.stories.actions.publish import CannotPublish, publish
from masthead.stories.models import Scheduled, Story
from masthead.stories.models.diary import Verb


@transaction.atomic
def schedule(*, story: Story, at: datetime, user: User | None = None) -> Scheduled:
    """Have the newest draft published at `at` (aware). A later draft goes out only when it is scheduled again.

    Raises CannotPublish for a time that is past or a story that its agency holds; NotAllowed, WrongStep.
    """
    story = Story.objects.select_for_update().get(pk=story.pk)
    flow.check("schedule", story, user)
    shared.refuse_ordered(story)
    if at <= clock.now():
        raise CannotPublish("That time is past. Nothing was scheduled; choose a later one, or publish now.")
    shared.call_off(story, "scheduled anew")
    if not story.live:
        story.state = Story.State.SCHEDULED
        story.save(update_fields=["state"])
    # A copy of its own: an open form that saves itself must not write into what was approved.
    revision = newest(story).save_revision(user=user)
    row = Scheduled.objects.create(story=story, revision=revision, at=at, user=user)
    diary.write(story=story, verb=Verb.SCHEDULED, user=user, reason=_when(story, at), facts={"revision": revision.pk})
    return row


def _when(story: Story, at: datetime) -> str:
    return f"for {at.astimezone(story.title.zone):%d %b %Y %H:%M %Z}"


def newest(story: Story) -> Story:
    """The story as its newest draft has it."""
    draft: Story = story.with_content_json(story.latest_revision.content) if story.latest_revision else story
    return draft


@transaction.atomic
def unschedule(*, story: Story, user: User | None = None, reason: str = "") -> Story:
    """Take the story off the schedule. It is edited copy again, or stays public as it is."""
    story = Story.objects.select_for_update().get(pk=story.pk)
    flow.check("unschedule", story, user)
    if not shared.call_off(story, reason or "taken off the schedule") and story.state != Story.State.SCHEDULED:
        return story
    if story.state == Story.State.SCHEDULED:
        story.state = Story.State.EDITED
        story.save(update_fields=["state"])
    diary.write(story=story, verb=Verb.UNSCHEDULED, user=user, reason=reason)
    return story


def publish_due(now: datetime | None = None) -> int:
    """Publish what is due, each in a transaction of its own; returns how many went out. One bad row stops no other."""
    now = now or clock.now()
    due = Scheduled.objects.filter(state=Scheduled.State.WAITING, at__lte=now).order_by("at", "id")
    return sum(_carry_out(pk) for pk in list(due.values_list("pk", flat=True)))


def _carry_out(pk: int) -> int:
    try:
        return _publish_one(pk)
    except Exception as error:
        words = str(error) if isinstance(error, CannotPublish) else f"{type(error).__name__}: {error}"
        _missed(pk, words)
        if not isinstance(error, CannotPublish):
            diary.log.exception("scheduled publication %s failed", pk)
        return 0


@transaction.atomic
def _publish_one(pk: int) -> int:
    row = Scheduled.objects.select_for_update(of=("self",)).select_related("revision", "user").get(pk=pk)
    if row.state != Scheduled.State.WAITING:
        return 0
    row.state, row.done_at = Scheduled.State.DONE, clock.now()
    row.save(update_fields=["state", "done_at"])
    publish(revision=row.revision, by="the clock", reason=f"as scheduled by {row.user or 'a rule'}")
    return 1


@transaction.atomic
def _missed(pk: int, why: str) -> None:
    """Keep the story as it is, and say on its page and in the diary that it did not go out."""
    row = Scheduled.objects.select_for_update(of=("self",)).get(pk=pk)
    story = Story.objects.select_for_update().get(pk=row.story_id)
    row.state, row.why, row.done_at = Scheduled.State.FAILED, why[:500], clock.now()
    row.save(update_fields=["state", "why", "done_at"])
    if story.state == Story.State.SCHEDULED:
        story.state = Story.State.HELD
        story.save(update_fields=["state"])
    diary.write(story=story, verb=Verb.MISSED, by="the clock", reason=why)


def next_scheduled(now: datetime | None = None) -> datetime | None:
    """When the next scheduled publication is due, or None."""
    found: datetime | None = Scheduled.objects.filter(state="waiting").aggregate(soonest=Min("at"))["soonest"]
    return found
