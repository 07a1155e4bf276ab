"""Planning light: a calendar of what is to come, ideas and assignments, and one click from there to a story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from wagtail.admin.auth import require_admin_access

from masthead.kit import clock
from masthead.newsroom import paper_time
from masthead.newsroom.desk import edit_address
from masthead.newsroom.fronts import name_of
from masthead.newsroom.where import paper
from masthead.people.models import Person
from masthead.stories.actions import plan
from masthead.stories.models import Assignment, Banner, FrontVersion, Scheduled, Story
from masthead.titles.models import Title

MOST = 300
"""Entries of a kind in one view of the calendar."""
TIMES = ("starts_at", "ends_at", "deadline")
OPEN = (Assignment.State.IDEA, Assignment.State.ASSIGNED)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line in the calendar."""

    at: datetime
    kind: str
    """deadline, coverage, embargo, expiry, scheduled, front or banner."""
    words: str
    link: str


@require_admin_access
def planning(request: HttpRequest) -> HttpResponse:
    """The calendar, the open ideas and assignments, and the form for a new one."""
    title = paper()
    return _act(request, title) if request.method == "POST" else _board(request, title)


def _board(request: HttpRequest, title: Title, typed: Mapping[str, str] | None = None, about: Assignment | None = None) -> HttpResponse:
    """The screen; `typed` is what a colleague sent that could not be kept: it stands in the form again."""
    view = request.GET.get("view") if request.GET.get("view") in ("week", "month") else "week"
    mine = bool(request.GET.get("mine"))
    today = clock.now().astimezone(title.zone).date()
    first, days = _window(_day(request.GET.get("day", ""), today), str(view))
    entries = _entries(title, _midnight(first, title.zone), _midnight(first + timedelta(days), title.zone), request, mine)
    weeks = [[_cell(first + timedelta(w + d), entries, today) for d in range(7)] for w in range(0, days, 7)]
    found = _assignments(title, request, mine)
    chosen = about or (found.filter(pk=request.GET["edit"]).first() if request.GET.get("edit", "").isdigit() else None)
    context = {
        "weeks": weeks,
        "view": view,
        "mine": mine,
        "first": first,
        "month": first + timedelta(6) if view == "month" else None,
        "earlier": _query(view, mine, first - timedelta(7 if view == "week" else 3)),
        "later": _query(view, mine, first + timedelta(days if view == "week" else days + 3)),
        "assignments": found.filter(state__in=OPEN),
        "done": found.filter(state=Assignment.State.FILED).order_by("-made_at")[:10],
        "chosen": chosen,
        "form": typed if typed is not None else _written(chosen, title),
        "people": Person.objects.all(),
        "sections": title.sections.all(),
        "zone": title.zone,
    }
    return render(request, "newsroom/planning/planning.html", context, status=200 if typed is None else 422)


def _written(chosen: Assignment | None, title: Title) -> dict[str, str]:
    """An assignment as its form shows it, field by field."""
    words = {n: str(getattr(chosen, n, None) or "") for n in ("what", "slug", "place")}
    ones = {n: str(getattr(chosen, f"{n}_id", None) or "") for n in ("who", "section")}
    return words | ones | {n: paper_time.written(getattr(chosen, n, None), title.zone) for n in TIMES}


def _query(view: Any, mine: bool, day: date) -> str:
    return urlencode({"view": view, "day": day.isoformat(), **({"mine": 1} if mine else {})})


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _window(day: date, view: str) -> tuple[date, int]:
    """The first day shown, a Monday, and how many days."""
    start = day if view == "week" else day.replace(day=1)
    monday = start - timedelta(days=start.weekday())
    if view == "week":
        return monday, 7
    following = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return monday, -(-(following - monday).days // 7) * 7


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _cell(day: date, entries: list[Entry], today: date) -> dict[str, Any]:
    return {"day": day, "today": day == today, "entries": [e for e in entries if e.at.date() == day]}


def _assignments(title: Title, request: HttpRequest, mine: bool) -> Any:
    found = Assignment.objects.filter(title=title).exclude(state=Assignment.State.DROPPED)
    if mine:
        found = found.filter(Q(who__user=request.user) | Q(made_by=request.user, who=None))
    return found.select_related("section", "who", "story")


def _entries(title: Title, start: datetime, end: datetime, request: HttpRequest, mine: bool) -> list[Entry]:
    """Everything that happens between `start` and `end` (aware), in order of time."""
    found: list[Entry] = []
    for assignment in _assignments(title, request, mine):
        link = f"{reverse('planning')}?edit={assignment.pk}#form"
        who = f" ({assignment.who})" if assignment.who else ""
        for at, kind in ((assignment.deadline, "deadline"), (assignment.starts_at, "coverage")):
            if at:
                found.append(Entry(at, kind, f"{assignment.slug}{who}", link))
    found += _of_stories(title, start, end, request, mine)
    if not mine:
        found += _of_fronts(title, start, end)
    local = [Entry(e.at.astimezone(title.zone), e.kind, e.words, e.link) for e in found if start <= e.at < end]
    return sorted(local, key=lambda e: (e.at, e.kind, e.words))


def _of_stories(title: Title, start: datetime, end: datetime, request: HttpRequest, mine: bool) -> list[Entry]:
    fields = {
        "embargo_until": "embargo",
        "order_embargo_until": "embargo",
        "expires_at": "expiry",
        "order_expires_at": "expiry",
    }
    wanted = Q()
    for field in fields:
        wanted |= Q(**{f"{field}__gte": start, f"{field}__lt": end})
    stories = Story.objects.filter(wanted, title=title).exclude(state="withdrawn")
    if mine:
        stories = stories.filter(credits__person__user=request.user).distinct()
    found = [
        Entry(at, kind, str(s), edit_address(s.pk)) for s in stories.order_by()[:MOST] for f, kind in fields.items() if (at := getattr(s, f))
    ]
    due = Scheduled.objects.filter(state=Scheduled.State.WAITING, at__gte=start, at__lt=end, story__title=title)
    if mine:
        due = due.filter(Q(user=request.user) | Q(story__credits__person__user=request.user)).distinct()
    found += [Entry(row.at, "scheduled", str(row.story), edit_address(row.story_id)) for row in due.select_related("story")[:MOST]]
    return found


def _of_fronts(title: Title, start: datetime, end: datetime) -> list[Entry]:
    fronts = FrontVersion.objects.filter(
        front__title=title, takes_effect_at__gte=start, takes_effect_at__lt=end, called_off_at=None
    ).select_related("front__section")
    banners = Banner.objects.filter(front__title=title, ends_at__gte=start, ends_at__lt=end).select_related(
        "front__section", "story"
    )
    now = clock.now()
    made = [
        Entry(v.takes_effect_at, "front", f"{v.front} by {v.by}", reverse("front", args=[name_of(v.front)]))
        for v in fronts
        if v.takes_effect_at > now
    ]
    return made + [
        Entry(b.ends_at, "banner", f"banner ends: {b}", reverse("front", args=[name_of(b.front)]) + "#banner")
        for b in banners
    ]


# --- acts -------------------------------------------------------------------------------------------------


def _act(request: HttpRequest, title: Title) -> HttpResponse:
    what, _, number = request.POST.get("do", "keep").partition("-")
    user: Any = request.user
    assignment = get_object_or_404(Assignment, pk=number, title=title) if number.isdigit() else None
    try:
        if what == "story" and assignment:
            return redirect(edit_address(plan.begin_story(assignment=assignment, user=user).pk))
        if what == "drop" and assignment:
            plan.drop(assignment=assignment, user=user)
            messages.success(request, "Dropped. A story that came of it stays.")
        else:
            kept = plan.plan(assignment=assignment, user=user, **_said(request, title))
            messages.success(request, f"Kept: {kept.slug} ({kept.get_state_display()}).")
    except (plan.CannotPlan, paper_time.UnclearTime) as refused:
        messages.error(request, str(refused))
        if what == "keep":
            return _board(request, title, request.POST, assignment)
    return redirect("planning")


def _said(request: HttpRequest, title: Title) -> dict[str, Any]:
    post, zone = request.POST, title.zone
    section, who = post.get("section", ""), post.get("who", "")
    return {
        "title": title,
        "what": post.get("what", ""),
        "slug": post.get("slug", ""),
        "section": title.sections.filter(pk=section).first() if section.isdigit() else None,
        "who": Person.objects.filter(pk=who).first() if who.isdigit() else None,
        "place": post.get("place", ""),
        **{name: paper_time.read(post.get(name, ""), zone) for name in TIMES},
    }
