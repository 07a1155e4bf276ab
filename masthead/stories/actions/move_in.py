"""Move in: stories of an archive, many at a time, as they stood where they come from.

Public ones are public at once, with their own times; nobody is told of them as of news. Each has its line in the diary;
the press is told by who moves in, once at the end, for it would print the fronts again for every batch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from masthead.kit import clock
from masthead.stories import diary
from masthead.stories.actions import shared
from masthead.stories.actions.file import Copy, topics_named, write_copy
from masthead.stories.body import picture_ids
from masthead.stories.models import (
    Correction,
    Credit,
    DeskNote,
    DiaryEntry,
    ShownPicture,
    Story,
    StoryPicture,
    StoryTopic,
)
from masthead.stories.models.diary import Verb
from masthead.titles.models import Section, Title


@dataclass(frozen=True, slots=True)
class Archived:
    """A story of an archive. `blocks` is the body as StreamField data; `public` with `published_at`, else a draft.

    `slug` is the last word of its address, kept where it can be; `more` are further fields of Story (seo_title...), of
    its state too for a story that was never simply public or draft (killed, withheld, held, withdrawn).
    `corrections` are rows of Correction without their story.
    """

    section: Section
    copy: Copy
    blocks: list[dict[str, Any]]
    public: bool
    published_at: datetime | None = None
    changed_at: datetime | None = None
    slug: str = ""
    path: str = ""
    uid: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    corrections: tuple[dict[str, Any], ...] = ()


@transaction.atomic
def move_in(*, title: Title, stories: Sequence[Archived], by: str) -> list[Story]:
    """Make the stories, in their order. A public one needs `published_at`: raises ValueError without."""
    made = [_row(title, one) for one in stories]
    _give_paths(title, made, stories)
    Story.objects.bulk_create(made)
    _parts(title, made, stories)
    DiaryEntry.objects.bulk_create(
        DiaryEntry(
            title=title, story=story, verb=Verb.MOVED_IN, by=by[:200], reason=one.copy.original_url[:500],
            facts={"public": one.public, "section": one.section.pk},
        )
        for story, one in zip(made, stories, strict=True)
    )  # fmt: skip
    transaction.on_commit(diary.bell.set)
    return made


def _row(title: Title, one: Archived) -> Story:
    story = Story(title=title, section=one.section, live=False, state=Story.State.DRAFT)
    write_copy(story, one.copy)
    # Bulk rows do not go through save(), which counts the words.
    story.body = json.dumps(one.blocks)
    story.count_words()
    story.desk_headline = story.display_headline[:500]
    story.desk_writers = ", ".join(c.name for c in one.copy.credits if c.role == "writer")[:300]
    story.slug = slugify(one.slug)[:80].strip("-")
    if one.uid:
        story.uid = UUID(one.uid)
    if one.public:
        if one.published_at is None:
            raise ValueError("A public story needs the time of its publication.")
        shared.mark_published_before(story, one.published_at, one.changed_at)
    for name, value in one.more.items():
        setattr(story, name, value)
    return story


def _give_paths(title: Title, made: list[Story], stories: Sequence[Archived]) -> None:
    """The permanent paths, of which none may be another's: here or among those that are there."""
    wanted = {}
    for story, one in zip(made, stories, strict=True):
        if one.path or (one.public and one.published_at):
            wanted[id(story)] = one.path or shared.path_for(story, one.published_at or clock.now())
    taken = set(Story.objects.filter(title=title, path__in=set(wanted.values())).values_list("path", flat=True))
    for story in made:
        path, number = wanted.get(id(story)), 2
        while path in taken:
            path = f"{wanted[id(story)].rstrip('/')}-{number}/"
            number += 1
            if path not in taken and Story.objects.filter(title=title, path=path).exists():
                taken.add(path)
        if path:
            taken.add(path)
            story.path, story.slug = path, path.rstrip("/").rpartition("/")[2][:120]


def _parts(title: Title, made: list[Story], stories: Sequence[Archived]) -> None:
    both = list(zip(made, stories, strict=True))
    Credit.objects.bulk_create(
        Credit(story=s, sort_order=n, name=c.name[:200], role=c.role, organisation=c.organisation[:200], person=c.person)
        for s, one in both
        for n, c in enumerate(one.copy.credits)
    )
    known = {want.name: want for _, one in both for want in one.copy.topics}
    topics = {topic.slug: topic for topic in topics_named(title, known.values())}
    rows: dict[tuple[int, int], StoryTopic] = {}
    for s, one in both:
        for n, want in enumerate(one.copy.topics):
            if topic := topics.get(slugify(want.name, allow_unicode=True)[:160]):
                rows.setdefault((s.pk, topic.pk), StoryTopic(story=s, sort_order=n, topic=topic))
    StoryTopic.objects.bulk_create(rows.values())
    StoryPicture.objects.bulk_create(
        StoryPicture(story=s, sort_order=n, picture=p.picture, caption=p.caption, credit=p.credit[:300], alt=p.alt[:500])
        for s, one in both
        for n, p in enumerate(one.copy.pictures)
    )
    shown = {(s.pk, pk) for s, one in both if one.public for pk in picture_ids(one.blocks)}
    shown |= {(s.pk, p.picture.pk) for s, one in both if one.public for p in one.copy.pictures}
    ShownPicture.objects.bulk_create(ShownPicture(story_id=s, picture_id=p) for s, p in sorted(shown))
    Correction.objects.bulk_create(Correction(story=s, **said) for s, one in both for said in one.corrections)
    DeskNote.objects.bulk_create(
        DeskNote(story=s, text=n, source="the archive", at=clock.now()) for s, one in both for n in one.copy.notes
    )
