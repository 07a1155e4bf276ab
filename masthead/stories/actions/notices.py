"""Obituaries, notices and events: published, changed, withdrawn. The same form for all, each change in the diary."""

from __future__ import annotations

from django.db import transaction

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import diary
from masthead.stories.models import Notice
from masthead.stories.models.diary import Verb


@transaction.atomic
def publish_notice(*, notice: Notice, user: User | None = None, by: str = "") -> Notice:
    """Readers may see it, from and until the times it names."""
    notice.give_path()
    notice.state, notice.published_at = Notice.State.PUBLISHED, notice.published_at or clock.now()
    return _keep(notice, user, by, "published")


@transaction.atomic
def change_notice(*, notice: Notice, user: User | None = None, by: str = "") -> Notice:
    """Keep what was changed in the form; what is public is printed again."""
    return _keep(notice, user, by, "changed")


@transaction.atomic
def withdraw_notice(*, notice: Notice, user: User | None = None, by: str = "", reason: str = "") -> Notice:
    """It leaves every page, and its address says that it is gone."""
    notice.state = Notice.State.WITHDRAWN
    return _keep(notice, user, by, reason or "withdrawn")


@transaction.atomic
def move_in_notice(*, notice: Notice, by: str) -> Notice | None:
    """Keep a notice of another Masthead as it stood there, with its state, times and address; None where one has that address."""
    if notice.path and Notice.objects.filter(title=notice.title, path=notice.path).exists():
        return None
    updated_at = notice.updated_at
    _keep(notice, None, by, "moved in")
    # It did not change today.
    Notice.objects.filter(pk=notice.pk).update(updated_at=updated_at)
    return notice


def _keep(notice: Notice, user: User | None, by: str, reason: str) -> Notice:
    standing = Notice.objects.filter(pk=notice.pk).first()
    before = standing.facts() if standing else notice.facts()
    shown = Notice.objects.filter(title=notice.title, state=Notice.State.PUBLISHED).values("kind").distinct().count()
    notice.updated_at = clock.now()
    notice.save()
    now_shown = Notice.objects.filter(title=notice.title, state=Notice.State.PUBLISHED).values("kind").distinct().count()
    after = notice.facts() | {"menu": now_shown != shown}
    facts = {"before": before, "after": after}
    words = f"{notice.get_kind_display()} “{notice.name}”: {reason}"
    diary.write(story=None, title=notice.title, verb=Verb.LISTED, user=user, by=by, reason=words, facts=facts)
    return notice
