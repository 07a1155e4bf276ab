"""What a follower does: ask, confirm, change, pause, leave. Nothing is sent to an address that did not say yes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from masthead.circulation import hours, targets, tokens
from masthead.circulation.labels import say
from masthead.circulation.models import Follow, Follower, Pace
from masthead.circulation.targets import Target
from masthead.kit import clock
from masthead.mailroom import outbox, suppression
from masthead.mailroom.letter import Kind, Letter, address, same
from masthead.mailroom.models import Outgoing
from masthead.titles.models import Title

ASKED_AGAIN = timedelta(minutes=10)
"""One address is asked no more often than this, however often a form is sent."""
MOST_ASKED = 5
"""Questions to one address in a day."""
MOST = 200
"""Follows of one follower."""
KEPT_UNCONFIRMED = timedelta(days=14)


class CannotFollow(ValueError):
    """It was not taken. The message is the sentence for the reader."""


@transaction.atomic
def ask(title: Title, written: str, wanted: Iterable[Target], *, pace: str = Pace.DAILY, consent: str = "") -> Follower:
    """Somebody would like to follow `wanted`, at the address they typed; a letter asks its owner.

    Whether the address is known makes no difference to the caller, nor to the time it takes. Raises
    mailroom.letter.CannotPost for what is no address, CannotFollow for nothing to follow.
    """
    wanted, to = list(wanted), address(written)
    if not wanted:
        raise CannotFollow(say("nothing_chosen", title.language))
    follower, _ = Follower.objects.get_or_create(title=title, address=same(to), defaults={"to": to})
    left = max(0, MOST - follower.follows.count())
    chosen = Pace(pace) if pace in Pace.values else Pace.DAILY
    Follow.objects.bulk_create(
        [Follow(follower=follower, kind=one.kind, target=one.pk, pace=chosen) for one in wanted[:left]], ignore_conflicts=True
    )
    if _may_ask(follower):
        follower.asked_at, follower.consent = clock.now(), follower.consent or consent[:300]
        follower.save(update_fields=["asked_at", "consent"])
        _ask_by_letter(follower)
    return follower


def _may_ask(follower: Follower) -> bool:
    """Not while a letter of the last minutes is still unanswered, and not many times a day: whoever types in other
    people's addresses must not be able to fill their mailboxes through us."""
    now = clock.now()
    if follower.asked_at and follower.asked_at > now - ASKED_AGAIN:
        return False
    asked = Outgoing.objects.filter(title=follower.title_id, to__in={follower.to, follower.address}, key__startswith=f"confirm:{follower.pk}:")
    return asked.filter(queued_at__gt=now - timedelta(days=1)).count() < MOST_ASKED


def _ask_by_letter(follower: Follower) -> None:
    title = follower.title
    link = f"{title.base_url}/follow/confirm/{tokens.make(follower, tokens.CONFIRM)}/"
    language = follower.language or title.language
    letter = Letter(
        title=title,
        to=follower.to,
        subject=say("subject_confirm", language, name=title.name),
        text=say("confirm_said", language, name=title.name, link=link),
        kind=Kind.SIGN_IN,
        good_until=clock.now() + tokens.GOOD_FOR,
    )
    outbox.post(letter, f"confirm:{follower.pk}:{int(clock.now().timestamp() * 1000)}")


def waiting(follower: Follower) -> list[Follow]:
    """What was asked for and not yet confirmed."""
    return list(follower.follows.filter(confirmed=False).order_by("id"))


@transaction.atomic
def confirm(
    follower: Follower, chosen: Iterable[int] | None = None, *, pace: str = "", alerts: bool = False
) -> Follower:
    """Its owner says yes: to all that waits, or to the follows with the ids in `chosen`, at `pace` if they say one; with
    `alerts` to breaking news as well. Repeating it changes nothing."""
    rows = follower.follows.filter(confirmed=False)
    if chosen is not None:
        keep = set(chosen)
        rows.exclude(pk__in=keep).delete()
    if pace in Pace.values:
        rows.exclude(kind=Follow.Kind.NEWSLETTER).update(pace=pace)
    follower.alerts = follower.alerts or alerts
    return _confirmed(follower, rows)


def _confirmed(follower: Follower, rows: QuerySet[Follow]) -> Follower:
    rows.filter(confirmed=False).update(confirmed=True, since=clock.now())
    follower.confirmed_at = follower.confirmed_at or clock.now()
    # What is asked for from now on is a new question.
    follower.left_at = follower.asked_at = None
    suppression.lift(follower.title, follower.address)
    follower.save()
    return reckon(follower)


@transaction.atomic
def change(follower: Follower, paces: Mapping[int, str], **wishes: object) -> Follower:
    """Set the pace of follows by their ids (`off` ends one), and the follower's own wishes: hour, weekday, time_zone,
    language, alerts. What is no such wish is left as it was."""
    for follow in follower.follows.filter(pk__in=paces.keys()):
        pace = paces[follow.pk]
        if pace == "off":
            follow.delete()
        elif pace in Pace.values and pace != follow.pace:
            follow.pace = pace
            follow.save(update_fields=["pace"])
    _wish(follower, wishes)
    if follower.alerts or any(pace not in (Pace.ON_SITE, "off") for pace in paces.values()):
        follower.left_at = None
    follower.save()
    return reckon(follower)


def _wish(follower: Follower, wishes: Mapping[str, object]) -> None:
    for name, most in (("hour", 23), ("weekday", 6), ("quiet_from", 23), ("quiet_to", 23)):
        value = wishes.get(name)
        if isinstance(value, int) and 0 <= value <= most:
            setattr(follower, name, value)
    zone = wishes.get("time_zone")
    if isinstance(zone, str) and (not zone or _is_zone(zone)):
        follower.time_zone = zone
    language = wishes.get("language")
    if isinstance(language, str) and len(language) <= 20:
        follower.language = language
    alerts = wishes.get("alerts")
    if isinstance(alerts, bool):
        follower.alerts = alerts


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def pause(follower: Follower, until: date | None) -> Follower:
    """No letters before `until`; None ends a pause."""
    follower.paused_until = until
    follower.save(update_fields=["paused_until"])
    return reckon(follower)


@transaction.atomic
def leave(follower: Follower) -> Follower:
    """No more letters at all. The follows stay on the page of one's own, as “only on the site”."""
    follower.follows.filter(Q(confirmed=False) | Q(kind=Follow.Kind.NEWSLETTER)).delete()
    follower.follows.update(pace=Pace.ON_SITE)
    follower.alerts, follower.left_at = False, clock.now()
    follower.save()
    return reckon(follower)


@transaction.atomic
def leave_list(follower: Follower, about: str) -> Follower:
    """No more letters of the list that a link to leave is about: `alerts`, `newsletter-ID`, or empty for all that comes
    because something is followed."""
    if about == "alerts":
        follower.alerts = False
        follower.save(update_fields=["alerts"])
    elif about.startswith("newsletter-") and about[11:].isdigit():
        return leave_one(follower, Follow.Kind.NEWSLETTER, int(about[11:]))
    else:
        follower.follows.exclude(kind=Follow.Kind.NEWSLETTER).update(pace=Pace.ON_SITE)
    return reckon(follower)


def leave_by_word(word: str) -> bool:
    """Somebody's mail program unsubscribes by mail, with the signed word of a letter; whether the word was true."""
    try:
        follower, about = tokens.read(word, tokens.OFF)
    except tokens.BadLink:
        return False
    leave_list(follower, about)
    return True


@transaction.atomic
def leave_one(follower: Follower, kind: str, target: int) -> Follower:
    """No more letters about one thing."""
    follower.follows.filter(kind=kind, target=target).delete()
    return reckon(follower)


@transaction.atomic
def forget(follower: Follower) -> None:
    """Delete all we know of a follower, as the law lets them ask."""
    follower.delete()


def reckon(follower: Follower) -> Follower:
    """Reckon when the next letter is due. None when nothing that is followed comes by letter."""
    paces = set(follower.follows.filter(confirmed=True).exclude(kind=Follow.Kind.NEWSLETTER).values_list("pace", flat=True))
    daily, weekly = bool(paces & {Pace.DAILY, Pace.AT_ONCE}), Pace.WEEKLY in paces
    gets = follower.confirmed_at is not None and (daily or weekly)
    follower.next_at = hours.next_after(follower, clock.now(), daily=daily) if gets else None
    follower.last_at = follower.last_at or clock.now() - timedelta(days=1)
    follower.save(update_fields=["next_at", "last_at"])
    return follower


def join_by_account(title: Title, written: str, wanted: Iterable[Target], *, consent: str) -> Follower:
    """For a reader who signed in, or an owner who said yes elsewhere: the address is proven, so no letter asks."""
    to = address(written)
    follower, _ = Follower.objects.get_or_create(title=title, address=same(to), defaults={"to": to, "consent": consent[:300]})
    wanted = list(wanted)
    Follow.objects.bulk_create([Follow(follower=follower, kind=one.kind, target=one.pk) for one in wanted], ignore_conflicts=True)
    # Only what they chose here: what somebody else typed in under their address still waits for their word.
    mine = Q(pk__in=[])
    for one in wanted:
        mine |= Q(kind=one.kind, target=one.pk)
    return _confirmed(follower, follower.follows.filter(mine))


@transaction.atomic
def set_by_account(title: Title, written: str, wishes: Mapping[Target, str], *, consent: str) -> Follower:
    """A reader who signed in says how each thing comes: a pace, or `off`; what is neither is left as it was. Raises
    mailroom.letter.CannotPost."""
    wanted = [one for one, pace in wishes.items() if pace in Pace.values]
    follower = of_address(title, written)
    if wanted:
        left = MOST - (follower.follows.count() if follower else 0)
        follower = join_by_account(title, written, wanted[: max(0, left)], consent=consent)
    if follower is None:
        return Follower(title=title, address=same(written), to=written)
    rows = {(row.kind, row.target): row.pk for row in follower.follows.all()}
    return change(follower, {rows[key]: pace for one, pace in wishes.items() if pace and (key := (one.kind, one.pk)) in rows})


def of_address(title: Title, written: str) -> Follower | None:
    """The follower of an address."""
    return Follower.objects.filter(title=title, address=same(written)).select_related("title").first()


def forget_unconfirmed() -> int:
    """Forget addresses whose owners never said yes; returns how many."""
    over = clock.now() - KEPT_UNCONFIRMED
    return Follower.objects.filter(confirmed_at=None, asked_at__lt=over).delete()[0]


def names(follower: Follower) -> list[tuple[Follow, Target]]:
    """What is followed, with names for readers; what they may not know of is left out."""
    rows = list(follower.follows.order_by("kind", "id"))
    known = targets.named(follower.title, rows)
    return [(row, known[(row.kind, row.target)]) for row in rows if (row.kind, row.target) in known]
