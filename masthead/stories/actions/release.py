"""Release and expire: the second at which an embargo ends or a story's time is up.

The gate needs no help to be right at that second; these rows tell the diary, so that pages are made again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Min, Q

from masthead.kit import clock
from masthead.stories import diary
from masthead.stories.actions import shared
from masthead.stories.actions.picture import next_end, pictures_over
from masthead.stories.models import Story
from masthead.stories.models.diary import Verb
from masthead.titles.models import Title

AT_ONCE = 500
"""Ends that are written down in one round. The limit also has SQLite take the index, which holds the few that are to come."""
_ON_PAPER = {"live": True, "order_pubstatus": "usable"}


def release_due(now: datetime | None = None) -> int:
    """Write `released` and `expired` entries for all stories whose second has come; returns how many."""
    now = now or clock.now()
    again = _shut_again(now)
    # By paper, and by each end by itself: as one question SQLite would look at all stories, many times a second.
    waiting = Story.objects.filter(**_ON_PAPER, released=False, title__in=list(Title.objects.values_list("pk", flat=True)))
    ripe = [s.pk for s in waiting if s.embargo_ends is None or s.embargo_ends <= now]
    over = Story.objects.filter(**_ON_PAPER, expired=False)
    gone = {
        pk
        for end in ("expires_at", "order_expires_at")
        for pk in over.filter(**{f"{end}__lte": now}).order_by(end).values_list("pk", flat=True)[:AT_ONCE]
    }
    return again + pictures_over(now) + sum(_act(pk, Verb.RELEASED, {"released": True}) for pk in ripe) + sum(
        _act(pk, Verb.EXPIRED, {"expired": True}) for pk in sorted(gone)
    )


_latest: datetime | None = None
"""The latest time that was seen, in this process."""


def _shut_again(now: datetime) -> int:
    """After the clock was put back: embargoes that had ended and now have not, so that their end is waited for again.

    The gate is shut by itself, and no page that showed them is handed out; this has the others made again at that second.
    """
    global _latest
    before, _latest = _latest, now
    if before is not None and now >= before:
        return 0
    ahead = Q(embargo_until__gt=now) | Q(order_embargo_until__gt=now)
    early = Story.objects.filter(**_ON_PAPER, released=True).filter(ahead).values_list("pk", flat=True)
    why = "The clock was put back: the embargo holds again until its second."
    return sum(_act(pk, Verb.NOTED, {"released": False}, why) for pk in list(early))


@transaction.atomic
def _act(pk: int, verb: str, change: dict[str, bool], reason: str = "") -> int:
    story = Story.objects.select_for_update().get(pk=pk)
    for field, value in change.items():
        if getattr(story, field) == value:
            return 0
        setattr(story, field, value)
    story.save(update_fields=list(change))
    facts = shared.facts(story)
    diary.write(story=story, verb=verb, by="the clock", reason=reason, facts=shared.both(facts, facts))
    return 1


def next_act(now: datetime | None = None) -> datetime | None:
    """The next second at which the gate of some story will open or close by itself, or None."""
    now = now or clock.now()
    times = [
        _soonest(field, now) for field in ("embargo_until", "order_embargo_until", "expires_at", "order_expires_at")
    ]
    return min((t for t in (*times, next_end(now)) if t), default=None)


def _soonest(field: str, now: datetime) -> datetime | None:
    later = Story.objects.filter(**_ON_PAPER, **{f"{field}__gt": now})
    found: datetime | None = later.aggregate(soonest=Min(field))["soonest"]
    return found
