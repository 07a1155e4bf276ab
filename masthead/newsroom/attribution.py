"""The sources of a story on screen: confirm or dismiss each statement, show the confirmed to readers, take them out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from wagtail.admin.auth import require_admin_access
from wagtail.admin.panels import Panel

from masthead.kit import tables
from masthead.newsroom.desk import may_edit
from masthead.stories import actions, attribution, sources
from masthead.stories.models import SourceNote, Story

FIELDS = ("paragraph", "statement", "source", "distance", "quoted", "cannot_verify", "cue")


def in_hand(story: Story) -> Story:
    """The newest draft of a story, or its public form when there is none."""
    draft: Story = story.get_latest_revision_as_object() if story.latest_revision_id else story
    return draft


def _described(story: Story) -> dict[str, Any]:
    notes = list(SourceNote.objects.filter(story=story))
    sheet = sources.sheet(in_hand(story), notes)
    return {"story": story, "sheet": sheet, "distances": attribution.DISTANCES, "states": attribution.REQUESTS}


@require_admin_access
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """All statements of a story; `?pane=1` gives the list alone, for the panel in the story's form."""
    story = get_object_or_404(Story.objects.select_related("title", "agency"), pk=pk)
    if request.method == "POST":
        may_edit(request)
        _decide(request, story)
        if not request.GET.get("pane"):
            return redirect("sources", pk=pk)
    name = "list" if request.GET.get("pane") else "sheet"
    return render(request, f"newsroom/sources/{name}.html", _described(Story.objects.get(pk=pk)))


def _decide(request: HttpRequest, story: Story) -> None:
    if "show" in request.POST:
        actions.show_sources(story=story, shown=request.POST["show"] == "yes", user=request.user)  # type: ignore[arg-type]
        return
    key, _, decision = request.POST.get("decide", "").partition(" ")
    notes = list(SourceNote.objects.filter(story=story))
    rows = sources.sheet(in_hand(story), notes).rows
    row = next((r for r in rows if r.found.key == key), None)
    if row is None or decision not in SourceNote.Decision.values:
        messages.warning(request, "The text changed meanwhile, and that statement is no longer in it. Nothing was changed.")
        return
    distance = request.POST.get(f"distance-{key}", row.distance)
    actions.decide_source(
        story=story,
        found=row.found,
        decision=decision,
        source=request.POST.get(f"source-{key}", row.source),
        distance=distance if distance in attribution.DISTANCES else row.distance,
        replaces=_replaced(row, notes),
        user=request.user,  # type: ignore[arg-type]
    )


def _replaced(row: sources.Row, notes: list[SourceNote]) -> str:
    """The key under which a statement was decided before its words changed."""
    if not row.changed:
        return ""
    return next((n.key for n in notes if (n.source, n.distance, n.decision) == (row.source, row.distance, row.decision)), "")


@require_admin_access
def export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The confirmed statements as JSON or CSV."""
    story = get_object_or_404(Story.objects.select_related("title", "agency"), pk=pk)
    rows = sources.export(in_hand(story))
    name = f"sources-{story.slug or story.pk}.{form}"
    if form == "json":
        told = {"story": story.display_headline, "url": story.full_url, "statements": rows}
        answer: HttpResponse = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    else:
        told_in_lines = [tables.line(FIELDS), *(tables.line(row.get(name, "") for name in FIELDS) for row in rows)]
        answer = HttpResponse("".join(told_in_lines).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class SourcesPanel(Panel):
    """Statements found in the story, in its form."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "newsroom/sources/panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | (_described(self.instance) if self.instance.pk else {"story": None})
