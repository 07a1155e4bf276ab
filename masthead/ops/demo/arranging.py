"""What the demo's editors do once the copy is in: a front, a banner, a story line, a live blog, a few plans."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from masthead.kit import clock
from masthead.people.models import Person
from masthead.stories.actions import fronts, lines, live, plan
from masthead.stories.arrangement import Arrangement, Fill, Slot
from masthead.stories.models import Story
from masthead.titles.models import Title


def arrange(title: Title, now: datetime) -> None:
    """Do all of it, at the times that the file gives, counted from `now` (aware)."""
    said = tomllib.loads((Path(__file__).parent / "arranging.toml").read_text("utf-8"))
    _go_live(title, said["live"], now)
    _line(title, said["line"], now)
    _front(title, said["front"], said["banner"], now)
    for planned in said["planned"]:
        _plan(title, planned, now)


def _story(title: Title, begins: str) -> Story:
    """The story whose headline begins so; the newest, should there be two."""
    stories = Story.objects.filter(title=title).order_by("-id")
    return next(s for s in stories if s.display_headline.startswith(begins))


def _go_live(title: Title, said: dict[str, Any], now: datetime) -> None:
    story = _story(title, said["story"])
    with clock.frozen(now - timedelta(minutes=said["posts"][0][0] + 2)):
        blog = live.go_live(story=story, summary=said["summary"], by="Nell Hargrave")
    place, right, correction = said["correction"]
    for n, (minutes, author, headline, text, key) in enumerate(said["posts"]):
        with clock.frozen(now - timedelta(minutes=minutes)):
            posted = live.post(blog=blog, text=text, headline=headline, key_point=key, author=author)
        if n == place:
            with clock.frozen(now - timedelta(minutes=minutes - 6)):
                live.amend(post=posted, text=right, correction=correction, by=author)


def _line(title: Title, said: dict[str, Any], now: datetime) -> None:
    with clock.frozen(now - timedelta(hours=said["hours_ago"])):
        line = lines.begin(title=title, name=said["name"], summary=said["summary"], by=said["begun_by"])
        for begins, what in said["steps"]:
            lines.join(line=line, story=_story(title, begins), what=what, by=said["begun_by"])


def _front(title: Title, said: dict[str, Any], banner: dict[str, Any], now: datetime) -> None:
    def slot(begins: str, place: str = "second", *with_: str) -> Slot:
        return Slot(_story(title, begins).pk, place, tuple(_story(title, w).pk for w in with_))

    slots = [slot(said["lead"], "second", *said["lead_with"])]
    slots += [slot(s) for s in said["seconds"]]
    slots += [slot(first, "package", *rest) for first, *rest in said["packages"]]
    slots += [slot(s, "brief") for s in said["briefs"]]
    front = fronts.front_of(title)
    arrangement = Arrangement(tuple(slots), tuple(Fill(take, count) for take, count in said["rules"]))
    fronts.arrange(front=front, plan=arrangement, by=said["by"])
    ends = now + timedelta(hours=banner["hours"])
    fronts.pin(front=front, text=banner["text"], story=_story(title, banner["story"]), ends_at=ends, by=said["by"])


def _plan(title: Title, said: dict[str, Any], now: datetime) -> None:
    def at(name: str) -> datetime | None:
        return now + timedelta(hours=said[name]) if name in said else None

    plan.plan(
        title=title,
        slug=said["slug"],
        what=said["what"],
        who=Person.objects.filter(name=said.get("who", "")).first(),
        section=title.sections.filter(slug=said.get("section", "")).first(),
        place=said.get("place", ""),
        starts_at=at("starts_in_hours"),
        deadline=at("deadline_in_hours"),
    )
