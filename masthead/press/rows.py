"""How stories come out of the database for the press: for lists as plain rows, whole for a page of their own.

Making a hundred story objects is most of what a list costs, and asking for what hangs on each of them the rest. So a list
reads only what a teaser shows, and whatever stands around many stories (sections, agencies) is read once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from masthead.kit.prepared import PreparedMany
from masthead.people.models import Organisation
from masthead.stories.models import Correction, Credit, LiveBlog, Story, StoryPicture, StoryTopic
from masthead.titles.models import Section, Title

_COLUMNS = (
    "pk", "uid", "path", "headline", "wire_headline", "short_headline", "kicker", "standfirst", "summary", "language", "words",
    "first_published_at", "substantive_at", "embargo_until", "order_embargo_until", "expires_at", "order_expires_at",
)  # fmt: skip
_RULES: Any = Story
"""What a story makes of these columns, a teaser makes of them, too."""


@dataclass(slots=True)
class Teaser:
    """As much of a story as lists show, with the names that it has there."""

    pk: int
    uid: UUID
    path: str | None
    headline: str
    wire_headline: str
    short_headline: str
    kicker: str
    standfirst: str
    summary: str
    language: str
    words: int
    first_published_at: datetime | None
    substantive_at: datetime | None
    embargo_until: datetime | None
    order_embargo_until: datetime | None
    expires_at: datetime | None
    order_expires_at: datetime | None
    title: Title
    section: Section
    agency: Organisation | None
    writers: list[str]
    pictures: list[StoryPicture]
    corrected: bool
    live: bool

    display_headline = _RULES.display_headline
    embargo_ends = _RULES.embargo_ends
    expiry = _RULES.expiry
    spoken_language = _RULES.spoken_language


class Around:
    """The sections and agencies of the stories that are read together, and those that were read whole."""

    def __init__(self) -> None:
        self._known: dict[type[Model], dict[int, Any]] = {Section: {}, Organisation: {}}
        self.stories: dict[int, Story] = {}
        """Stories that were read whole."""

    def sections(self, pks: Iterable[int]) -> dict[int, Section]:
        """At least those of `pks`, by their number."""
        return self._of(Section, pks)

    def agencies(self, pks: Iterable[int | None]) -> dict[int, Organisation]:
        """At least those of `pks`, by their number."""
        return self._of(Organisation, pks)

    def _of(self, kind: type[Model], pks: Iterable[int | None]) -> dict[int, Any]:
        known = self._known[kind]
        if missing := set(pks) - known.keys() - {None}:
            known |= kind._default_manager.in_bulk(missing)
        return known


def teaser(story: Story) -> Teaser:
    """The teaser of a story in hand."""
    writers = [credit.name for credit in story.credits.all() if credit.role == Credit.Role.WRITER]
    corrected = any(note.kind == Correction.Kind.CORRECTION for note in story.corrections.all())
    own = [getattr(story, name) for name in _COLUMNS]
    around = [story.title, story.section, story.agency]
    return Teaser(*own, *around, *[writers, list(story.story_pictures.all()), corrected, _runs(getattr(story, "live_blog", None))])


def teasers(title: Title, stories: QuerySet[Story], around: Around) -> list[Teaser]:
    """The teasers of `stories` of the title, in their order."""
    rows = list(stories.values_list(*_COLUMNS, "section_id", "agency_id"))
    pks = [row[0] for row in rows]
    if not pks:
        return []
    sections, agencies = around.sections(row[-2] for row in rows), around.agencies(row[-1] for row in rows)
    writers: dict[int, list[str]] = {}
    for pk, name in _WRITERS.all(pks):
        writers.setdefault(pk, []).append(name)
    pictures = _by_story(_PICTURES.all(pks))
    corrected = set(_CORRECTED.all(pks))
    blogs = {blog.story_id: blog for blog in _BLOGS.all(pks)}
    found = []
    for *own, section, agency in rows:
        pk = own[0]
        around_it = [title, sections[section], agencies.get(agency)]
        found.append(Teaser(*own, *around_it, *[writers.get(pk, []), pictures.get(pk, []), pk in corrected, _runs(blogs.get(pk))]))
    return found


def those(title: Title, pks: Iterable[int], around: Around) -> list[Story]:
    """The stories of these numbers, whole and in this order, each read once for all pages that are made together."""
    wanted = list(pks)
    missing = [pk for pk in wanted if pk not in around.stories]
    around.stories |= {story.pk: story for story in whole(title, _STORIES.all(missing), around)}
    return [around.stories[pk] for pk in wanted if pk in around.stories]


def whole(title: Title, stories: Iterable[Story], around: Around) -> list[Story]:
    """Stories of the title with all that their own pages show, one question for each kind of it."""
    found = list(stories)
    bare = [story for story in found if "credits" not in getattr(story, "_prefetched_objects_cache", {})]
    if not bare:
        return found
    sections, agencies = around.sections(s.section_id for s in bare), around.agencies(s.agency_id for s in bare)
    pks = [story.pk for story in bare]
    blogs = {blog.story_id: blog for blog in _BLOGS.all(pks)}
    for story in bare:
        # Where Django keeps what it has read of a relation.
        kept = story._state.fields_cache
        kept["title"], kept["section"], kept["live_blog"] = title, sections[story.section_id], blogs.get(story.pk)
        if story.agency_id:
            kept["agency"] = agencies[story.agency_id]
        if blog := blogs.get(story.pk):
            blog.story = story
    for relation, (model, rows) in _RELATIONS.items():
        _attach(bare, relation, model, rows.all(pks))
    return found


_STORIES = PreparedMany(lambda keys: Story.objects.filter(pk__in=keys))
_PICTURES = PreparedMany(lambda keys: StoryPicture.objects.select_related("picture").filter(story__in=keys))
_BLOGS = PreparedMany(lambda keys: LiveBlog.objects.filter(story__in=keys))
_WRITERS = PreparedMany(
    lambda keys: Credit.objects.filter(story__in=keys, role=Credit.Role.WRITER).order_by("sort_order", "id").values_list("story_id", "name")
)
_CORRECTED = PreparedMany(
    lambda keys: Correction.objects.filter(story__in=keys, kind=Correction.Kind.CORRECTION).order_by().values_list("story_id", flat=True)
)
_RELATIONS: dict[str, tuple[type[Model], PreparedMany[Any]]] = {
    "credits": (Credit, PreparedMany(lambda keys: Credit.objects.select_related("person").filter(story__in=keys))),
    "story_pictures": (StoryPicture, _PICTURES),
    "corrections": (Correction, PreparedMany(lambda keys: Correction.objects.filter(story__in=keys))),
    "story_topics": (StoryTopic, PreparedMany(lambda keys: StoryTopic.objects.select_related("topic").filter(story__in=keys))),
}


def _attach(stories: list[Story], relation: str, model: type[Model], rows: Iterable[Any]) -> None:
    """Put `rows` where `story.<relation>.all()` looks for what was fetched before."""
    by_story = _by_story(rows)
    for story in stories:
        kept: QuerySet[Any] = QuerySet(model)
        kept._result_cache = by_story.get(story.pk, [])
        if not hasattr(story, "_prefetched_objects_cache"):
            story._prefetched_objects_cache = {}
        story._prefetched_objects_cache[relation] = kept


def _by_story(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.story_id, []).append(row)
    return found


def _runs(blog: LiveBlog | None) -> bool:
    return blog is not None and blog.running
