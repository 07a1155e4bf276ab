"""The release gate: may readers see this story, this picture, now?

One rule in two forms that a property test holds together: `allows` for a row in hand and `readable` for a
query. Every surface goes through one of them, and none has a query of its own for public stories.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models
from django.db.models import Q

from masthead.kit import clock
from masthead.titles import scope

if TYPE_CHECKING:
    from masthead.kit.prepared import Slot
    from masthead.stories.models import Notice, Story


class Numbered(Protocol):
    """A story, or as much of one as lists read."""

    pk: Any


class StoryQuerySet(models.QuerySet["Story"]):
    """Stories, with the gate as a method."""

    def readable(self, now: datetime | Slot | None = None) -> StoryQuerySet:
        """Only those that readers may see at `now` (aware; the clock's time by default; or the place of a time)."""
        return self.filter(_open(now or clock.now()))


def _open(now: datetime | Slot) -> Q:
    embargo_over = (Q(embargo_until=None) | Q(embargo_until__lte=now)) & (
        Q(order_embargo_until=None) | Q(order_embargo_until__lte=now)
    )
    unexpired = (Q(expires_at=None) | Q(expires_at__gt=now)) & (Q(order_expires_at=None) | Q(order_expires_at__gt=now))
    return Q(live=True, state="published", order_pubstatus="usable") & embargo_over & unexpired


def allows(story: Story, now: datetime | None = None) -> bool:
    """Whether readers may see `story` at `now`. An embargo ends at its second, an expiry begins at its second."""
    now = now or clock.now()
    if not (story.live and story.state == "published" and story.order_pubstatus == "usable"):
        return False
    embargo, expiry = story.embargo_ends, story.expiry
    return (embargo is None or embargo <= now) and (expiry is None or expiry > now)


def open_notices(now: datetime) -> Q:
    """Notices (obituaries, notices, events) that readers may see at `now`, as a condition."""
    begun = Q(publish_from=None) | Q(publish_from__lte=now)
    return Q(state="published") & begun & (Q(publish_until=None) | Q(publish_until__gt=now))


def allows_notice(notice: Notice, now: datetime | None = None) -> bool:
    """Whether readers may see `notice` at `now`; the same rule for a row in hand."""
    now = now or clock.now()
    begins, ends = notice.publish_from, notice.publish_until
    return notice.state == "published" and (begins is None or begins <= now) and (ends is None or ends > now)


@scope.across()
def allows_picture(picture: Any, now: datetime | None = None) -> bool:
    """Whether readers may see `picture`: its own terms allow it, and a story that may show it is open.

    Pictures belong to no paper: one that a sister paper shows may be shown.
    """
    from masthead.stories.models import Notice, Story

    now = now or clock.now()
    if picture.killed or picture.is_over(now):
        return False
    if Notice.objects.readable(now).filter(picture=picture).exists() and not picture.one_use:
        return True
    stories = Story.objects.readable(now).filter(shown_pictures__picture=picture)
    if picture.one_use:
        stories = stories.filter(pk=_sole_user(picture))
    return stories.exists()


def may_show(picture: Any, story: Numbered, now: datetime | None = None) -> bool:
    """Whether `picture` may stand in `story`: not withdrawn, its time not up, not another story's alone.

    The story itself is another question, and `allows` answers it.
    """
    if picture.killed or picture.is_over(now or clock.now()):
        return False
    return not picture.one_use or _sole_user(picture) in (None, story.pk)


def _sole_user(picture: Any) -> int | None:
    from masthead.stories.models import SoleUse

    return SoleUse.objects.filter(picture=picture).values_list("story_id", flat=True).first()


def is_gone(story: Story) -> bool:
    """Whether the address of `story` should say 410: it was public and was taken back for good."""
    return story.state == "withdrawn" or story.order_pubstatus == "canceled"
