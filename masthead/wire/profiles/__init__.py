"""Agencies as data: the shipped profiles, and which of them a delivery's copy looks like.

No database here: `masthead wire parse` uses it too. An editor's own profiles are found by `wire.profiled`.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from masthead.wire.item import Item, Reading
from masthead.wire.profiles.profile import DUTIES, MAPPABLE, Profile, StandingDuty, WrongProfile, made, problems

__all__ = [
    "DUTIES", "MAPPABLE", "PLAIN", "Profile", "StandingDuty", "WrongProfile", "content_of", "made", "plain", "problems", "shipped",
    "slugs", "suggest",
]  # fmt: skip

_FOLDER = Path(__file__).parent
_SHARED = ("credits", "suppliers", "last")
"""What every shipped profile takes from `credits.toml` beside what it says itself."""
PLAIN = "plain-rss"
"""The profile of copy that looks like no agency's."""


@lru_cache(maxsize=1)
def slugs() -> tuple[str, ...]:
    """The shipped profiles' names, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml") if path.stem != "credits"))


@lru_cache(maxsize=64)
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


def content_of(slug: str) -> dict[str, Any]:
    """A shipped profile's content with the credit map that all share, to be copied and changed. Raises KeyError."""
    if slug not in slugs():
        raise KeyError(slug)
    shared, own = _file("credits"), _file(slug)
    merged = dict(own)
    for key in ("credits", "suppliers"):
        merged[key] = {**shared.get(key, {}), **own.get(key, {})}
    merged["last"] = [*shared.get("last", []), *own.get("last", [])]
    return merged


@lru_cache(maxsize=64)
def shipped(slug: str) -> Profile:
    """A shipped profile. Raises KeyError."""
    return made(slug, content_of(slug))


def plain() -> Profile:
    """What copy is read with when nobody knows whose it is."""
    return shipped(PLAIN)


def suggest(reading: Reading) -> Profile:
    """The shipped profile that this copy looks like: by its format, who it says it is from, and its standing words."""
    found = [(score, slug) for slug in slugs() if (score := _likeness(shipped(slug), reading))]
    return shipped(max(found)[1]) if found else plain()


def _likeness(profile: Profile, reading: Reading) -> int:
    if profile.formats and reading.format not in profile.formats:
        return 0
    first = reading.items[:3]
    named = profile.providers and any(_from(profile, item) for item in first)
    signed = profile.signs and any(_signed(profile, item) for item in first)
    if (profile.providers or profile.signs) and not (named or signed):
        return 0
    return 4 * bool(named) + 3 * bool(signed) + bool(profile.formats)


def _from(profile: Profile, item: Item) -> bool:
    said = (
        item.provider, item.provider_code, item.credit, item.dateline_organisation, *item.copyright_holder, *item.creators,
        *item.authors,
    )  # fmt: skip
    folded = [f" {text.casefold()[:200]} ".replace("/", " ").replace(":", " ").replace(".", " ") for text in said if text]
    return any(f" {name} " in text for name in profile.providers for text in folded)


def _signed(profile: Profile, item: Item) -> bool:
    text = f"{item.guid or ''} {item.link or ''} {item.body[:1500]} {item.body[-1500:]}"
    return any(sign in text for sign in profile.signs)
