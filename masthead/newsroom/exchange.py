"""The exchange: what other papers offer us, what of ours others may have, and what goes by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from masthead.exchange import sending, sharing
from masthead.exchange.models import Partner, Route, Share
from masthead.newsroom import paper_time
from masthead.newsroom.where import paper
from masthead.people import roles
from masthead.people.models import Organisation
from masthead.people.roles import Deed
from masthead.stories import actions
from masthead.stories.models import Story
from masthead.titles.models import Section, Title

NEWEST = 30
"""Stories of ours that are listed for sharing."""


@require_admin_access
def overview(request: HttpRequest) -> HttpResponse:
    """Offers to this paper, its newest own stories with whom they are shared with, its routes and partners."""
    title = paper()
    offers = Share.objects.filter(to=title).select_related("story__title", "story__section", "copy")
    own = Story.objects.readable().filter(title=title, agency=None, shared_from=None).order_by("-first_published_at")
    context = {
        "offers": offers.filter(state=Share.State.OFFERED, story__in=Story.objects.readable())[:50],
        "waiting": offers.filter(update_waiting=True),
        "taken": offers.filter(state=Share.State.TAKEN)[:20],
        "stories": own.prefetch_related("shares__to", "shares__partner")[:NEWEST],
        "others": Title.objects.exclude(pk=title.pk).order_by("name"),
        "partners": Partner.objects.filter(title=title),
        "routes": Route.objects.filter(title=title).select_related("to", "agency", "section"),
        "coming": Route.objects.filter(to=title).select_related("title", "agency", "section"),
        "sections": title.sections.all(),
        "agencies": Organisation.objects.filter(stories__title=title).distinct(),
        "may_rule": roles.may(request.user, Deed.RULES, title=title.pk),
        "paper": title,
    }
    return render(request, "newsroom/exchange.html", context)


@require_POST
@require_admin_access
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an offer onto the desk or straight into the paper, or pass it over."""
    title = paper()
    share = get_object_or_404(Share, pk=pk, to=title)
    what = request.POST.get("do", "")

    def act() -> str:
        if what == "pass":
            sharing.pass_over(share=share, user=_user(request))
            return f"“{share.story}” was passed over."
        section = title.sections.filter(pk=_number(request, "section")).first() or title.sections.first()
        if section is None:
            raise sharing.CannotShare("This paper has no section yet.")
        story = sharing.take(share=share, section=section, user=_user(request), publish=what == "publish")
        return f"“{story}” is {'in the paper' if story.live else 'on the desk, a draft'}. What its paper changes follows by itself."

    return _said(request, act)


@require_POST
@require_admin_access
def offer(request: HttpRequest) -> HttpResponse:
    """Offer one of our stories to papers of this house and partners."""
    title = paper()
    story = get_object_or_404(Story, pk=_number(request, "story"), title=title)

    def act() -> str:
        until = paper_time.read(request.POST.get("embargo", ""), title.zone) if request.POST.get("embargo") else None
        papers = list(Title.objects.filter(pk__in=_numbers(request, "to")))
        partners = list(Partner.objects.filter(pk__in=_numbers(request, "partner"), title=title))
        for to in papers:
            sharing.offer(story=story, to=to, embargo_until=until, user=_user(request))
        for partner in partners:
            sharing.offer(story=story, partner=partner, embargo_until=until, user=_user(request))
        if not (papers or partners):
            raise sharing.CannotShare("Tick who may have it.")
        return f"“{story}” is offered to {', '.join(str(one) for one in (*papers, *partners))}."

    return _said(request, act)


@require_POST
@require_admin_access
def rule(request: HttpRequest) -> HttpResponse:
    """Routes and partners: added, or taken away."""
    title = paper()
    what, _, number = request.POST.get("do", "").partition("-")
    done: dict[str, Callable[[], str]] = {
        "route": lambda: _add_route(request, title),
        "unroute": lambda: _away(Route.objects.filter(title=title, pk=int(number)), "The route is gone. What was shared stays, and follows."),
        "partner": lambda: _add_partner(request, title),
        "unpartner": lambda: _away(Partner.objects.filter(title=title, pk=int(number)), "The partner hears nothing from us any more."),
    }
    if what not in done or (what.startswith("un") and not number.isdigit()):
        raise Http404
    return _said(request, done[what])


def _add_route(request: HttpRequest, title: Title) -> str:
    to = Title.objects.exclude(pk=title.pk).filter(pk=_number(request, "to")).first()
    if to is None:
        raise sharing.CannotShare("Choose the other paper.")
    section = Section.objects.filter(title=to, slug=request.POST.get("there", "")).first() or to.sections.first()
    if section is None:
        raise sharing.CannotShare("The other paper has no section yet.")
    agency = Organisation.objects.filter(pk=_number(request, "agency")).first()
    minutes = min(_number(request, "minutes"), 60 * 24 * 365)
    publish = request.POST.get("publish") == "yes"
    if publish and not roles.may(_user(request), Deed.PUBLISH, title=to.pk, section=section.pk):
        raise sharing.CannotShare(f"You may not publish in {to}; make a route to its desk, or ask somebody who may.")
    route = Route.objects.create(title=title, to=to, agency=agency, section=section, publish=publish, embargo_minutes=minutes)
    return f"From now on: {route}."


def _add_partner(request: HttpRequest, title: Title) -> str:
    name, address = request.POST.get("name", "").strip()[:160], request.POST.get("address", "").strip()
    partner = Partner(title=title, name=name, address=address)
    sending.keep_secret(partner, request.POST.get("secret", ""))
    try:
        partner.full_clean()
    except ValidationError as error:
        raise sharing.CannotShare(" ".join(error.messages)) from None
    if not partner.sealed:
        raise sharing.CannotShare("The partner’s newsroom shows a signing secret once; it is needed here.")
    partner.save()
    return f"{partner} can be given stories."


def _away(rows: Any, said: str) -> str:
    if not rows.exists():
        raise Http404
    rows.delete()
    return said


def _said(request: HttpRequest, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except (sharing.CannotShare, actions.CannotPublish, paper_time.UnclearTime) as refused:
        messages.error(request, str(refused))
    return redirect("exchange")


def _user(request: HttpRequest) -> Any:
    return request.user


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [int(said) for said in request.POST.getlist(name) if said.isascii() and said.isdigit() and len(said) < 16]
