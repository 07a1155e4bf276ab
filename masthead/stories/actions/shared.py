"""What several verbs need: the permanent path, the list of pictures shown, the facts for the diary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.text import slugify

from masthead.kit import clock
from masthead.pictures.models import Picture
from masthead.stories.body import picture_ids
from masthead.stories.models import ShownPicture, Story, StoryPicture


def give_path(story: Story, now: datetime) -> None:
    """Give the story its permanent path, once: /year/month/day/slug/ in the paper's own time zone."""
    if story.path:
        return
    story.slug = story.slug or slugify(story.display_headline)[:80].strip("-") or f"story-{story.pk}"
    day = now.astimezone(story.title.zone).strftime("/%Y/%m/%d/")
    path = f"{day}{story.slug}/"
    if Story.objects.filter(title=story.title, path=path).exclude(pk=story.pk).exists():
        path = f"{day}{story.slug}-{story.pk}/"
    story.path = path


def list_shown_pictures(story: Story) -> None:
    """Write down which pictures the public form of the story shows."""
    shown = set(StoryPicture.objects.filter(story=story).values_list("picture_id", flat=True))
    shown |= set(Picture.objects.filter(pk__in=picture_ids(story.body)).values_list("pk", flat=True))
    ShownPicture.objects.filter(story=story).exclude(picture__in=shown).delete()
    ShownPicture.objects.bulk_create([ShownPicture(story=story, picture_id=pk) for pk in shown], ignore_conflicts=True)


def facts(story: Story) -> dict[str, Any]:
    """Where the story may be listed, as ids: what the press needs to find the pages that change."""
    return {
        "section": story.section_id,
        "topics": list(story.story_topics.values_list("topic_id", flat=True)),
        "people": [pk for pk in story.credits.values_list("person_id", flat=True) if pk],
        "agency": story.agency_id,
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
