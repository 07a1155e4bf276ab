"""The paper for other programs: ninjs 3.0 (IPTC), read only, behind the same gate as every page.

Agency copy goes out as headline and summary, as in the feeds: its text is under licence to this paper alone. What an
agency says to editors is in no proof, so it cannot be here either. The newest list and single stories are printed
like pages; a question with filters is answered by the readers' door with the same values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet

from masthead.press import addresses, openapi, platemaker
from masthead.press.dates import iso
from masthead.press.labels import say
from masthead.press.proof import CreditProof, Page, PictureProof, StoryProof
from masthead.press.reading import Reader
from masthead.press.sheet import page
from masthead.press.store import Printed
from masthead.stories import gate
from masthead.stories.models import Story

SCHEMA = "https://www.iptc.org/std/ninjs/ninjs-schema_3.0.json"
JSON = "application/json; charset=utf-8"
A_PAGE, MOST = 25, 100
MOST_WITHDRAWN = 500
TOPICS = {"person": "people", "organisation": "organisations", "place": "places", "event": "events"}
"""Where a topic of a kind stands in ninjs; any other is a subject."""

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program asks for, as ids. `changed_since` is aware, and puts the oldest change first; `after` is a cursor
    as a page gave it: a time and an id."""

    section: int | None = None
    topic: int | None = None
    ours: bool | None = None
    changed_since: datetime | None = None
    after: tuple[datetime, int] | None = None
    limit: int = A_PAGE


# --- lists ------------------------------------------------------------------------------------------------


def stories(reader: Reader, asked: Asked) -> tuple[list[Node], str]:
    """The stories asked for, and the cursor of the next page (empty at the end)."""
    reader.keys.add("list:front")
    reader.watch_openings()
    found = _narrowed(reader.readable(), asked)
    if asked.changed_since:
        found = found.filter(substantive_at__gte=asked.changed_since).order_by("substantive_at", "pk")
    if asked.after:
        found = found.filter(_beyond(asked))
    # One more than is given: it tells that there is a next page.
    rows = reader.load(found[: asked.limit + 1])
    reader.expect(rows)
    about = page(reader, addresses.API_STORIES, "", "")
    items = [item(reader, about, story) for story in rows[: asked.limit]]
    return items, _cursor(rows[asked.limit - 1], asked) if len(rows) > asked.limit else ""


def _narrowed(found: QuerySet[Story], asked: Asked) -> QuerySet[Story]:
    if asked.section is not None:
        found = found.filter(section_id=asked.section)
    if asked.topic is not None:
        found = found.filter(story_topics__topic_id=asked.topic)
    if asked.ours is not None:
        found = found.filter(agency__isnull=asked.ours)
    return found


def _beyond(asked: Asked) -> Q:
    at, pk = asked.after or (datetime.now(UTC), 0)
    if asked.changed_since:
        return (Q(substantive_at__gt=at) | Q(pk__gt=pk)) & Q(substantive_at__gte=at)
    return (Q(first_published_at__lt=at) | Q(pk__lt=pk)) & Q(first_published_at__lte=at)


def _cursor(story: Story, asked: Asked) -> str:
    at = story.substantive_at if asked.changed_since else story.first_published_at
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{story.pk}" if at else ""


def read_cursor(said: str) -> tuple[datetime, int]:
    """The time and id in a cursor. Raises ValueError."""
    at, _, pk = said.partition("-")
    return datetime.strptime(at, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), int(pk)


def envelope(reader: Reader, items: list[Node], following: str) -> str:
    """A page of stories as JSON; `following` is the address of the next."""
    return dump(
        _present(
            title=reader.title.name,
            url=f"{reader.title.base_url}/",
            description=f"{reader.title.base_url}{addresses.OPENAPI}",
        )
        | {"items": items}
        | _present(next=following)
    )


def dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def newest(reader: Reader) -> Printed:
    """The newest stories, as a printed page."""
    items, cursor = stories(reader, Asked())
    following = f"{reader.title.base_url}{addresses.API_STORIES}?after={cursor}" if cursor else ""
    return _printed(reader, addresses.API_STORIES, envelope(reader, items, following))


def sections(reader: Reader) -> Printed:
    """The sections, and where their stories are."""
    base = reader.title.base_url
    rows = [
        _present(
            name=s.name,
            slug=s.slug,
            description=s.description,
            url=f"{base}{addresses.section(s)}",
            stories=f"{base}{addresses.API_STORIES}?section={s.slug}",
        )
        for s in reader.title.sections.all()
    ]
    return _printed(reader, addresses.API_SECTIONS, dump({"sections": rows}))


def withdrawn(reader: Reader) -> Printed:
    """What was taken back for good, newest first, by number alone: whoever kept a copy is to delete it."""
    reader.keys.add("list:front")
    gone = Story.objects.filter(title=reader.title, state=Story.State.WITHDRAWN).exclude(path=None)
    rows = gone.order_by("-changed_at", "-pk").values_list("uid", flat=True)[:MOST_WITHDRAWN]
    items = [{"uri": f"urn:uuid:{uid}", "pubStatus": "canceled"} for uid in rows]
    return _printed(reader, addresses.API_WITHDRAWN, dump({"items": items}))


def described(reader: Reader) -> Printed:
    """The OpenAPI description."""
    return _printed(reader, addresses.OPENAPI, dump(openapi.described(reader.title.name, reader.title.base_url)))


def _printed(reader: Reader, path: str, body: str, status: int = 200) -> Printed:
    return Printed(path, body.encode(), JSON, status=status, valid_until=reader.valid_until)


# --- one story --------------------------------------------------------------------------------------------


def one(reader: Reader, story: Story) -> Printed | None:
    """A story; 410 once it was taken back; nothing when readers may not see it."""
    reader.keys.add(f"story:{story.pk}")
    path = addresses.api_story(story)
    if gate.is_gone(story):
        if not story.path:
            return None
        return _printed(reader, path, dump({"uri": f"urn:uuid:{story.uid}", "pubStatus": "canceled"}), status=410)
    if not gate.allows(story, reader.now):
        return None
    return _printed(reader, path, dump(item(reader, page(reader, path, "", ""), story)))


def item(reader: Reader, about: Page, story: Story) -> Node:
    """One story as ninjs."""
    return ninjs(about, reader.story(story, preview=True))


def ninjs(about: Page, story: StoryProof) -> Node:
    """What readers see of a story, as ninjs."""
    card, source = story.card, story.source
    pictures = [shown for shown in (story.lead, *story.more_pictures) if shown and shown.jpeg]
    return _present(
        uri=f"urn:uuid:{card.uid}",
        standard={"name": "ninjs", "version": "3.0", "schema": SCHEMA},
        type="text",
        representationType="partial" if source else "full",
        pubStatus="usable",
        firstCreated=iso(card.published),
        versionCreated=iso(card.updated),
        contentCreated=iso(source.agency_published) if source and source.agency_published else "",
        language=card.language,
        headlines=[{"role": "main", "value": card.headline}],
        descriptions=_descriptions(story),
        bodies=_bodies(about, story),
        by=card.byline,
        located=story.dateline,
        people=[*_credits(about, [*story.writers, *story.others]), *_topics(about, story, "people")],
        organisations=_topics(about, story, "organisations"),
        places=_topics(about, story, "places"),
        events=_topics(about, story, "events"),
        subjects=[_subject(about, card.section.name, card.section.path, "section"), *_topics(about, story, "subjects")],
        copyrightHolder=(source.rights_holder or source.name) if source else about.paper.name,
        copyrightNotice=source.copyright_notice if source else f"© {card.published.year} {about.paper.name}",
        usageTerms=_terms(about, story),
        infoSources=[_present(name=source.name, role="provider", uri=source.url)] if source else [],
        altIds=_other_numbers(story),
        trustIndicators=[
            {"role": f"https://schema.org/{role}", "title": note.text, "href": f"{card.url}#changes"}
            for note in story.corrections
            if (role := {"correction": "correction", "clarification": "correction"}.get(note.kind))
        ],
        associations=[_picture(about, shown, number) for number, shown in enumerate(pictures, 1)],
    )


def _present(**values: Any) -> Node:
    return {name: value for name, value in values.items() if value not in ("", None, [], ())}


def _descriptions(story: StoryProof) -> list[Node]:
    kicker = [{"role": "kicker", "value": story.card.kicker}] if story.card.kicker else []
    notes = [{"role": note.kind, "value": note.text} for note in story.corrections]
    return [*kicker, {"role": "summary", "value": platemaker.summary(story)}, *notes]


def _bodies(about: Page, story: StoryProof) -> list[Node]:
    if story.source:
        return []
    markup = platemaker.absolute_links(
        platemaker.render("feed-content.html", page=about, story=story).strip(), about.paper
    )
    counted = {"charCount": len(story.text), "wordCount": story.words}
    return [{"role": "main", "contentType": "text/html", **counted, "value": markup}]


def _credits(about: Page, credits: Iterable[CreditProof]) -> list[Node]:
    return [
        _present(name=c.name, rel=c.role, uri=f"{about.paper.base_url}{c.path}" if c.path else "") for c in credits
    ]


def _topics(about: Page, story: StoryProof, where: str) -> list[Node]:
    return [
        _subject(about, topic.name, topic.path, "about")
        for topic in story.topics
        if TOPICS.get(topic.kind, "subjects") == where
    ]


def _subject(about: Page, name: str, path: str, rel: str) -> Node:
    return {"name": name, "rel": rel, "uri": f"{about.paper.base_url}{path}"}


def _terms(about: Page, story: StoryProof) -> str:
    """What may be done with it: the agency's terms, and the reservation of mining."""
    reserved = about.paper.reserves or bool(story.source and story.source.no_mining)
    mining = f"Text and data mining is reserved. {about.paper.mining_terms}".strip() if reserved else ""
    return " ".join(filter(None, [story.source.usage_terms if story.source else "", mining]))


def _other_numbers(story: StoryProof) -> list[Node]:
    web = {"role": "web", "value": story.card.url}
    agency = {"role": "agency", "value": story.source.guid} if story.source and story.source.guid else None
    return [web, agency] if agency else [web]


def _picture(about: Page, shown: PictureProof, number: int) -> Node:
    base = about.paper.base_url
    described = [("caption", shown.caption), ("alt", shown.alt), ("generated", say("generated", about.paper.language) if shown.generated else "")]
    return _present(
        name=f"picture-{number}",
        uri=f"{base}{shown.jpeg[-1].path}",
        type="picture",
        by=shown.credit,
        copyrightNotice=shown.copyright_notice,
        descriptions=[{"role": role, "value": text} for role, text in described if text],
        renditions=[
            {
                "name": f"{kind.rpartition('/')[2]}-{size.width}",
                "href": f"{base}{size.path}",
                "contentType": kind,
                "width": size.width,
                "height": size.height,
            }
            for kind, sizes in (("image/jpeg", shown.jpeg), ("image/webp", shown.webp), ("image/avif", shown.avif))
            for size in sizes
        ],
    )
