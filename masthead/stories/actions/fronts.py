"""Fronts: arrange them, now or for later, bring an old arrangement back, pin a banner for breaking news."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import diary
from masthead.stories.arrangement import Arrangement
from masthead.stories.models import Banner, Front, FrontVersion, Story
from masthead.stories.models.diary import Verb
from masthead.titles.models import Section, Title


class CannotArrange(Exception):
    """The front cannot be changed like that. The message is the sentence for the editor."""


def front_of(title: Title, section: Section | None = None) -> Front:
    """The front page of `title`, or the front of one of its sections."""
    front, _ = Front.objects.get_or_create(title=title, section=section)
    return front


@transaction.atomic
def draft(*, front: Front, plan: Arrangement | None, seen: int, user: User | None = None) -> Front:
    """Keep an arrangement in the making (None: drop it). Readers see nothing of it, so the diary is not troubled.

    `seen` is the number of the draft that the editor had before them. Raises CannotArrange when a colleague
    changed it meanwhile.
    """
    front = Front.objects.select_for_update().get(pk=front.pk)
    if seen != front.draft_number:
        who = diary.named(front.draft_by) if front.draft_by else "A colleague"
        raise CannotArrange(f"{who} changed this front meanwhile. Their arrangement is shown; yours was not kept.")
    front.draft = None if plan is None else plan.as_data()
    front.draft_number += 1
    front.draft_by, front.draft_at = user, clock.now()
    front.save()
    return front


@transaction.atomic
def arrange(
    *,
    front: Front,
    plan: Arrangement,
    user: User | None = None,
    by: str = "",
    at: datetime | None = None,
    note: str = "",
) -> FrontVersion:
    """Put `plan` before readers, at once or from the second `at` (aware) on. What is in the making is done with.

    Raises CannotArrange for a time that is past.
    """
    now = clock.now()
    if at is not None and at <= now:
        raise CannotArrange("That time is past. Nothing was changed; choose a later one, or put the front live now.")
    front = Front.objects.select_for_update().get(pk=front.pk)
    version = FrontVersion.objects.create(
        front=front,
        arrangement=plan.as_data(),
        takes_effect_at=at or now,
        made_at=now,
        user=user,
        by=by or diary.named(user),
        note=note[:300],
    )
    front.draft, front.draft_number = None, front.draft_number + 1
    front.save()
    _tell(front, Verb.ARRANGED, user, by, note, {"version": version.pk, "at": version.takes_effect_at.isoformat()})
    return version


def restore(*, version: FrontVersion, user: User | None = None, by: str = "") -> FrontVersion:
    """Put an old arrangement before readers again, as a new one."""
    made = version.made_at.astimezone(version.front.title.zone)
    note = f"as {version.by} had it on {made:%d %b, %H:%M}"
    return arrange(front=version.front, plan=version.plan, user=user, by=by, note=note)


@transaction.atomic
def call_off(*, version: FrontVersion, user: User | None = None, by: str = "") -> FrontVersion:
    """Call off an arrangement that waits for its time. Raises CannotArrange when its time has come."""
    version = FrontVersion.objects.select_for_update().select_related("front__title").get(pk=version.pk)
    if version.takes_effect_at <= clock.now():
        raise CannotArrange("It is live already. Arrange the front anew, or restore an older arrangement.")
    version.called_off_at, version.called_off_by = clock.now(), by or diary.named(user)
    version.save()
    _tell(version.front, Verb.ARRANGED, user, by, "called off", {"version": version.pk, "called_off": True})
    return version


@transaction.atomic
def pin(
    *,
    front: Front,
    ends_at: datetime,
    text: str = "",
    story: Story | None = None,
    starts_at: datetime | None = None,
    everywhere: bool = False,
    user: User | None = None,
    by: str = "",
) -> Banner:
    """Pin a banner over `front` until the second `ends_at` (aware); it takes the place of one that is up.

    One of the front page stands over every section's front, too, if it is to be `everywhere`; story pages bear none.

    Raises CannotArrange without words, or when it would end before it begins.
    """
    now = clock.now()
    starts_at = starts_at or now
    if not text.strip() and story is None:
        raise CannotArrange("Write what the banner says, or choose its story. Nothing was pinned.")
    if ends_at <= max(starts_at, now):
        raise CannotArrange("The banner would end before it begins. Nothing was pinned; choose a later end.")
    front.banners.filter(starts_at__lte=starts_at, ends_at__gt=starts_at).update(ends_at=starts_at)
    banner = Banner.objects.create(
        front=front,
        text=text.strip()[:200],
        story=story,
        about_story=story is not None,
        everywhere=everywhere and front.section_id is None,
        starts_at=starts_at,
        ends_at=ends_at,
        user=user,
        by=by or diary.named(user),
    )
    _tell(front, Verb.PINNED, user, by, str(banner), {"until": ends_at.isoformat()}, story, front.banner_keys)
    return banner


@transaction.atomic
def unpin(*, banner: Banner, user: User | None = None, by: str = "") -> Banner:
    """Take a banner down before its time."""
    now = clock.now()
    if banner.ends_at > now:
        banner.ends_at = now
        banner.starts_at = min(banner.starts_at, now)
        banner.save()
        _tell(banner.front, Verb.UNPINNED, user, by, str(banner), {}, keys=banner.front.banner_keys)
    return banner


def _tell(
    front: Front,
    verb: str,
    user: User | None,
    by: str,
    reason: str,
    facts: dict[str, object],
    story: Story | None = None,
    keys: Iterable[str] = (),
) -> None:
    facts = {"front": str(front), **facts}
    diary.tell(title=front.title, verb=verb, keys=keys or [front.key], story=story, user=user, by=by, reason=reason, facts=facts)
