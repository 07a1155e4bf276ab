"""The demo paper's copy: own stories as TOML, agency copy as real wire files with times still to be filled in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_TOKEN = re.compile(r"\{\{T(?P<sign>[+-])(?P<n>[\d.]+)(?P<unit>[hm])(?:\|(?P<form>rfc822|iso))?\}\}")


@dataclass(frozen=True, slots=True)
class OwnStory:
    """A story of the paper's own."""

    slug: str
    section: str
    headline: str
    standfirst: str
    hours_ago: float
    body: str
    kicker: str = ""
    dateline: str = ""
    language: str = ""
    credits: list[list[str]] = field(default_factory=list)
    topics: list[list[str]] = field(default_factory=list)
    picture: str = ""
    caption: str = ""
    alt: str = ""
    corrections: list[list[Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AgencyFile:
    """A wire file ready to be delivered: `arrives` is when, `agency` the first digit of its name."""

    name: str
    data: bytes
    arrives: datetime

    @property
    def agency(self) -> str:
        return self.name[:1]


def paper() -> dict[str, Any]:
    """The paper itself: names, sections, people, agencies, standing pages."""
    return tomllib.loads((HERE / "paper.toml").read_text("utf-8"))


def own_stories() -> list[OwnStory]:
    """Own stories, oldest first."""
    files = sorted((HERE / "stories").glob("*.toml"))
    stories = [OwnStory(**tomllib.loads(f.read_text("utf-8"))) for f in files]
    return sorted(stories, key=lambda s: -s.hours_ago)


def agency_files(now: datetime) -> Iterator[AgencyFile]:
    """Agency files in the order of their delivery, with times counted from `now` (aware, UTC)."""
    for path in sorted((HERE / "wire").glob("*.xml")):
        yield _filled(path.name, path.read_text("utf-8"), now)


def _filled(name: str, text: str, now: datetime) -> AgencyFile:
    youngest = now - timedelta(days=30)

    def fill(match: re.Match[str]) -> str:
        nonlocal youngest
        amount = float(match["n"]) * (1 if match["sign"] == "+" else -1)
        at = now + (timedelta(hours=amount) if match["unit"] == "h" else timedelta(minutes=amount))
        if at <= now:
            youngest = max(youngest, at)
        at = at.replace(microsecond=0)
        return format_datetime(at, usegmt=True) if match["form"] == "rfc822" else at.strftime("%Y-%m-%dT%H:%M:%SZ")

    data = _TOKEN.sub(fill, text).encode("utf-8")
    return AgencyFile(name, data, min(youngest + timedelta(minutes=2), now))
