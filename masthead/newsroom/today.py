"""The newsroom's first screen: what calls for somebody now, what is to go out next, what I have in hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.admin.ui.components import Component

from masthead.comments import moderating
from masthead.kit import clock
from masthead.newsroom.where import paper
from masthead.people import roles
from masthead.people.models import User
from masthead.people.roles import Deed
from masthead.stories import permissions
from masthead.stories.models import Scheduled, Story, Tip
from masthead.wire.models import Alert

SHOWN = 8
"""Rows in a list; the whole is one link away."""
WAITING = {
    Story.State.READY: "to be edited",
    Story.State.EDITED: "to be published",
    Story.State.HELD: "held",
}


class Today(Component):
    """The panels. Nine queries, however large the paper is."""

    name, order, template_name = "today", 10, "newsroom/today.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        user: User = parent_context["request"].user
        title = paper()
        stories = permissions.visible(Story.objects.select_related("section", "agency", "title"), user).filter(title=title)
        waiting = [
            {"words": words, "state": state, "stories": list(stories.filter(state=state).order_by("-changed_at")[:SHOWN])}
            for state, words in WAITING.items()
        ]
        return {
            "paper": title,
            "now": clock.now().astimezone(title.zone),
            "zone": title.zone,
            "alerts": list(Alert.objects.filter(title=title, seen_at=None).select_related("item")[:5]),
            "waiting": [one for one in waiting if one["stories"]],
            "next": _going_out(stories),
            "mine": list(stories.filter(Q(taken_by=user) | Q(filed_by=user), state=Story.State.DRAFT).order_by("-changed_at")[:SHOWN]),
            "late": list(stories.filter(deadline__lte=clock.now() + timedelta(hours=12), live=False).order_by("deadline")[:SHOWN]),
            "newest": list(stories.filter(live=True).order_by("-first_published_at", "-id")[:SHOWN]),
            "tips": Tip.objects.filter(title=title, state="new").count() if user.has_perm("stories.view_tip") else 0,
            "talk": moderating.waiting(title.pk) if roles.may(user, Deed.MODERATE, title=title.pk) else 0,
            "asked": moderating.questions([title.pk]).count(),
            "may_write": roles.may(user, Deed.WRITE, title=title.pk),
        }


def _going_out(stories: QuerySet[Story]) -> list[tuple[datetime, str, Story]]:
    """Scheduled and embargoed stories with their moments, the soonest first."""
    now = clock.now()
    due = Scheduled.objects.filter(state=Scheduled.State.WAITING, story__in=stories).select_related("story__section")
    found = [(row.at, "scheduled", row.story) for row in due.order_by("at")[:SHOWN]]
    for field in ("embargo_until", "order_embargo_until"):
        held = stories.filter(**{f"{field}__gt": now}).order_by(field)[:SHOWN]
        found += [(story.embargo_ends, "embargo ends", story) for story in held if story.embargo_ends]
    seen: dict[tuple[datetime, int], tuple[datetime, str, Story]] = {(at, s.pk): (at, why, s) for at, why, s in found}
    return sorted(seen.values(), key=lambda row: (row[0], row[2].pk))[:SHOWN]
