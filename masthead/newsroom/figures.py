"""Desk figures: what is read now and today, and where readers come from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.admin.auth import require_admin_access

from masthead.kit import clock
from masthead.newsroom.desk import edit_address
from masthead.newsroom.where import paper
from masthead.press import figures as press_figures
from masthead.stories.models import Story
from masthead.titles.models import Title

NOW = timedelta(minutes=10)


@require_admin_access
def figures(request: HttpRequest) -> HttpResponse:
    """The screen. Numbers are up to ten seconds old."""
    title = paper()
    now = press_figures.read_since(title, clock.now() - NOW, 15)
    today = press_figures.read_today(title)
    context = {
        "now": _named(title, now),
        "today": _named(title, today),
        "total": sum(reads for _, reads in press_figures.read_today(title, most=100_000)),
        "referrers": press_figures.referrers_today(title),
        "hours": press_figures.by_hour(title),
        "minutes": int(NOW.total_seconds() // 60),
    }
    return render(request, "newsroom/figures.html", context)


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
