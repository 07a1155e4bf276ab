"""Who we are in the fediverse: the paper and each of its sections, with names, addresses and keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from masthead.circulation.models import Actor, FarFollower
from masthead.kit import httpsig, secrets
from masthead.titles.models import Section, Title

PAPER = "paper"
ROOT = "/fediverse/"
_PURPOSE = "fediverse"


def what() -> str:
    """Which stories go there: `own`, `all` (agency copy too), or nothing."""
    said = str(settings.CONFIG.get("fediverse.stories")).strip().lower()
    return said if said in ("own", "all") else ""


def find(title: Title, slot: str) -> Actor | None:
    """The actor at a slot, made with its key at first use; None when there is no such section, or we are not there at all."""
    if not what():
        return None
    known = Actor.objects.filter(title=title, slot=slot).select_related("title", "section").first()
    if known or slot == PAPER:
        return known or _make(title, slot, None)
    match = re.fullmatch(r"section-(\d{1,15})", slot)
    section = Section.objects.filter(title=title, pk=int(match[1])).first() if match else None
    return _make(title, slot, section) if section else None


def _make(title: Title, slot: str, section: Section | None) -> Actor:
    private, public = httpsig.new_key()
    sealed = secrets.seal(private, key=settings.SECRET_KEY, purpose=_PURPOSE)
    made = {"section": section, "public": public, "private": sealed}
    return Actor.objects.get_or_create(title=title, slot=slot, defaults=made)[0]


def everybody(title: Title) -> Iterator[str]:
    """The slots of all that can be followed."""
    yield PAPER
    yield from (slot_of(section) for section in title.sections.all())


def slot_of(section: Section) -> str:
    return f"section-{section.pk}"


def host(title: Title) -> str:
    return urlsplit(title.base_url).netloc


def name_of(actor: Actor) -> str:
    """What stands before the @: a section's slug, and for the paper the first word of its host."""
    if actor.section:
        return actor.section.slug
    word = re.sub(r"[^a-z0-9]+", "", (urlsplit(actor.title.base_url).hostname or "").removeprefix("www.").split(".")[0]) or PAPER
    return f"{word}_{PAPER}" if actor.title.sections.filter(slug=word).exists() else word


def named(title: Title, name: str) -> Actor | None:
    """The actor called `name`, in any case."""
    paper = find(title, PAPER)
    if paper is None or name_of(paper) == name.lower():
        return paper
    section = title.sections.filter(slug=name.lower()).first()
    return find(title, slot_of(section)) if section else None


def uri(actor: Actor, rest: str = "") -> str:
    """Its address, or one below it."""
    return f"{actor.title.base_url}{ROOT}{actor.slot}{rest}"


def key_id(actor: Actor) -> str:
    return f"{uri(actor)}#main-key"


def private_key(actor: Actor) -> str:
    """Raises secrets.CannotOpen when the paper was moved without its secret key."""
    return secrets.unseal(actor.private, key=settings.SECRET_KEY, purpose=_PURPOSE)


def handle(actor: Actor) -> str:
    """What people type into the search of their own server to find it."""
    return f"@{name_of(actor)}@{host(actor.title)}"


def handles(title: Title) -> list[tuple[str, str]]:
    """Name and handle of the paper and of each section; nothing when we are not there."""
    found = (find(title, slot) for slot in everybody(title)) if what() else ()
    return [(one.section.name if one.section else title.name, handle(one)) for one in found if one]


def follower_count(title: Title) -> int:
    """Those who follow the paper or a section from other servers; who follows two is counted twice."""
    return FarFollower.objects.filter(actor__title=title, left_at=None).count()
