"""File a story: copy comes to the desk. Nothing is public yet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from masthead.kit.private import DeskOnly
from masthead.people.models import Organisation, Person, User
from masthead.pictures.models import Picture
from masthead.stories import diary
from masthead.stories.body import from_html
from masthead.stories.models import Correction, Credit, DeskNote, Story, StoryPicture, StoryTopic, Topic
from masthead.stories.models.diary import Verb
from masthead.titles.models import Section, Title


@dataclass(frozen=True, slots=True)
class CopyCredit:
    name: str
    role: str = "writer"
    organisation: str = ""
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class CopyPicture:
    picture: Picture
    caption: str = ""
    credit: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class CopyTopic:
    name: str
    kind: str = "subject"
    code: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """What a story says, from an agency or a colleague. `body` is clean story HTML."""

    headline: str
    body: str = ""
    standfirst: str = ""
    kicker: str = ""
    dateline: str = ""
    language: str = ""
    credits: tuple[CopyCredit, ...] = ()
    pictures: tuple[CopyPicture, ...] = ()
    topics: tuple[CopyTopic, ...] = ()
    notes: tuple[DeskOnly, ...] = ()
    agency: Organisation | None = None
    wire_guid: str = ""
    wire_version: int | None = None
    arrived_at: datetime | None = None
    agency_published_at: datetime | None = None
    original_url: str = ""
    rights_holder: str = ""
    copyright_notice: str = ""
    usage_terms: str = ""
    correction: str = ""
    """What the copy says that it corrects, in its own words: shown as a correction, not as text."""
    facts: dict[str, Any] = field(default_factory=dict)

    def digest(self) -> str:
        """SHA-256 of what readers would see; equal digests mean that nothing needs doing."""
        seen = [self.headline, self.body, self.standfirst, self.dateline, self.copyright_notice]
        seen += [json.dumps(asdict(c), default=str) for c in self.credits if c.person is None]
        return hashlib.sha256("\x1f".join(seen).encode()).hexdigest()


@transaction.atomic
def file_story(*, title: Title, section: Section, copy: Copy, user: User | None = None, by: str = "") -> Story:
    """Put `copy` on the desk as a draft of `section`."""
    story = Story(title=title, section=section, live=False, state=Story.State.DRAFT, filed_by=user)
    write_copy(story, copy)
    story.save()
    write_parts(story, copy)
    write_pictures(story, copy.pictures)
    write_notes(story, copy.notes, copy.agency.name if copy.agency else by)
    if copy.correction:
        Correction.objects.create(story=story, text=copy.correction, by=copy.agency.name if copy.agency else by)
    diary.write(story=story, verb=Verb.FILED, user=user, by=by, facts={"wire_guid": copy.wire_guid})
    return story


def write_copy(story: Story, copy: Copy) -> None:
    """Set the fields of `story` from `copy`, without saving. An agency's headline goes to its own field."""
    if copy.agency:
        story.wire_headline = copy.headline[:500]
    else:
        story.headline = copy.headline[:300]
    story.standfirst, story.kicker = copy.standfirst, copy.kicker[:80]
    story.dateline, story.language = copy.dateline[:200], copy.language[:20]
    story.body = json.dumps(from_html(copy.body))
    story.agency, story.wire_guid, story.wire_version = copy.agency, copy.wire_guid[:500], copy.wire_version
    story.arrived_at, story.agency_published_at = copy.arrived_at, copy.agency_published_at
    story.original_url = copy.original_url[:1000]
    story.rights_holder, story.copyright_notice = copy.rights_holder[:300], copy.copyright_notice
    story.usage_terms, story.wire_digest = copy.usage_terms, copy.digest()


def write_pictures(story: Story, pictures: tuple[CopyPicture, ...]) -> None:
    """Replace the pictures of a saved story."""
    StoryPicture.objects.filter(story=story).delete()
    StoryPicture.objects.bulk_create(
        StoryPicture(
            story=story, sort_order=n, picture=p.picture, caption=p.caption, credit=p.credit[:300], alt=p.alt[:500]
        )
        for n, p in enumerate(pictures)
    )


def write_parts(story: Story, copy: Copy) -> None:
    """Replace credits and topics of a saved story by those of `copy`."""
    Credit.objects.filter(story=story).delete()
    StoryTopic.objects.filter(story=story).delete()
    Credit.objects.bulk_create(
        Credit(
            story=story,
            sort_order=n,
            name=c.name[:200],
            role=c.role,
            organisation=c.organisation[:200],
            person=c.person,
        )
        for n, c in enumerate(copy.credits)
    )
    topics = topics_named(story.title, copy.topics)
    StoryTopic.objects.bulk_create(StoryTopic(story=story, sort_order=n, topic=t) for n, t in enumerate(topics))


def topics_named(title: Title, wanted: Iterable[CopyTopic]) -> list[Topic]:
    """The paper's topics of these names, made where they are new; an agency's own name is never one."""
    sources = {slugify(name) for name in Organisation.objects.values_list("name", flat=True)}
    named = [(want, slugify(want.name, allow_unicode=True)[:160]) for want in wanted]
    named = [(want, slug) for want, slug in named if slug and slug not in sources]
    known = _topics_at(title, {slug for _, slug in named})
    fresh = {
        slug: Topic(title=title, slug=slug, name=want.name[:160], kind=want.kind, code=want.code[:60])
        for want, slug in reversed(named)
        if slug not in known
    }
    if fresh:
        # All at once: an archive brings thousands. Whoever makes the same one beside us wins, and is read again.
        Topic.objects.bulk_create(reversed(fresh.values()), ignore_conflicts=True)
        known |= _topics_at(title, set(fresh))
    return list({known[slug].pk: known[slug] for _, slug in named}.values())


def _topics_at(title: Title, slugs: set[str]) -> dict[str, Topic]:
    return {t.slug: t for t in Topic.objects.filter(title=title, slug__in=slugs)} if slugs else {}


def write_notes(story: Story, notes: Iterable[DeskOnly], source: str) -> None:
    """Keep notes for editors, each once."""
    kept = {n.text for n in story.desk_notes.all()}
    DeskNote.objects.bulk_create(
        DeskNote(story=story, text=n, source=source or "the agency")
        for n in dict.fromkeys(notes)
        if n and n not in kept
    )
