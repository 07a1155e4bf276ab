"""A picture changed: its words, its file, its terms. Every page that shows it is made again, and no other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Min

from masthead.kit import clock
from masthead.people.models import User
from masthead.pictures.models import Picture
from masthead.stories.actions import shared
from masthead.stories.models import DiaryEntry, ShownPicture
from masthead.stories.models.diary import Verb
from masthead.titles.models import Title

WORDS = ("caption", "alt", "credit", "photographer", "copyright_notice", "usage_terms", "data_mining", "source_type")
TERMS = ("expires_at", "one_use", "killed")
FOCUS = ("focal_point_x", "focal_point_y")


def picture_facts(picture: Picture) -> dict[str, Any]:
    """What readers may notice of a picture, for a comparison before and after."""
    said = {name: getattr(picture, name) for name in (*WORDS, *TERMS, *FOCUS)}
    said["expires_at"] = picture.expires_at.isoformat() if picture.expires_at else None
    return said | {"sha256": picture.sha256, "width": picture.width, "height": picture.height}


@transaction.atomic
def picture_changed(
    *, picture: Picture, before: dict[str, Any], user: User | None = None, by: str = "", reason: str = ""
) -> list[DiaryEntry]:
    """Note that `picture` is not what `before` (from `picture_facts`) says, for each paper. Nothing new, no entry."""
    after = picture_facts(picture)
    if after == before:
        return []
    over = picture.is_over(clock.now())
    if over != picture.over:
        Picture.objects.filter(pk=picture.pk).update(over=over)
    if picture.one_use:
        _settle_sole_use(picture)
    changed = sorted(name for name in after if after[name] != before.get(name))
    return _write(picture, before, after, user=user, by=by, reason=reason or ", ".join(changed))


def _settle_sole_use(picture: Picture) -> None:
    """A picture that was in use already stays with the story that has it longest."""
    first = ShownPicture.objects.filter(picture=picture).order_by("pk").select_related("story").first()
    if first:
        shared.take_sole_uses(first.story, {picture.pk})


def pictures_over(now: datetime) -> int:
    """Write an entry for each picture whose time is up at `now`; returns how many."""
    ripe = list(Picture.objects.filter(expires_at__lte=now, over=False).values_list("pk", flat=True))
    return sum(_end(pk) for pk in ripe)


@transaction.atomic
def _end(pk: int) -> int:
    picture = Picture.objects.select_for_update().get(pk=pk)
    if picture.over:
        return 0
    Picture.objects.filter(pk=pk).update(over=True)
    facts = picture_facts(picture)
    _write(picture, facts, facts, by="the clock", reason="its time is up")
    return 1


def next_end(now: datetime) -> datetime | None:
    """The next second at which the time of some picture is up, or None."""
    found: datetime | None = Picture.objects.filter(expires_at__gt=now).aggregate(soonest=Min("expires_at"))["soonest"]
    return found


def _write(
    picture: Picture,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    user: User | None = None,
    by: str = "",
    reason: str = "",
) -> list[DiaryEntry]:
    from masthead.stories import diary

    facts = {
        "before": {"pictures": [picture.pk], "picture": before},
        "after": {"pictures": [picture.pk], "picture": after},
    }
    # A picture belongs to no paper: every paper looks whether it shows it.
    return [
        diary.write(story=None, title=title, verb=Verb.PICTURED, user=user, by=by, reason=reason, facts=facts)
        for title in Title.objects.order_by("pk")
    ]
