"""What the demo paper prints beside stories: pages that stay, obituaries, notices, events, a redirect."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from masthead.stories import actions
from masthead.stories.models import Notice
from masthead.titles.models import Redirect, StandingPage, Title


def print_beside(title: Title, now: datetime) -> None:
    """Put all of it into the paper; dates are counted from `now` (aware)."""
    said = tomllib.loads((Path(__file__).parent / "beside.toml").read_text("utf-8"))
    for place, page in enumerate(said["pages"]):
        made = StandingPage(title=title, sort_order=place, **page)
        made.full_clean()
        made.save()
    for notice in said["notices"]:
        actions.publish_notice(notice=_notice(title, notice, now), by="Nell Hargrave")
    Redirect.objects.create(title=title, old="/whats-on/", new="/events/", folder=True)


def _notice(title: Title, said: dict[str, Any], now: datetime) -> Notice:
    fields = ("kind", "name", "summary", "body", "venue", "address", "price", "placed_by", "paid")
    made = Notice(title=title, **{name: said[name] for name in fields if name in said})
    if "begins_days" in said:
        day = (now + timedelta(days=said["begins_days"])).astimezone(title.zone)
        made.starts_at = day.replace(hour=said["begins_hour"], minute=0, second=0, microsecond=0)
        made.ends_at = made.starts_at + timedelta(hours=said["hours"])
        made.event_status = said.get("status", "EventScheduled")
    if "born" in said:
        made.born = date.fromisoformat(said["born"])
        made.died = (now + timedelta(days=said["died_days"])).astimezone(title.zone).date()
    return made
