"""The story form as a browser posts it."""

from __future__ import annotations

from typing import Any

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from masthead.stories.actions import takes
from masthead.stories.models import Story

EDIT = "/newsroom/stories/edit/{}/"
ADD = "/newsroom/stories/add/"


def data(
    *,
    section: int,
    headline: str = "",
    paragraphs: tuple[str, ...] = (),
    blocks: tuple[tuple[str, Any], ...] = (),
    credits: tuple[dict[str, Any], ...] = (),
    pictures: tuple[dict[str, Any], ...] = (),
    take: int | None = None,
    **more: Any,
) -> dict[str, Any]:
    """What a browser sends for a story with this on it."""
    text = [("text", rich_text("".join(f"<p>{p}</p>" for p in paragraphs)))] if paragraphs else []
    fields = {
        "headline": headline,
        "section": section,
        "take": take or "",
        "body": streamfield([*text, *blocks]),
        "credits": inline_formset([{"role": "writer", **c} for c in credits]),
        "story_pictures": inline_formset(list(pictures)),
        **dict.fromkeys(("kicker", "standfirst", "dateline", "language", "topic_names", "place_names"), ""),
        **more,
    }
    return nested_form_data(fields)


def of(story: Story, **changes: Any) -> dict[str, Any]:
    """The form of `story` opened now, with `changes`."""
    return data(section=story.section_id, **{"headline": story.headline, "take": takes.current(story).number, **changes})


def autosave(client: Any, story: Story, posted: dict[str, Any], over: int | None = None) -> Any:
    """A background save; `over` is the revision of this sitting."""
    sent = {**posted, **({"overwrite_revision_id": over} if over else {})}
    return client.post(EDIT.format(story.pk), sent, headers={"Accept": "application/json"})


def newest(story: Story) -> Story:
    """The draft as it stands."""
    return Story.objects.get(pk=story.pk).get_latest_revision_as_object()


def text_of(story: Story) -> str:
    return str(newest(story).body)
