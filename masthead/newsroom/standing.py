"""One story's own page at the desk: where it stands, what to look at before it goes out, and the steps from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from masthead.kit import zones
from masthead.newsroom.budget import AT_ONCE, seen
from masthead.newsroom.changes import CHANGES, SMALL
from masthead.newsroom.checking import findings
from masthead.people.roles import Deed
from masthead.stories import actions, flow, permissions
from masthead.stories.models import Correction, Scheduled, Story

REFUSALS = (permissions.NotAllowed, flow.WrongStep, actions.CannotPublish, zones.UnclearTime)


@require_admin_access
def standing(request: HttpRequest, pk: int) -> HttpResponse:
    """The page itself."""
    return render(request, "newsroom/budget/standing.html", _described(request, seen(request.user, pk)))


def _described(request: HttpRequest, story: Story) -> dict[str, Any]:
    found = findings(story)
    steps = flow.offered(request.user, story)
    waiting = story.schedule.filter(state=Scheduled.State.WAITING).first()
    return {
        "story": story,
        "name": story.desk_headline or str(story),
        "revision": story.latest_revision_id or "",
        "findings": found,
        "blocked": any(f.blocks for f in found),
        "at_once": [step for step in steps if step.name in AT_ONCE],
        "names": {step.name for step in steps},
        "may_correct": permissions.may(request.user, Deed.CORRECT, story),
        "can_undo": permissions.may(request.user, Deed.PUBLISH, story) and actions.last_publication(story),
        "may_edit": permissions.may(request.user, Deed.EDIT, story),
        "waiting": waiting,
        "behind": waiting and waiting.revision_id != story.latest_revision_id,
        "missed": story.schedule.filter(state=Scheduled.State.FAILED).order_by("-id").first(),
        "zone": story.title.zone,
        "diary": story.diary.order_by("-id")[:50],
        "here": request.path,
        "asked_at": request.POST.get("at", ""),
        "changes": CHANGES if story.live else [],
        "change": Said(request.GET.get("kind", ""), request.GET.get("told", "")),
    }


def _step(view: Callable[[HttpRequest, Story], str]) -> Callable[[HttpRequest, int], HttpResponse]:
    """A view that takes one step and says what came of it, or why nothing was done."""

    @require_admin_access
    @require_POST
    @wraps(view)
    def taken(request: HttpRequest, pk: int) -> HttpResponse:
        story = seen(request.user, pk)
        try:
            messages.success(request, view(request, story))
        except zones.TwiceTime as twice:
            context = _described(request, story) | {"twice": str(twice)}
            return render(request, "newsroom/budget/standing.html", context, status=422)
        except REFUSALS as refused:
            messages.error(request, str(refused))
        return redirect("story_standing", pk=pk)

    return taken


def _ready_to_go(request: HttpRequest, story: Story) -> None:
    """Raise CannotPublish when a finding blocks, or when the draft is not the one that the colleague looked at."""
    blocking = [f.sentence for f in findings(story) if f.blocks]
    if blocking:
        raise actions.CannotPublish(f"It was not published: {' '.join(blocking)} Everything you wrote is kept.")
    looked_at = request.POST.get("revision", "")
    if looked_at != str(story.latest_revision_id or ""):
        raise actions.CannotPublish("The draft has changed since you looked at it. Look again, then publish.")


@_step
def publish(request: HttpRequest, story: Story) -> str:
    """Publish the newest draft."""
    flow.check("publish", story, request.user)
    _ready_to_go(request, story)
    out = publish_newest(story, request.user, said(request))
    return f"“{out}” is {out.standing}."


def publish_newest(story: Story, user: Any, change: Said) -> Story:
    """Make the newest draft public. Raises CannotPublish, NotAllowed."""
    revision = story.latest_revision or story.save_revision(user=user)
    return actions.publish(revision=revision, user=user, told=change.told, small=change.kind == SMALL)


@dataclass(frozen=True, slots=True)
class Said:
    """What a colleague said about a change that goes out: its kind ("" for: let the text decide) and words."""

    kind: str = ""
    text: str = ""

    @property
    def told(self) -> actions.Told | None:
        """What readers are told in the colleague's words, if anything."""
        return actions.Told(self.kind, self.text) if self.kind in Correction.Kind.values and self.text else None


def said(request: HttpRequest) -> Said:
    """The kind of change and the words for readers, as the story form and the checklist post them."""
    change = Said(request.POST.get("change_kind", ""), request.POST.get("change_text", "").strip()[:4000])
    if change.kind in Correction.Kind.values and not change.text:
        raise actions.CannotPublish("Say what readers are told, or choose another kind of change.")
    return change


@_step
def schedule(request: HttpRequest, story: Story) -> str:
    """Have the clock publish the newest draft, at a time of the paper's own zone."""
    flow.check("schedule", story, request.user)
    _ready_to_go(request, story)
    at = zones.local(request.POST.get("at", ""), story.title.zone, request.POST.get("which", ""))
    actions.schedule(story=story, at=at, user=request.user)  # type: ignore[arg-type]
    here = at.astimezone(story.title.zone)
    return f"It goes out on {here:%d %B %Y at %H:%M} ({here:%Z}, the paper’s own time)."


@_step
def withdraw(request: HttpRequest, story: Story) -> str:
    """Take the story back for good, with a reason for the diary."""
    reason = request.POST.get("reason", "").strip()
    actions.withdraw(story=story, user=request.user, reason=reason)  # type: ignore[arg-type]
    return f"“{story}” was withdrawn. Its address now says that it is gone."
