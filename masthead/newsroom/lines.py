"""Story lines on the desk: begin one, put stories into it, say where it stands, declare its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from masthead.newsroom import paper_time
from masthead.newsroom.where import paper
from masthead.stories import gate
from masthead.stories.actions import lines
from masthead.stories.models import Story, StoryLine

OFFERED = 20


@require_admin_access
def overview(request: HttpRequest) -> HttpResponse:
    """All lines, the developing ones first; a form to begin one."""
    title = paper()
    if request.method == "POST":
        user: Any = request.user
        try:
            name, summary = request.POST.get("name", ""), request.POST.get("summary", "")
            line = lines.begin(title=title, name=name, summary=summary, user=user)
            return redirect("line", line.pk)
        except lines.CannotLine as refused:
            messages.error(request, str(refused))
    found = StoryLine.objects.filter(title=title).annotate(count=Count("developments")).order_by("state", "-changed_at")
    return render(request, "newsroom/lines/overview.html", {"lines": found[:200], "zone": title.zone})


@require_admin_access
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: its developments, its words, its end, and stories to put into it."""
    line = get_object_or_404(StoryLine, pk=pk, title=paper())
    words = request.GET.get("q", "").strip()[:100]
    developments = line.developments.select_related("story__section", "story__agency", "story__title")
    rows = sorted(developments, key=lambda d: (d.at or d.story.first_published_at or d.story.filed_at), reverse=True)
    offered = Story.objects.filter(title=line.title).exclude(developments__line=line).exclude(state="withdrawn")
    if words:
        offered = offered.filter(Q(headline__icontains=words) | Q(wire_headline__icontains=words))
    context = {
        "line": line,
        "rows": [{"d": d, "at": paper_time.written(d.at, line.title.zone), "shut": not gate.allows(d.story)} for d in rows],
        "offered": offered.select_related("section", "agency", "title").order_by("-id")[:OFFERED],
        "words": words,
        "zone": line.title.zone,
    }
    return render(request, "newsroom/lines/edit.html", context)


@require_admin_access
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Do one thing with a line."""
    line = get_object_or_404(StoryLine, pk=pk, title=paper())
    what, _, number = request.POST.get("do", "").partition("-")
    try:
        said = _done(request, line, what, int(number) if number.isdigit() else 0)
        if said:
            messages.success(request, said)
    except (lines.CannotLine, paper_time.UnclearTime) as refused:
        messages.error(request, str(refused))
    return redirect("line", pk)


def _done(request: HttpRequest, line: StoryLine, what: str, number: int) -> str:
    user: Any = request.user
    if what in ("join", "part"):
        story = get_object_or_404(Story, pk=number, title=line.title)
        if what == "part":
            lines.part(line=line, story=story, user=user)
            return "Taken out of the story line. The story itself stays as it is."
        at = paper_time.read(request.POST.get(f"at-{number}", ""), line.title.zone)
        lines.join(line=line, story=story, at=at, what=request.POST.get(f"what-{number}", ""), user=user)
        return f"“{story}” stands in the story line."
    if what == "retell":
        lines.retell(line=line, name=request.POST.get("name", ""), summary=request.POST.get("summary", ""), user=user)
        return "Readers see the new words."
    if what == "conclude":
        lines.conclude(line=line, outcome=request.POST.get("outcome", ""), user=user)
        return "The end is declared."
    if what == "resume":
        lines.resume(line=line, user=user)
        return "The story line goes on."
    return ""
