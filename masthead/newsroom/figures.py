"""Desk figures: what is read, followed and talked about, and where readers come from. Counts only, never a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.admin.auth import require_admin_access

from masthead.circulation import audience
from masthead.comments import moderating, standing
from masthead.comments.models import Comment, State
from masthead.kit import clock, zones
from masthead.newsroom.desk import edit_address
from masthead.newsroom.where import paper
from masthead.press import figures as press_figures
from masthead.stories.models import Story
from masthead.titles.models import Title

NOW = timedelta(minutes=10)
SHOWN = 10
"""Rows of what is followed and talked about."""


@require_admin_access
def figures(request: HttpRequest) -> HttpResponse:
    """The screen. Numbers are up to ten seconds old."""
    title = paper()
    now = press_figures.read_since(title, clock.now() - NOW, 15)
    today = press_figures.read_today(title)
    context: dict[str, Any] = {
        "now": _named(title, now),
        "today": _named(title, today),
        "total": sum(reads for _, reads in press_figures.read_today(title, most=100_000)),
        "referrers": press_figures.referrers_today(title),
        "hours": press_figures.by_hour(title),
        "minutes": int(NOW.total_seconds() // 60),
        "followers": audience.standing(title),
        "followed": audience.counts(title, most=SHOWN),
        **_talk(title),
    }
    context["most"] = max((reads for _, reads in context["hours"]), default=0) or 1
    return render(request, "newsroom/figures.html", context)


def _talk(title: Title) -> dict[str, object]:
    """Comments of the paper's day that readers see, what waits, and the stories that are talked about."""
    midnight = zones.beginning(clock.now().astimezone(title.zone).date(), title.zone)
    today = Comment.objects.filter(title=title, shown_at__gte=midnight, state=State.PUBLISHED).order_by()
    rows = list(today.values("thread__story").annotate(n=Count("pk")).order_by("-n", "thread__story")[:SHOWN])
    stories = Story.objects.filter(title=title).in_bulk([row["thread__story"] for row in rows])
    talked = [{"name": story.display_headline, "pk": story.pk, "n": row["n"]} for row in rows if (story := stories.get(row["thread__story"]))]
    return {"talks": standing.book_of(title).on, "comments": today.count(), "waiting": moderating.waiting(title.pk), "talked": talked}


def _named(title: Title, rows: Iterable[tuple[str, int]]) -> list[dict[str, object]]:
    rows = list(rows)
    stories = {s.path: s for s in Story.objects.filter(title=title, path__in=[path for path, _ in rows])}
    return [
        {
            "path": path,
            "reads": reads,
            "name": stories[path].display_headline if path in stories else path,
            "edit": edit_address(stories[path].pk) if path in stories else "",
        }
        for path, reads in rows
    ]
