"""From an agency's item to copy on our desk."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils.text import slugify

from masthead.kit import html
from masthead.people.models import Organisation
from masthead.stories.actions import Copy, CopyCredit, CopyTopic
from masthead.wire.item import Item, Subject
from masthead.wire.models import Source

ROLES = {"writer", "contributor", "photographer", "editor", "translator"}
MOST_TOPICS = 8
KNOWN_AS = {
    "reuters.com": "Reuters",
    "rtrs": "Reuters",
    "ap": "The Associated Press",
    "afp": "Agence France-Presse",
    "dpa": "dpa",
    "cnn": "CNN",
}
"""Names that agencies give themselves in their files, and the names readers know."""
_AGENCY = re.compile(r"newsource|news agency|newswire|\bwire\b|\bpress\b|\bauthority\b", re.IGNORECASE)


def agency_of(item: Item, source: Source, known: dict[str, Organisation] | None = None) -> Organisation:
    """Whose copy it is: as the source's settings say, else as the copy says, else the source itself.

    `known` remembers agencies by slug within one transaction.
    """
    if source.agency:
        return source.agency
    name = _agency_name(item) or source.name
    name = KNOWN_AS.get(name.casefold(), name).strip()[:160]
    slug = slugify(name)[:160] or "agency"
    known = {} if known is None else known
    if slug not in known:
        known[slug] = Organisation.objects.get_or_create(slug=slug, defaults={"name": name})[0]
    return known[slug]


def _agency_name(item: Item) -> str:
    """The provider, else an author that is an agency, else whose dateline or byline it is."""
    agencies = [
        n for n in (*item.creators, *item.authors, item.byline or "") if n and _AGENCY.search(n) and len(n) < 60
    ]
    employers = [c.organisation for c in item.contributors if c.organisation]
    candidates = [item.provider, item.credit, *agencies, item.dateline_organisation, *employers]
    return next((c for c in candidates if c), "")


def standfirst_of(item: Item) -> str:
    """The agency's summary, unless it is only the beginning of the text cut off."""
    said = html.to_text(item.standfirst or "")
    start = html.to_text(item.body)[:60]
    cut_off = said.rstrip("] ").endswith(("…", "...", "[&hellip;"))
    return "" if cut_off or not said or (start and start in said) or item.body.find(said[:60]) >= 0 else said


def kicker_of(item: Item) -> str:
    """The label over the headline: that a story is still developing, or that it is opinion."""
    if any(remark.role == "developing" for remark in item.remarks):
        return "Developing"
    return "Opinion" if any(remark.role == "genre-note" for remark in item.remarks) else ""


def correction_of(item: Item) -> str:
    """The agency's own words on what it corrects, where they stood as a line of their own."""
    return next((remark.text for remark in item.remarks if remark.role == "correction" and remark.goes), "")


def copy_of(item: Item, agency: Organisation, arrived_at: datetime) -> Copy:
    """The item as copy. Notes for editors stay in their own type; nothing is invented."""
    return Copy(
        headline=item.headline or "",
        body=item.body,
        standfirst=standfirst_of(item),
        dateline=item.dateline or "",
        kicker=kicker_of(item),
        correction=correction_of(item),
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
    return (
        name == source or source.startswith(f"{name} ") or name.startswith((f"{source} ", f"{source}-", f"{source}:"))
    )
