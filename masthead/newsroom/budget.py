"""The budget: every story of the paper with where it stands, and what a colleague may do with it from here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from masthead.kit import clock, zones
from masthead.newsroom.budget_list import ORDERS, ORIGINS, Asked, page
from masthead.newsroom.where import paper
from masthead.people import roles
from masthead.people.models import SavedFilter, User
from masthead.people.roles import Deed
from masthead.stories import actions, flow, index, permissions
from masthead.stories.models import Story
from masthead.titles.models import Section

AT_ONCE = ("take", "let_go", "ready", "mark_edited", "reopen", "hold", "unschedule")
"""Steps that need no more than a button."""
MOST_SAVED = 30


def seen(user: Any, pk: int) -> Story:
    """The story, if `user` may see it at all; another paper's is a 404."""
    stories = permissions.visible(Story.objects.select_related("section", "agency", "title", "taken_by"), user)
    return get_object_or_404(stories, pk=pk)


@require_admin_access
def budget(request: HttpRequest) -> HttpResponse:
    """The list with its filters. Without any, it opens with the colleague's own saved filter."""
    user: User = request.user  # type: ignore[assignment]
    saved = list(user.saved_filters.all())
    opens = next((one for one in saved if one.opens), None)
    if opens and opens.query and not request.GET:
        return redirect(f"{request.path}?{opens.query}")
    title, asked = paper(), Asked.of(request.GET)
    found = page(title, asked, user, request.GET.get("after", ""))
    sections = list(title.sections.all())
    context = {
        "asked": asked,
        "rows": [_row(user, story) for story in found.stories],
        "older": found.older,
        "after": request.GET.get("after", ""),
        "saved": saved,
        "sections": sections,
        # The same in every row: written once.
        "options": format_html_join("", '<option value="{}">{}</option>', ((s.pk, s.name) for s in sections)),
        "token": format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)),
        "states": Story.State.choices,
        "orders": ORDERS,
        "origins": ORIGINS,
        "zone": title.zone,
        "may_write": roles.may(user, Deed.WRITE, title=title.pk),
        "here": request.get_full_path(),
        "too_common": index.MOST_FOUND if found.too_common else 0,
    }
    return render(request, "newsroom/budget/list.html", context)


def _row(user: User, story: Story) -> dict[str, Any]:
    steps = flow.offered(user, story)
    names = {step.name for step in steps}
    may_edit = permissions.may(user, Deed.EDIT, story)
    own, zone = f"/newsroom/stories/{story.pk}/", story.title.zone
    return {
        "story": story,
        "headline": story.desk_headline or str(story),
        "standing": story.standing,
        "own": own,
        "act": f"{own}act/",
        "opens": f"/newsroom/stories/edit/{story.pk}/" if may_edit else own,
        "at_once": [step for step in steps if step.name in AT_ONCE],
        "further": [step for step in steps if step.name in ("publish", "schedule", "withdraw")],
        "may_move": "move" in names,
        "may_set_deadline": "set_deadline" in names,
        "due": zones.written(story.deadline, zone)[0] if story.deadline else "",
        "late": story.deadline and story.deadline <= clock.now() and not story.live,
        **{name: _shown(getattr(story, name), zone) for name in ("deadline", "taken_at", "changed_at")},
    }


def _shown(at: datetime | None, zone: ZoneInfo) -> tuple[str, str]:
    """A time for machines and for people."""
    here = at.astimezone(zone) if at else None
    return (here.isoformat(timespec="minutes"), f"{here.day} {here:%b %H:%M}") if here else ("", "")


@require_admin_access
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one step with a story, and go back to where the button was."""
    story = seen(request.user, pk)
    try:
        messages.success(request, _take_step(request, story))
    except (permissions.NotAllowed, flow.WrongStep, actions.CannotPublish, zones.UnclearTime) as refused:
        messages.error(request, str(refused))
    return back(request, story)


def _take_step(request: HttpRequest, story: Story) -> str:
    what, user = request.POST.get("what", ""), request.user
    if what == "move":
        section = get_object_or_404(Section, pk=_number(request.POST.get("section", "")), title=story.title)
        actions.move(story=story, section=section, user=user)  # type: ignore[arg-type]
        return f"“{_name(story)}” stands in {section} now."
    if what == "set_deadline":
        text = request.POST.get("deadline", "").strip()
        at = zones.local(text, story.title.zone, request.POST.get("which", "") or "first") if text else None
        actions.set_deadline(story=story, at=at, user=user)  # type: ignore[arg-type]
        return f"The deadline of “{_name(story)}” is set." if at else f"“{_name(story)}” has no deadline any more."
    if what not in AT_ONCE:
        return "Nothing was chosen, so nothing was changed."
    done = getattr(actions, what)(story=story, user=user)
    return f"“{_name(story)}”: {done.standing}{_in_hand(done)}."


def _in_hand(story: Story) -> str:
    return f", in hand: {story.taken_by}" if story.taken_by_id else ""


def _name(story: Story) -> str:
    return story.desk_headline or str(story)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def back(request: HttpRequest, story: Story) -> HttpResponse:
    """To the page that the form came from, or to the budget."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None) or not target.startswith("/newsroom/"):
        return redirect("wagtailsnippets_stories_story:list")
    return redirect(f"{target}#story-{story.pk}")


@require_admin_access
@require_POST
def filters(request: HttpRequest) -> HttpResponse:
    """Keep the filters in force under a name, let one go, or have the budget open with one."""
    user: User = request.user  # type: ignore[assignment]
    what, name = request.POST.get("what", "keep"), request.POST.get("name", "").strip()[:60]
    query = Asked.of(_query_of(request)).query
    if what == "forget":
        user.saved_filters.filter(pk=_number(request.POST.get("filter", ""))).delete()
        messages.success(request, "The saved filter is gone.")
    elif not name:
        messages.error(request, "Give the filter a name; nothing was saved.")
    elif user.saved_filters.exclude(name=name).count() >= MOST_SAVED:
        messages.error(request, f"{MOST_SAVED} filters are saved already; let one go first. Nothing was saved.")
    else:
        _keep(user, name, query, opens=bool(request.POST.get("opens")))
        messages.success(request, f"Saved as “{name}”.")
    return redirect(f"{_list_address()}?{query}" if query else _list_address())


def _query_of(request: HttpRequest) -> Any:
    return QueryDict(request.POST.get("query", ""))


def _list_address() -> str:
    return reverse("wagtailsnippets_stories_story:list")


@transaction.atomic
def _keep(user: User, name: str, query: str, opens: bool) -> None:
    if opens:
        user.saved_filters.update(opens=False)
    SavedFilter.objects.update_or_create(user=user, name=name, defaults={"query": query, "opens": opens})
