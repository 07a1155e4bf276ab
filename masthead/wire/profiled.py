"""Which profile a source's copy is read with: the one an editor chose, else the shipped one that the copy looks like."""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass
from typing import Any

from masthead.titles.models import Title
from masthead.wire import profiles, readers
from masthead.wire.item import Reading
from masthead.wire.models import AgencyProfile, Source
from masthead.wire.profiles import Profile, WrongProfile
from masthead.wire.readers import fields
from masthead.wire.readers.delivery import Delivery

log = logging.getLogger("masthead.wire")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is set for a source: its profile, None where the copy itself decides; the paper's own time zone."""

    profile: Profile | None
    zone: str


def choice_of(source: Source) -> Choice:
    """The choice for a source; asked of the database once for each object in memory."""
    found: Choice | None = source.__dict__.get("_choice")
    if found is None:
        found = Choice(chosen(source), source.title.time_zone)
        source.__dict__["_choice"] = found
    return found


def chosen(source: Source) -> Profile | None:
    """The profile that an editor chose for the source. A name that is gone or wrong counts as none."""
    return named(source.title, source.profile) if source.profile else None


def named(title: Title, slug: str) -> Profile | None:
    """The paper's own profile of this name, else the shipped one."""
    own = AgencyProfile.objects.filter(title=title, slug=slug).first()
    try:
        return profiles.made(own.slug, own.content) if own else profiles.shipped(slug)
    except (WrongProfile, KeyError) as fault:
        log.warning("The profile %s cannot be used: %s", slug, fault)
        return None


def content(title: Title, slug: str) -> dict[str, Any] | None:
    """What a profile of the paper, or a shipped one, says, to be copied or changed."""
    own = AgencyProfile.objects.filter(title=title, slug=slug).first()
    if own:
        return dict(own.content)
    return profiles.content_of(slug) if slug in profiles.slugs() else None


def read(data: bytes, choice: Choice, known: Reading | None = None) -> tuple[Reading, Profile]:
    """Read a delivery with the chosen profile, or with the one that it looks like. Raises UnreadableWire.

    `known` is what the bytes hold where somebody has read them already, without a profile.

    Times without a zone are in the profile's; where it names none, in the paper's own.
    """
    if choice.profile:
        profile = _zoned(choice.profile, choice.zone)
        return readers.read(data, profile=profile), profile
    reading = known or readers.read(data)
    profile = _zoned(profiles.suggest(reading), choice.zone)
    return fields.applied(reading, Delivery(data), profile), profile


def _zoned(profile: Profile, zone: str) -> Profile:
    return profile if profile.time_zone else dataclasses.replace(profile, time_zone=zone)
