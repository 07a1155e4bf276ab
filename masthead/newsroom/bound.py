"""Which object an address is about, and to which paper it belongs. What is not there is a 404."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest

from masthead.circulation.models import Newsletter, Number
from masthead.comments.models import Comment, Decision
from masthead.exchange.models import Share
from masthead.stories.models import FrontVersion, LiveBlog, Notice, Story, StoryLine, Tip, Topic
from masthead.titles.models import Redirect, Section, StandingPage, Title
from masthead.wire.models import Alert, Rule, Source, WireFile, WireItem


@dataclass(frozen=True, slots=True)
class Bound:
    """An object that an address names."""

    title_id: int
    story: Any = None


_TITLE_OF: dict[str, tuple[type[Any], str]] = {
    "wire item": (WireItem, "source__title"),
    "wire file": (WireFile, "source__title"),
    "wire source": (Source, "title"),
    "rule": (Rule, "title"),
    "alert": (Alert, "title"),
    "front version": (FrontVersion, "front__title"),
    "line": (StoryLine, "title"),
    "offer": (Share, "to"),
    "live blog": (LiveBlog, "story__title"),
    "tip": (Tip, "title"),
    "comment": (Comment, "title"),
    "decision": (Decision, "title"),
    "newsletter": (Newsletter, "title"),
    "newsletter number": (Number, "newsletter__title"),
    "notice": (Notice, "title"),
    "standing page": (StandingPage, "title"),
    "redirect": (Redirect, "title"),
    "topic": (Topic, "title"),
    "section": (Section, "title"),
    "title": (Title, "pk"),
}
_FIELDS = ("id", "title_id", "section_id", "live", "state", "filed_by_id", "taken_by_id", "order_pubstatus")


def objects(about: str, kwargs: dict[str, Any], request: HttpRequest) -> list[Bound]:
    """What the address is about. Raises Http404 for what does not exist."""
    if about == "story":
        return [_story(kwargs["pk"])]
    if about == "stories":
        return [_story(pk) for pk in request.GET.getlist("id")[:100]]
    if about == "pinged":
        return _pinged(kwargs)
    model, path = _TITLE_OF[about]
    title = model.objects.filter(pk=_number(kwargs["pk"])).values_list(path, flat=True).first()
    if title is None:
        raise Http404
    return [Bound(title)]


def _story(pk: Any) -> Bound:
    story = Story.objects.only(*_FIELDS).filter(pk=_number(pk)).first()
    if story is None:
        raise Http404
    return Bound(story.title_id, story)


def _pinged(kwargs: dict[str, Any]) -> list[Bound]:
    if (kwargs["app_label"], kwargs["model_name"]) != ("stories", "story"):
        return []
    return [_story(kwargs["object_id"])]


def _number(text: Any) -> int:
    return int(text) if str(text).isdigit() else 0
