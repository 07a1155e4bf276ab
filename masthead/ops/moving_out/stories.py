"""A story as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from masthead.pictures.models import Picture
from masthead.stories.body import picture_ids, to_html
from masthead.stories.models import Story
from masthead.titles.models import Title

WORDS = (
    "headline", "wire_headline", "short_headline", "social_headline", "seo_title", "seo_description", "kicker", "standfirst",
    "dateline", "language", "wire_guid", "wire_version", "original_url", "rights_holder", "copyright_notice", "usage_terms",
    "duties", "order_pubstatus", "order_reason",
)  # fmt: skip
TIMES = (
    "embargo_until", "expires_at", "first_published_at", "last_published_at", "substantive_at", "filed_at", "arrived_at",
    "agency_published_at", "order_embargo_until", "order_expires_at",
)  # fmt: skip
FIELDS = {
    "uid": "its id, the same for ever, also in the API",
    "path": "its address, without the paper’s; null before first publication",
    "state": "draft, ready, edited, scheduled, held, published or withdrawn",
    "section": "the section’s slug",
    "headline": "our headline; empty: the agency’s",
    "wire_headline": "the agency’s headline",
    "short_headline": "for lists",
    "social_headline": "for sharing",
    "seo_title": "for search engines",
    "seo_description": "for search engines",
    "kicker": "above the headline",
    "standfirst": "below the headline",
    "dateline": "place and agency as printed",
    "language": "BCP 47 tag; empty: the paper’s",
    "html": "text and tables of the body as HTML, for other systems",
    "blocks": "the whole body: a list of {type, value}; pictures are named by their sha256",
    "credits": "a list of {name, role, organisation, person}; person is a slug in people.jsonl or null",
    "pictures": "a list of {picture, caption, credit, alt, decorative}; picture is a sha256 in pictures.jsonl",
    "topics": "slugs in topics.jsonl, in order",
    "agency": "slug in organisations.jsonl, or null for our own",
    "wire_guid": "the agency’s id",
    "wire_version": "the agency’s version",
    "original_url": "where it stood first",
    "rights_holder": "who owns it",
    "copyright_notice": "as to be shown",
    "usage_terms": "as the agency gave them",
    "duties": "what the agency asks of us",
    "order_pubstatus": "usable, withheld or canceled, by order of the agency",
    "order_reason": "the agency’s words",
    "corrections": "a list of {kind, text, at, by, automatic}",
    "desk_notes": "a list of {text, source, at}, never for readers",
    **{
        "embargo_until": "ours",
        "expires_at": "ours",
        "first_published_at": "",
        "last_published_at": "",
        "substantive_at": "last change that matters to readers",
        "filed_at": "when it came to the desk",
        "arrived_at": "when the agency’s copy came",
        "agency_published_at": "when the agency published it",
        "order_embargo_until": "the agency’s embargo",
        "order_expires_at": "the agency’s expiry",
    },
}


def rows(title: Title) -> Iterator[dict[str, Any]]:
    """Every story of the paper, oldest first, drafts too."""
    stories = Story.objects.filter(title=title).select_related("section", "agency").order_by("pk")
    related = ("credits__person", "story_pictures__picture", "story_topics__topic", "corrections", "desk_notes")
    for story in stories.prefetch_related(*related).iterator(chunk_size=200):
        yield of(story)


def of(story: Story) -> dict[str, Any]:
    """One story as values, with exactly the fields of `FIELDS`."""
    said: dict[str, Any] = {name: getattr(story, name) for name in WORDS}
    said |= {name: time(getattr(story, name)) for name in TIMES}
    said |= {"uid": str(story.uid), "path": story.path, "state": story.state, "section": story.section.slug}
    said |= {"html": to_html(story.body), "blocks": _blocks(story.body.raw_data)}
    said["credits"] = [
        {"name": c.name, "role": c.role, "organisation": c.organisation, "person": c.person.slug if c.person else None}
        for c in story.credits.all()
    ]
    said["pictures"] = [
        {"picture": p.picture.sha256, "caption": p.caption, "credit": p.credit, "alt": p.alt, "decorative": p.decorative}
        for p in story.story_pictures.all()
    ]
    said["topics"] = [t.topic.slug for t in story.story_topics.all()]
    said["agency"] = story.agency.slug if story.agency else None
    said["corrections"] = [
        {"kind": c.kind, "text": c.text, "at": time(c.at), "by": c.by, "automatic": c.automatic}
        for c in reversed(story.corrections.all())
    ]
    said["desk_notes"] = [{"text": n.text.reveal(), "source": n.source, "at": time(n.at)} for n in reversed(story.desk_notes.all())]
    return {name: said[name] for name in FIELDS}


def time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _blocks(raw: Any) -> list[dict[str, Any]]:
    names = dict(Picture.objects.filter(pk__in=picture_ids(raw)).values_list("pk", "sha256")) if picture_ids(raw) else {}
    return [{"type": b["type"], "value": renamed(b["value"], names)} for b in raw]


def renamed(value: Any, names: dict[Any, Any]) -> Any:
    """A block's value with each picture under its other name: numbers here become digests there, and back."""
    if isinstance(value, dict):
        return {k: names.get(v) if k in ("picture", "poster") and v else renamed(v, names) for k, v in value.items() if k != "id"}
    return [renamed(inner, names) for inner in value] if isinstance(value, list) else value
