"""What several verbs need: the permanent path, the list of pictures shown, the facts for the diary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.text import slugify

from masthead.kit import clock
from masthead.pictures.models import Picture
from masthead.stories.body import picture_ids
from masthead.stories.models import Scheduled, ShownPicture, SoleUse, Story, StoryPicture


class CannotPublish(Exception):
    """The story may not be published now. The message is the sentence for the editor."""


def orders_against(story: Story) -> list[str]:
    """Why its agency's orders forbid to publish a story, as sentences."""
    agency = story.agency or "The agency"
    if story.order_pubstatus == Story.PubStatus.CANCELED:
        return [f"{agency} has killed this story; it cannot be published. {story.order_reason}".strip()]
    if story.order_pubstatus == Story.PubStatus.WITHHELD:
        return [f"{agency} is withholding this story; it can be published when the agency frees it."]
    return []


def refuse_ordered(story: Story) -> None:
    """Raise CannotPublish for a story that its agency killed or withholds."""
    if said := orders_against(story):
        raise CannotPublish(" ".join(said))


def call_off(story: Story, why: str) -> int:
    """Call off what is scheduled of `story`; returns how many rows that were."""
    waiting = Scheduled.objects.filter(story=story, state=Scheduled.State.WAITING)
    return waiting.update(state=Scheduled.State.CALLED_OFF, why=why, done_at=clock.now())


def give_path(story: Story, now: datetime) -> None:
    """Give the story its permanent path, once: /year/month/day/slug/ in the paper's own time zone."""
    if story.path:
        return
    path = path_for(story, now)
    if Story.objects.filter(title=story.title, path=path).exclude(pk=story.pk).exists():
        path = f"{path.rstrip('/')}-{story.pk}/"
    story.path = path


def path_for(story: Story, at: datetime) -> str:
    """The path that a story first published at `at` would like to have; gives it a slug."""
    story.slug = story.slug or slugify(story.display_headline)[:80].strip("-") or f"story-{story.pk or story.uid.hex[:8]}"
    return f"{at.astimezone(story.title.zone):/%Y/%m/%d/}{story.slug}/"


def list_shown_pictures(story: Story) -> None:
    """Write down which pictures the public form of the story shows."""
    shown = set(StoryPicture.objects.filter(story=story).values_list("picture_id", flat=True))
    shown |= set(Picture.objects.filter(pk__in=picture_ids(story.body)).values_list("pk", flat=True))
    ShownPicture.objects.filter(story=story).exclude(picture__in=shown).delete()
    ShownPicture.objects.bulk_create([ShownPicture(story=story, picture_id=pk) for pk in shown], ignore_conflicts=True)
    take_sole_uses(story, shown)


def take_sole_uses(story: Story, shown: set[int]) -> None:
    """Pictures that may be used once now belong to `story`, unless another came first."""
    once = Picture.objects.filter(pk__in=shown, one_use=True, sole_use=None)
    SoleUse.objects.bulk_create([SoleUse(picture=picture, story=story) for picture in once], ignore_conflicts=True)


def facts(story: Story) -> dict[str, Any]:
    """Where the story may be listed, as ids: what the press needs to find the pages that change."""
    return {
        "section": story.section_id,
        "first": story.first_published_at.isoformat() if story.first_published_at else None,
        "topics": list(story.story_topics.values_list("topic_id", flat=True)),
        "people": [pk for pk in story.credits.values_list("person_id", flat=True) if pk],
        "agency": story.agency_id,
        "lines": list(story.developments.values_list("line_id", flat=True)),
        "pictures": list(story.shown_pictures.values_list("picture_id", flat=True)),
    }


def both(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Facts before and after a change, as one diary record."""
    return {"before": before, "after": after}


def mark_published(story: Story, now: datetime | None = None) -> None:
    """Set the fields that make a story published, without saving."""
    now = now or clock.now()
    give_path(story, now)
    story.state, story.live, story.expired = Story.State.PUBLISHED, True, False
    embargo = story.embargo_ends
    story.released = embargo is None or embargo <= now
    story.first_published_at = story.first_published_at or (now if story.released else embargo)
    story.last_published_at = now
    story.substantive_at = story.substantive_at or story.first_published_at


def mark_published_before(story: Story, first: datetime, changed: datetime | None) -> None:
    """Set the fields of a story that was published elsewhere, long ago, without saving."""
    story.state, story.live, story.expired, story.released = Story.State.PUBLISHED, True, False, True
    story.first_published_at = first
    story.last_published_at = story.substantive_at = max(first, changed or first)
