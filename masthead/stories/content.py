"""What of a story an editor writes, as one plain value: to compare, to keep, to merge and to put back.

Values, not rows: no primary keys of credits, pictures and topics, so that two drafts with the same words are equal.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from masthead.stories.body import pieces
from masthead.stories.models.parts import Credit, StoryPicture, StoryTopic, Topic
from masthead.stories.models.story import Story

Content = dict[str, Any]

TIMES = ("embargo_until", "expires_at")
FIELDS = tuple(name for name in Story.EDITORIAL if name not in {"body", "section"})
LISTS = ("credits", "pictures", "topics")


def content_of(story: Story) -> Content:
    """Everything an editor wrote in `story` as it stands in hand."""
    said: Content = {name: _plain(getattr(story, name)) for name in FIELDS}
    said["section"] = story.section_id
    said["body"] = [{"type": b["type"], "value": b["value"]} for b in story.body.raw_data]
    said["credits"] = [
        {"name": c.name, "role": c.role, "organisation": c.organisation, "person": c.person_id}
        for c in story.credits.all()
    ]
    said["pictures"] = [
        {"picture": p.picture_id, "caption": p.caption, "credit": p.credit, "alt": p.alt, "decorative": p.decorative}
        for p in story.story_pictures.all()
    ]
    said["topics"] = [row.topic_id for row in story.story_topics.all()]
    return said


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def digest(content: Content) -> str:
    """SHA-256 of what the content says; how an editor program spells the same paragraph does not matter."""
    said = {**content, "body": pieces(content["body"])}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def put(story: Story, content: Content) -> Story:
    """Write `content` into `story` in hand, without saving. What has gone since (a topic, a picture) is left out."""
    for name in FIELDS:
        value = content.get(name)
        if name in TIMES:
            value = parse_datetime(value) if value else None
        setattr(story, name, value if value is not None or name in TIMES else "")
    story.section_id = content["section"]
    story.body = json.dumps(content["body"])
    ours = _known(Credit, "person", [c["person"] for c in content["credits"] if c["person"]])
    story.credits.set(
        [
            Credit(sort_order=n, **_row({**c, "person": c["person"] if c["person"] in ours else None}, "person"))
            for n, c in enumerate(content["credits"])
        ]
    )
    kept = _known(StoryPicture, "picture", [p["picture"] for p in content["pictures"]])
    story.story_pictures.set(
        [
            StoryPicture(sort_order=n, **_row(p, "picture"))
            for n, p in enumerate(content["pictures"])
            if p["picture"] in kept
        ]
    )
    topics = set(Topic.objects.filter(pk__in=content["topics"]).values_list("pk", flat=True))
    wanted = [pk for pk in dict.fromkeys(content["topics"]) if pk in topics]
    story.story_topics.set([StoryTopic(sort_order=n, topic_id=pk) for n, pk in enumerate(wanted)])
    return story


def _row(value: dict[str, Any], key: str) -> dict[str, Any]:
    """A plain row with its foreign key named as the model's column is."""
    return {f"{name}_id" if name == key else name: inner for name, inner in value.items()}


def _known(model: Any, field: str, wanted: list[int]) -> set[int]:
    target = model._meta.get_field(field).related_model
    return set(target.objects.filter(pk__in=wanted).values_list("pk", flat=True))
