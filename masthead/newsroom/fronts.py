"""The front page and section fronts, arranged by hand: a form first, dragging and keys on top of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from masthead.kit import clock
from masthead.newsroom import paper_time
from masthead.newsroom.where import paper
from masthead.people.models import Organisation
from masthead.press import proofreading
from masthead.stories import gate
from masthead.stories.actions import fronts
from masthead.stories.arrangement import PLACES, TAKES, Arrangement, Fill, Slot
from masthead.stories.models import Banner, Front, FrontVersion, Story
from masthead.titles.models import Title

HOME = "home"
OFFERED, IN_HISTORY = 24, 40
BANNER_HOURS = 2
"""How long a banner is proposed to stay: long enough for news, short enough to be forgotten without harm."""


def _front(name: str) -> Front:
    title = paper()
    section = None if name == HOME else title.sections.filter(slug=name).first()
    if name != HOME and section is None:
        raise Http404
    return fronts.front_of(title, section)


def name_of(front: Front) -> str:
    """The front's name in addresses of the newsroom."""
    return front.section.slug if front.section else HOME


@require_admin_access
def overview(request: HttpRequest) -> HttpResponse:
    """All fronts: who arranged them last, what waits, which banner is up."""
    title, now = paper(), clock.now()
    rows = []
    for section in (None, *title.sections.all()):
        front = fronts.front_of(title, section)
        standing = front.in_force(now)
        rows.append(
            {
                "front": front,
                "name": name_of(front),
                "standing": standing,
                "waiting": list(front.waiting(now)[:3]),
                "banner": front.banners.filter(starts_at__lte=now, ends_at__gt=now).first(),
            }
        )
    return render(request, "newsroom/fronts/overview.html", {"rows": rows, "title": title})


@require_admin_access
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """One front: its slots in order, stories to put there, rules, the banner, and the buttons that put it live."""
    front = _front(name)
    if request.method == "POST":
        return _change(request, front)
    plan, now = front.drafted, clock.now()
    known = {s.pk: s for s in _stories(front.title).filter(pk__in=plan.stories)}
    words = request.GET.get("q", "").strip()[:100]
    context = {
        "front": front,
        "name": name,
        "plan": plan,
        "slots": [_row(n, slot, known) for n, slot in enumerate(plan.slots)],
        "fills": [*plan.fills, *([None] * (2 if plan.fills else 1))],
        "takes": _takes(front.title),
        "places": PLACES,
        "offered": _offered(front, plan, words),
        "words": words,
        "standing": front.in_force(now),
        "waiting": list(front.waiting(now)),
        "banners": list(front.banners.filter(ends_at__gt=now).select_related("story").order_by("starts_at")),
        "banner_ends": paper_time.written(now + timedelta(hours=BANNER_HOURS), front.title.zone),
        "zone": front.title.zone,
        "public": (front.section and f"/{front.section.slug}/") or "/",
    }
    return render(request, "newsroom/fronts/edit.html", context)


def _stories(title: Title) -> QuerySet[Story]:
    return Story.objects.filter(title=title).select_related("section", "agency", "title")


def _row(place: int, slot: Slot, known: dict[int, Story]) -> dict[str, Any]:
    story = known.get(slot.story or 0)
    return {
        "number": place + 1,
        "slot": slot,
        "story": story,
        "shut": story is not None and not gate.allows(story),
        "related": [{"story": known[pk], "shut": not gate.allows(known[pk])} for pk in slot.related if pk in known],
    }


def _takes(title: Title) -> list[tuple[str, str]]:
    sections = [(f"section:{s.pk}", f"section: {s.name}") for s in title.sections.all()]
    agencies = Organisation.objects.filter(stories__title=title).distinct()
    return [*TAKES.items(), *sections, *((f"source:{a.pk}", f"agency: {a.name}") for a in agencies)]


def _offered(front: Front, plan: Arrangement, words: str) -> list[Story]:
    found = _stories(front.title).exclude(pk__in=plan.stories)
    if words:
        found = found.filter(Q(headline__icontains=words) | Q(wire_headline__icontains=words)).exclude(state="withdrawn")
        return list(found.order_by("-id")[:OFFERED])
    if front.section:
        found = found.filter(section=front.section)
    return list(found.filter(live=True).order_by("-first_published_at")[:OFFERED])


# --- changing it ------------------------------------------------------------------------------------------


def _change(request: HttpRequest, front: Front) -> HttpResponse:
    what, _, number = request.POST.get("do", "save").partition("-")
    at = int(number) if number.isdigit() else 0
    plan = _moved(request, _read(request, front), what, at)
    user: Any = request.user
    try:
        seen = int(request.POST.get("seen", "0") or 0)
        drafted = fronts.draft(front=front, plan=None if what == "discard" else plan, seen=seen, user=user)
        if what in ("publish", "schedule"):
            _go(request, drafted, plan, what == "schedule")
    except (fronts.CannotArrange, paper_time.UnclearTime, ValueError) as refused:
        messages.error(request, str(refused))
    where = reverse("front", args=[name_of(front)])
    words = request.POST.get("q", "").strip()[:100]
    focus = {"up": f"#slot-{at - 1}", "down": f"#slot-{at + 1}"}.get(what, "#slots" if what == "add" else "")
    return redirect(f"{where}{'?' + urlencode({'q': words}) if words else ''}{focus}")


def _read(request: HttpRequest, front: Front) -> Arrangement:
    """The arrangement as the form has it: every button sends all of it, so nothing typed is lost."""
    rows, numbers = [], []
    for n in range(int(request.POST.get("rows", "0") or 0)):
        story, kept = request.POST.get(f"story-{n}", ""), request.POST.getlist(f"related-{n}")
        rows.append(
            {
                "story": int(story) if story.isdigit() else None,
                "place": request.POST.get(f"place-{n}"),
                "related": [int(pk) for pk in kept if pk.isdigit()],
            }
        )
        numbers.append(_number(request.POST.get(f"number-{n}", ""), n + 1))
    fills = [
        {
            "take": take,
            "count": int(_number(request.POST.get(f"count-{n}", ""), 6)),
            "local_first": bool(request.POST.get(f"local-{n}")),
        }
        for n in range(20)
        if (take := request.POST.get(f"take-{n}", ""))
    ]
    known = set(_stories(front.title).filter(pk__in=[r["story"] for r in rows]).values_list("pk", flat=True))
    rows = [r if r["story"] is None or r["story"] in known else {**r, "story": None} for r in rows]
    plan = Arrangement(strips=bool(request.POST.get("strips")))
    slots = tuple(Slot(r["story"], r["place"], tuple(r["related"])) for r in rows)
    rules = tuple(Fill(f["take"], f["count"], f["local_first"]) for f in fills)
    # Ordered before it is put right: a row that is left out must not shift the numbers of the others.
    return Arrangement.of(replace(plan, slots=slots, fills=rules).ordered(numbers).as_data())


def _number(text: str, otherwise: float) -> float:
    try:
        return float(text)
    except ValueError:
        return otherwise


def _moved(request: HttpRequest, plan: Arrangement, what: str, at: int) -> Arrangement:
    if what == "up":
        return plan.moved(at, at - 1)
    if what == "down":
        return plan.moved(at, at + 1)
    if what == "remove":
        return plan.without(at)
    if what == "open":
        return plan.with_story(None)
    if what == "add":
        return _added(request, plan, at)
    return plan


def _added(request: HttpRequest, plan: Arrangement, pk: int) -> Arrangement:
    story = get_object_or_404(_stories(paper()), pk=pk)
    where, _, number = request.POST.get("where", "top").partition("-")
    if where == "with" and number.isdigit():
        return plan.with_related(int(number), story.pk)
    if where == "at" and number.isdigit():
        return plan.with_story(story.pk, at=int(number))
    if where == "top":
        return plan.with_story(story.pk, at=0)
    return plan.with_story(story.pk, place=where if where in PLACES else "second")


def _go(request: HttpRequest, front: Front, plan: Arrangement, later: bool) -> None:
    at = paper_time.read(request.POST.get("at", ""), front.title.zone) if later else None
    if later and at is None:
        raise fronts.CannotArrange("Say when the front is to take effect. It is kept as a draft.")
    user: Any = request.user
    made = fronts.arrange(front=front, plan=plan, user=user, at=at, note=request.POST.get("note", ""))
    shown = made.takes_effect_at.astimezone(front.title.zone)
    messages.success(
        request, f"It takes effect on {shown:%d %b at %H:%M}." if later else "The front is live as you arranged it."
    )


@require_admin_access
def preview(request: HttpRequest, name: str) -> HttpResponse:
    """The front as it would be printed now: the draft, or an older arrangement."""
    front = _front(name)
    wanted = request.GET.get("version", "")
    version = get_object_or_404(front.versions, pk=wanted) if wanted.isdigit() else None
    response = HttpResponse(proofreading.proofread_front(front, version.plan if version else front.drafted))
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_admin_access
def history(request: HttpRequest, name: str) -> HttpResponse:
    """Every arrangement that there was: when, by whom, what stood on top; each can be brought back."""
    front, now = _front(name), clock.now()
    versions = list(front.versions.select_related("user")[:IN_HISTORY])
    tops = {v.plan.stories[0] for v in versions if v.plan.stories}
    known = {s.pk: s for s in _stories(front.title).filter(pk__in=tops)}
    standing = front.in_force(now)
    rows = [
        {
            "version": v,
            "top": known.get(v.plan.stories[0]) if v.plan.stories else None,
            "count": len(v.plan.slots),
            "state": _state(v, standing, now),
        }
        for v in versions
    ]
    return render(request, "newsroom/fronts/history.html", {"front": front, "name": name, "rows": rows})


def _state(version: FrontVersion, standing: FrontVersion | None, now: Any) -> str:
    if version.called_off_at:
        return f"called off by {version.called_off_by}"
    if version.takes_effect_at > now:
        return "waits for its time"
    return "live now" if version == standing else ""


@require_admin_access
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring an arrangement back, or call one off that waits."""
    version = get_object_or_404(FrontVersion.objects.select_related("front__title", "front__section"), pk=pk)
    user: Any = request.user
    try:
        if request.POST.get("what") == "restore":
            fronts.restore(version=version, user=user)
            messages.success(request, "The arrangement is live again.")
        elif request.POST.get("what") == "call-off":
            fronts.call_off(version=version, user=user)
            messages.success(request, "Called off. The front stays as it is.")
    except fronts.CannotArrange as refused:
        messages.error(request, str(refused))
    return redirect("front_history", name_of(version.front))


@require_admin_access
@require_POST
def banner(request: HttpRequest, name: str) -> HttpResponse:
    """Pin a banner over a front, or take one down."""
    front = _front(name)
    user: Any = request.user
    try:
        if request.POST.get("unpin", "").isdigit():
            fronts.unpin(banner=get_object_or_404(Banner, front=front, pk=request.POST["unpin"]), user=user)
            messages.success(request, "The banner is down.")
        else:
            _pin(request, front, user)
    except (fronts.CannotArrange, paper_time.UnclearTime) as refused:
        messages.error(request, str(refused))
    return redirect(reverse("front", args=[name]) + "#banner")


def _pin(request: HttpRequest, front: Front, user: Any) -> None:
    zone = front.title.zone
    ends = paper_time.read(request.POST.get("ends_at", ""), zone)
    if ends is None:
        raise fronts.CannotArrange("Say until when the banner stays. Nothing was pinned.")
    pk = request.POST.get("story", "")
    story = _stories(front.title).filter(pk=pk).first() if pk.isdigit() else None
    starts = paper_time.read(request.POST.get("starts_at", ""), zone)
    fronts.pin(
        front=front,
        text=request.POST.get("text", ""),
        story=story,
        starts_at=starts,
        ends_at=ends,
        everywhere=bool(request.POST.get("everywhere")),
        user=user,
    )
    messages.success(request, f"The banner stays until {ends.astimezone(zone):%d %b, %H:%M}.")
