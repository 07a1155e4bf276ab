"""The audit page: the diary of the paper, with filters, page by page, and as a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from wagtail.admin.auth import require_admin_access

from masthead.kit import tables, zones
from masthead.newsroom.where import paper
from masthead.stories.models import DiaryEntry
from masthead.stories.models.diary import Verb
from masthead.titles.models import Title

PAGE = 100
"""Lines on one page."""
NAMES = ("who", "what", "story", "since", "until")
COLUMNS = ("when (UTC)", "what", "who", "why", "story", "headline")


@require_admin_access
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what to which story, when and why; newest first."""
    title, asked = paper(), _asked(request)
    found = _found(title, asked)
    before = request.GET.get("before", "")
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    lines = list(found[: PAGE + 1])
    context = {
        "asked": asked,
        "lines": lines[:PAGE],
        "older": lines[PAGE - 1].pk if len(lines) > PAGE else "",
        "before": before,
        "verbs": Verb.choices,
        "query": urlencode({k: v for k, v in asked.items() if v}),
        "zone": title.zone,
    }
    return render(request, "newsroom/budget/audit.html", context)


@require_admin_access
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same lines, all of them, as CSV, sent while they are read: a long diary needs no memory."""
    found = _found(paper(), _asked(request))
    response = StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:100] for name in NAMES}


def _found(title: Title, asked: dict[str, str]) -> QuerySet[DiaryEntry]:
    found = DiaryEntry.objects.filter(title=title).select_related("story", "user").order_by("-id")
    found = found.defer("facts", "story__body", "story__summary", "story__standfirst")
    if asked["who"]:
        found = found.filter(Q(by__icontains=asked["who"]) | Q(user__username__iexact=asked["who"]))
    if asked["what"]:
        found = found.filter(verb=asked["what"])
    if asked["story"].isdigit():
        found = found.filter(story_id=int(asked["story"]))
    elif asked["story"]:
        found = found.filter(story__desk_headline__icontains=asked["story"])
    since, until = _day(asked["since"], title, 0), _day(asked["until"], title, 1)
    found = found.filter(at__gte=since) if since else found
    return found.filter(at__lt=until) if until else found


def _day(text: str, title: Title, days: int) -> datetime | None:
    """The beginning of a day in the paper's own zone, `days` later; None for no day."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=days)
    except ValueError:
        return None
    return zones.beginning(day.date(), title.zone)


def _lines(found: QuerySet[DiaryEntry]) -> Iterator[str]:
    yield tables.line(COLUMNS)
    for entry in found.iterator(chunk_size=500):
        yield tables.line(_cells(entry))


def _cells(entry: DiaryEntry) -> tuple[Any, ...]:
    headline = (entry.story.desk_headline or str(entry.story)) if entry.story else ""
    moment = entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return (moment, entry.get_verb_display(), entry.by, entry.reason, entry.story_id or "", headline)
