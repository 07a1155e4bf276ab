"""Newsletters on the desk: a number is written, looked at, tried out and sent, once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.clickjacking import xframe_options_sameorigin
from wagtail.admin.auth import require_admin_access

from masthead.circulation import newsletters
from masthead.circulation.models import Newsletter, Number
from masthead.mailroom.letter import CannotPost
from masthead.newsroom.where import paper
from masthead.stories import diary
from masthead.stories.models import Story

OFFERED = 40


@require_admin_access
def overview(request: HttpRequest) -> HttpResponse:
    """All newsletters with their numbers; a form to begin one."""
    title = paper()
    if request.method == "POST":
        name = " ".join(request.POST.get("name", "").split())[:120]
        slug = slugify(name)[:120]
        if slug and not Newsletter.objects.filter(title=title, slug=slug).exists():
            Newsletter.objects.create(title=title, name=name, slug=slug, about=request.POST.get("about", "").strip()[:300])
            messages.success(request, f"“{name}” can be followed now.")
        else:
            messages.error(request, "Give it a name that no other newsletter has. Nothing was made.")
        return redirect("newsletters")
    rows = [(one, newsletters.followers(one).count(), one.numbers.all()[:20]) for one in Newsletter.objects.filter(title=title)]
    return render(request, "newsroom/letters/newsletters.html", {"rows": rows, "zone": title.zone})


@require_admin_access
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """A new number."""
    newsletter = get_object_or_404(Newsletter, pk=pk, title=paper())
    made = Number.objects.create(newsletter=newsletter, subject=newsletter.name, made_by=diary.named(request.user))  # type: ignore[arg-type]
    return redirect("newsletter_number", made.pk)


@require_admin_access
def number(request: HttpRequest, pk: int) -> HttpResponse:
    """One number: its words, its stories in order, a look at it, a trial, and the button."""
    one = get_object_or_404(Number.objects.select_related("newsletter__title"), pk=pk, newsletter__title=paper())
    if request.method == "POST":
        return _act(request, one)
    recent = Story.objects.readable().filter(title=one.newsletter.title).order_by("-first_published_at")
    picked = {s.pk: s for s in Story.objects.filter(pk__in=one.picks)}
    context = {
        "number": one,
        "picked": [(n, picked[pk]) for n, pk in enumerate(one.picks, 1) if pk in picked],
        "offered": recent.exclude(pk__in=one.picks).select_related("section")[:OFFERED],
        "reach": newsletters.followers(one.newsletter).count(),
        "zone": one.newsletter.title.zone,
    }
    return render(request, "newsroom/letters/number.html", context)


def _act(request: HttpRequest, one: Number) -> HttpResponse:
    if one.sent_at is None:
        one.subject = " ".join(request.POST.get("subject", one.subject).split())[:160]
        one.introduction = request.POST.get("introduction", one.introduction).replace("\r\n", "\n").strip()[:6000]
        one.picks = _picks(request, one)
        one.save()
    what = request.POST.get("do", "keep")
    try:
        if what == "try":
            newsletters.test_send(one, request.POST.get("to", ""))
            messages.success(request, f"A trial is on its way to {request.POST.get('to', '')}.")
        elif what == "send":
            reached = newsletters.send(one)
            messages.success(request, f"It goes to {reached} reader{'' if reached == 1 else 's'}.")
        else:
            messages.success(request, "Kept.")
    except (newsletters.CannotSend, CannotPost) as refused:
        messages.error(request, str(refused))
    return redirect("newsletter_number", one.pk)


def _picks(request: HttpRequest, one: Number) -> list[int]:
    """Picked stories by the numbers that were written beside them; without a number a story is left out."""
    places = {}
    for name, value in request.POST.items():
        if name.startswith("place-") and name[6:].isdigit() and str(value).strip().isdigit():
            places[int(name[6:])] = int(str(value))
    known = set(Story.objects.filter(title=one.newsletter.title, pk__in=places).values_list("pk", flat=True))
    return sorted(known, key=lambda pk: (places[pk], pk))[: newsletters.MOST]


@require_admin_access
@xframe_options_sameorigin
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as it would leave now."""
    one = get_object_or_404(Number.objects.select_related("newsletter__title"), pk=pk, newsletter__title=paper())
    letter = newsletters.preview(one)
    response = HttpResponse(letter.html if letter else "There is nothing in it yet.")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    return response
