"""From an agency's item to copy on our desk."""

from __future__ import annotations

from datetime import datetime

from django.utils.text import slugify

from masthead.people.models import Organisation
from masthead.stories.actions import Copy, CopyCredit, CopyTopic
from masthead.wire.item import Item, Subject
from masthead.wire.models import Source

ROLES = {"writer", "contributor", "photographer", "editor", "translator"}
MOST_TOPICS = 8


def agency_of(item: Item, source: Source) -> Organisation:
    """Whose copy it is: as the source's settings say, else as the copy says, else the source itself."""
    if source.agency:
        return source.agency
    name = (item.provider or item.credit or source.name).strip()[:160]
    slug = slugify(name)[:160] or "agency"
    return Organisation.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def copy_of(item: Item, agency: Organisation, arrived_at: datetime) -> Copy:
    """The item as copy. Notes for editors stay in their own type; nothing is invented."""
    return Copy(
        headline=item.headline or "",
        body=item.body,
        standfirst=item.standfirst or "",
        dateline=item.dateline or "",
        language=item.language or "",
        credits=credits_of(item),
        topics=topics_of(item, agency),
        notes=item.ednotes,
        agency=agency,
        wire_guid=item.guid or "",
        wire_version=item.version,
        arrived_at=arrived_at,
        agency_published_at=item.published or item.first_created or item.version_created,
        original_url=item.link if item.link and item.link.startswith(("http://", "https://")) else "",
        rights_holder=", ".join(item.copyright_holder),
        copyright_notice=item.copyright_notice or "",
        usage_terms="\n".join(item.usage_terms),
    )


def credits_of(item: Item) -> tuple[CopyCredit, ...]:
    """People credited with the item, in its order."""
    return tuple(
        CopyCredit(name=c.name, role=c.role if c.role in ROLES else "contributor", organisation=c.organisation or "")
        for c in item.contributors
    )


def topics_of(item: Item, agency: Organisation) -> tuple[CopyTopic, ...]:
    """Subjects, people, places, organisations and events with a name. The agency itself is a source, not a topic."""
    named = [s for s in item.subjects if s.name and not _names_agency(s, agency)]
    return tuple(CopyTopic(name=s.name or "", kind=s.kind, code=_code(s)) for s in named[:MOST_TOPICS])


def _code(subject: Subject) -> str:
    return f"{subject.scheme}:{subject.code}" if subject.scheme == "medtop" and subject.code else ""


def _names_agency(subject: Subject, agency: Organisation) -> bool:
    name, source = (subject.name or "").casefold(), agency.name.casefold()
    return name == source or source.startswith(f"{name} ") or name.startswith((f"{source} ", f"{source}-", f"{source}:"))
