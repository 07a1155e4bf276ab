"""Pages beside the story form: versions, merge, undo, notes, and what the form asks for while somebody writes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.models import EditingSession
from wagtail.images.models import SourceImageIOError
from wagtail.models import Revision

from masthead.kit import clock
from masthead.newsroom import drafts
from masthead.newsroom.budget import seen
from masthead.newsroom.desk import edit_address
from masthead.newsroom.where import paper
from masthead.people.models import User
from masthead.pictures.models import Picture
from masthead.stories import actions
from masthead.stories.actions import takes
from masthead.stories.content import content_of
from masthead.stories.models import Story, Take

VERSIONS = 60
ONE_SITTING = timedelta(minutes=30)


# --- who else is here ---------------------------------------------------------------------------------------


@require_admin_access
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Colleagues who have the form open, and since when they have been changing it."""
    people = present(seen(request.user, pk), request.user)  # type: ignore[arg-type]
    return render(request, "newsroom/story/presence.html", {"people": people})


def present(story: Story, user: User) -> list[dict[str, Any]]:
    """Others at this story. `since`: their first acknowledged change of this sitting, in the paper's time."""
    kind = ContentType.objects.get_for_model(Story)
    sessions = EditingSession.objects.available().filter(content_type=kind, object_id=str(story.pk))
    others: dict[int, dict[str, Any]] = {}
    for session in sessions.exclude(user=user).select_related("user"):
        one = others.setdefault(session.user_id, {"name": session.user.get_full_name() or str(session.user)})
        one["editing"] = one.get("editing") or session.is_editing
    recent = Take.objects.filter(story=story, user__in=others, aside=False, at__gt=clock.now() - 8 * ONE_SITTING)
    for user_id, at in recent.order_by("-number").values_list("user_id", "at"):
        one = others[user_id]
        if one.get("last", clock.now()) - at <= ONE_SITTING:
            one["last"], one["since"] = at, at.astimezone(story.title.zone)
    return list(others.values())


# --- versions -----------------------------------------------------------------------------------------------


@require_admin_access
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version that was kept, newest first, and texts put aside."""
    story = seen(request.user, pk)
    found = list(story.revisions.defer("content").select_related("user").order_by("-created_at", "-pk")[:VERSIONS])
    published = {
        e.facts["undo"]["revision"]
        for e in story.diary.filter(verb="published").only("facts")
        if e.facts.get("undo", {}).get("revision")
    }
    zone = story.title.zone
    rows = [
        {
            "revision": revision,
            "at": revision.created_at.astimezone(zone),
            "by": revision.user.get_full_name() or revision.user if revision.user else "the wire or a rule",
            "live": revision.pk == story.live_revision_id,
            "was_live": revision.pk in published,
            "newest": revision.pk == story.latest_revision_id,
            "before": found[n + 1].pk if n + 1 < len(found) else None,
        }
        for n, revision in enumerate(found)
    ]
    context = {"story": story, "rows": rows, "waiting": takes.waiting(story)}
    context["can_undo"] = bool(actions.last_publication(story))
    return render(request, "newsroom/story/versions.html", context)


@require_admin_access
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions word by word. `before` and `after` are revisions, or “live” for what readers see."""
    story = seen(request.user, pk)
    before, after = (_version(story, request.GET.get(side, "")) for side in ("before", "after"))
    context = {"story": story, "differences": drafts.compare(content_of(before), content_of(after))}
    return render(request, "newsroom/story/compare.html", context)


def _version(story: Story, named: str) -> Story:
    if named in ("", "live"):
        return story
    if not named.isdigit():
        raise Http404
    revision = get_object_or_404(story.revisions, pk=int(named))
    version: Story = story.with_content_json(revision.content)
    return version


@require_admin_access
@require_POST
def restore(request: HttpRequest, pk: int, revision: int) -> HttpResponse:
    """Bring an older version back as the newest draft; nothing in between is lost."""
    story = seen(request.user, pk)
    kept: Revision = get_object_or_404(story.revisions, pk=revision)
    actions.restore(story=story, revision=kept, user=request.user)  # type: ignore[arg-type]
    messages.success(request, "The older version is the newest draft now. Readers see it once you publish.")
    return redirect(edit_address(pk))


@require_admin_access
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last publication back, after a question."""
    story = seen(request.user, pk)
    entry = actions.last_publication(story)
    if request.method == "POST":
        try:
            actions.undo_publish(story=story, user=request.user)  # type: ignore[arg-type]
        except (actions.CannotUndo, actions.CannotPublish) as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "Undone. Readers see again what they saw before; your draft is as it was.")
        return redirect(edit_address(pk))
    before = entry.facts["undo"] if entry else {}
    return render(request, "newsroom/story/undo.html", {"story": story, "entry": entry, "before": before})


# --- merging a text that was put aside ----------------------------------------------------------------------


@require_admin_access
def merge(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Your text and the newest, side by side where both changed the same; everything else goes together by itself."""
    story = seen(request.user, pk)
    aside = get_object_or_404(Take.objects.select_related("user", "story"), story=story, number=number, aside=True)
    if aside.settled_at:
        messages.info(request, "This text has been merged or put away already.")
        return redirect(edit_address(pk))
    newest = Take.objects.filter(story=story, aside=False).select_related("user").first()
    if newest is None:
        raise Http404
    base = Take.objects.filter(story=story, number=aside.base).first() if aside.base else None
    rows = drafts.merge(base.content if base else None, aside.content, newest.content)
    if request.method == "POST":
        return _settle(request, story, aside, rows)
    context = {
        "story": story,
        "aside": aside,
        "newest": newest,
        "rows": [r for r in rows if r.clash or r.label == drafts.LABELS["body"]],
        "clashes": sum(r.clash for r in rows),
        "mine": drafts.compare(base.content, aside.content) if base else [],
        "theirs": drafts.compare(base.content, newest.content) if base else [],
    }
    return render(request, "newsroom/story/merge.html", context)


def _settle(request: HttpRequest, story: Story, aside: Take, rows: list[drafts.Row]) -> HttpResponse:
    on = request.POST.get("on", "")
    content = None if request.POST.get("what") == "dismiss" else drafts.settled(rows, request.POST.dict())
    try:
        takes.settle(aside=aside, content=content, on=int(on) if on.isdigit() else 0, user=request.user)  # type: ignore[arg-type]
    except takes.Stale as stale:
        messages.warning(request, f"{stale} Look at the two once more.")
        return redirect("story_merge", story.pk, aside.number)
    done = "Put away. The newest version stands as it is." if content is None else "Merged: this is the newest draft."
    messages.success(request, done)
    return redirect(edit_address(story.pk))


# --- small things the form asks for ---------------------------------------------------------------------------


@require_admin_access
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a note for colleagues."""
    story, text = seen(request.user, pk), request.POST.get("text", "").strip()
    if text:
        user: Any = request.user
        actions.note(story=story, text=text[:5000], source=user.get_full_name() or user.get_username(), user=user)
        messages.success(request, "The note is kept. It never leaves the desk.")
    return redirect(edit_address(pk) + "#tab-desk")


@require_admin_access
def suggest(request: HttpRequest, what: str) -> JsonResponse:
    """Names that we know, for what has been typed so far."""
    words = request.GET.get("q", "").strip()[:100]
    if what == "people":
        names = drafts.people_known(paper(), words)
    elif what == "organisations":
        names = drafts.organisations_known(paper(), words)
    elif what in {"topics", "places"}:
        names = drafts.named(what, paper(), words)
    else:
        raise Http404
    return JsonResponse({"names": names})


@require_admin_access
def picture_facts(request: HttpRequest, pk: int) -> JsonResponse:
    """A picture's own texts and rights, shown beside the fields that fall back to them."""
    p = get_object_or_404(Picture, pk=pk)
    terms = p.usage_terms[:300]
    texts = {"caption": p.caption, "credit": p.credit, "alt": p.alt, "copyright": p.copyright_notice, "terms": terms}
    x, y = (round(part * 100) for part in p.focus) if p.focus else (50, 50)
    edit = reverse("wagtailimages:edit", args=[p.pk])
    shown = {"thumb": _thumb(p), "x": x, "y": y, "set": p.focus is not None, "edit": edit, "focus": reverse("picture_focus", args=[p.pk])}
    return JsonResponse({**texts, "killed": p.killed, **shown})


def _thumb(picture: Picture) -> str:
    """The address of a small copy; empty when the original cannot be read."""
    try:
        return str(picture.get_rendition("max-320x320").url)
    except (SourceImageIOError, OSError):
        return ""
