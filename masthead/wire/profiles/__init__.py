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
    candidates = [profile for profile in map(shipped, slugs()) if reading.format in profile.formats]
    first = reading.items[:3]
    named = [_names(item) for item in first]
    texts = [f"{item.guid or ''} {item.link or ''} {item.body[:1500]} {item.body[-1500:]}" for item in first]
    found = [(score, profile.slug) for profile in candidates if (score := _likeness(profile, named, texts))]
    return shipped(max(found)[1]) if found else plain()


def _likeness(profile: Profile, named: list[str], texts: list[str]) -> int:
    """How much speaks for a profile: a name weighs more than a standing phrase, a phrase more than the format alone."""
    if not profile.providers and not profile.signs:
        return 1
    score = 4 * any(f" {name} " in said for name in profile.providers for said in named)
    return score + 3 * any(sign in text for sign in profile.signs for text in texts)


def _names(item: Item) -> str:
    """Everybody whom the item names as its source, in lower case, parted by strokes."""
    said = (
        item.provider, item.provider_code, item.credit, item.dateline_organisation, *item.copyright_holder, *item.creators,
        *item.authors,
    )  # fmt: skip
    folded = (text[:200].casefold().replace("/", " ").replace(":", " ").replace(".", " ") for text in said if text)
    return " | ".join(["", *folded, ""])
