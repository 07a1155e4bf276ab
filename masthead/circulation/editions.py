"""The one letter a day: planned as rows, a row a reader and a day; written from the gate at the moment it leaves.

A reader's day is their own: the key of the row holds the date on their clock, so a change of the clocks, of the zone or
of the hour never makes two letters of one day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from masthead.circulation import choosing, conversations, hours, writing
from masthead.circulation import news as the_news
from masthead.circulation.choosing import Chosen
from masthead.circulation.labels import say
from masthead.circulation.models import Follow, Follower, Pace, Sent
from masthead.circulation.news import News
from masthead.kit import clock
from masthead.mailroom import epoch, outbox
from masthead.mailroom.letter import Kind, Letter
from masthead.mailroom.models import Outgoing
from masthead.mailroom.outbox import Planned
from masthead.titles.models import Title

AT_ONCE = 2000
"""Followers planned in one transaction: memory stays flat, and nobody who writes waits long."""

MARGIN = timedelta(minutes=10)
"""What was published just now may be committed a moment later: the next plan looks at it again."""

FollowRow = tuple[str, int, str]


def key_of(follower: Follower, at: datetime) -> str:
    """One letter a reader and a day of theirs."""
    return f"daily:{follower.local(at).date().isoformat()}:{follower.pk}"


def plan_due(title: Title) -> int:
    """Plan every letter whose hour has come; returns how many followers were looked at."""
    looked, after, since = 0, 0, epoch.began_at()
    now = clock.now()
    while batch := list(_due(title, now).filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        after = batch[-1].pk
        _plan_batch(title, batch, now, since)
        looked += len(batch)
    return looked


def _due(title: Title, now: datetime) -> QuerySet[Follower]:
    return Follower.objects.filter(title=title, next_at__lte=now)


@transaction.atomic
def _plan_batch(title: Title, batch: list[Follower], now: datetime, since: datetime) -> None:
    news, follows = the_news.of(title), _follows([f.pk for f in batch])
    sent = _sent_lately([f.pk for f in batch]) if _notes_are_newer(news, batch) else {}
    every = {Pace.DAILY.value, Pace.AT_ONCE.value, Pace.WEEKLY.value}
    came = conversations.moments(title, conversations.followed((row for rows in follows.values() for row in rows), every))
    wanted, due_again = [], defaultdict(list)
    for follower in batch:
        follower.title = title
        rows = follows.get(follower.pk, [])
        due = follower.next_at or now
        # What was due before the epoch began, or long ago, is not made up for: it would come at a wrong hour.
        timely = due >= since and now - due < hours.LATE
        if timely and (
            _has_news(news, follower, rows, due, sent.get(follower.pk)) or _is_talked(came, follower, rows, due)
        ):
            wanted.append(follower)
        due_again[_next(follower, rows, now), timely].append(follower.pk)
    outbox.plan(_planned(title, follower) for follower in wanted)
    for (when, looked), pks in due_again.items():
        # Who was not looked at finds what is new in the next letter.
        upto = {"last_at": now - MARGIN} if looked else {}
        Follower.objects.filter(pk__in=pks).update(next_at=when, **upto)


def _planned(title: Title, follower: Follower) -> Planned:
    due = follower.next_at or clock.now()
    return Planned(
        title=title,
        key=key_of(follower, due),
        to=follower.to,
        kind=Kind.LETTER,
        composer="edition",
        about={"follower": follower.pk, "due": due.isoformat()},
        due_at=due,
        good_until=due + hours.LATE,
    )


def _follows(pks: list[int]) -> dict[int, list[FollowRow]]:
    found: dict[int, list[FollowRow]] = defaultdict(list)
    rows = Follow.objects.filter(follower__in=pks, confirmed=True).exclude(pace=Pace.ON_SITE)
    for follower, kind, target, pace in rows.values_list("follower_id", "kind", "target", "pace").iterator(4000):
        found[follower].append((kind, target, pace))
    return found


def _paces(follower: Follower, at: datetime) -> set[str]:
    """What a letter at this moment is made of: what comes daily, and once a week the rest."""
    daily = {Pace.DAILY.value, Pace.AT_ONCE.value}
    return daily | {Pace.WEEKLY.value} if follower.local(at).weekday() == follower.weekday else daily


def _has_news(news: News, follower: Follower, rows: list[FollowRow], due: datetime, sent: list[list[int]] | None) -> bool:
    """Whether there may be something to say: cheap, and right when it says no. The letter itself looks closely."""
    now, paces = clock.now(), _paces(follower, due)
    last = follower.last_at or follower.joined_at
    for kind, target, pace in rows:
        if pace in paces:
            newest = news.newest((kind, target), now)
            if newest and newest > (now - choosing.A_WEEK if pace == Pace.WEEKLY else last):
                return True
    return any(pk in news.notes for stories in sent or () for pk in stories)


def _is_talked(came: conversations.Moments, follower: Follower, rows: list[FollowRow], due: datetime) -> bool:
    """Whether somebody said something where this follower listens."""
    last = follower.last_at or follower.joined_at
    if came and _paces(follower, due) >= {Pace.WEEKLY.value}:
        last = min(last, clock.now() - choosing.A_WEEK)
    return bool(came) and any(came[pk][-1] > last for pk in conversations.followed(rows, _paces(follower, due)) if pk in came)


def _notes_are_newer(news: News, batch: list[Follower]) -> bool:
    return news.newest_note is not None and any(f.last_at is None or f.last_at < news.newest_note for f in batch)


def _sent_lately(pks: list[int]) -> dict[int, list[list[int]]]:
    found: dict[int, list[list[int]]] = defaultdict(list)
    since = clock.now() - choosing.REMEMBERED
    for follower, stories in Sent.objects.filter(follower__in=pks, at__gte=since).values_list("follower_id", "stories"):
        found[follower].append(stories)
    return found


def _next(follower: Follower, rows: list[FollowRow], now: datetime) -> datetime | None:
    paces = {pace for kind, _, pace in rows if kind != Follow.Kind.NEWSLETTER}
    if not paces or follower.confirmed_at is None:
        return None
    return hours.next_after(follower, now, daily=bool(paces - {Pace.WEEKLY.value}))


def compose(row: Outgoing) -> Letter | None:
    """The letter of a planned row, as things stand now; None when nothing is new, or it is not wanted any more."""
    follower = active(row)
    if follower is None:
        return None
    due = datetime.fromisoformat(row.about["due"])
    news, chosen = choice_for(follower, row.key, due)
    if not chosen:
        return None
    note_sent(follower, row.key, chosen)
    return letter_of(follower, news, chosen, row.good_until)


def letter_of(follower: Follower, news: News, chosen: Chosen, good_until: datetime | None = None) -> Letter:
    """The words of a daily or weekly letter."""
    name, language = follower.title.name, writing.language_of(follower)
    return writing.write(
        follower,
        subject=writing.subject_of(chosen, say("subject_correction", language, name=name), language),
        reason=say("reason_edition", language, name=name),
        chosen=chosen,
        news=news,
        good_until=good_until,
    )


def choice_for(follower: Follower, key: str, due: datetime) -> tuple[News, Chosen]:
    """What a letter due at `due` would hold now."""
    rows = list(follower.follows.filter(confirmed=True).exclude(pace=Pace.ON_SITE).values_list("kind", "target", "pace"))
    news = the_news.of(follower.title)
    paces, sent = _paces(follower, due), choosing.had(follower, key)
    chosen = choosing.choose(news, follower, rows, sent, paces)
    chosen = replace(chosen, talks=conversations.talks(follower, rows, paces, key))
    if chosen and _is_weekly(rows, paces):
        said = {talk.story for talk in chosen.talks}
        chosen = replace(chosen, best=conversations.best_of_week(follower.title, said))
    return news, chosen


def _is_weekly(rows: list[FollowRow], paces: set[str]) -> bool:
    """Whether this letter is somebody's letter of the week."""
    return Pace.WEEKLY in paces and any(pace == Pace.WEEKLY and kind != Follow.Kind.NEWSLETTER for kind, _, pace in rows)


def active(row: Outgoing) -> Follower | None:
    """The follower of a row, if they still want letters."""
    follower = Follower.objects.filter(pk=row.about["follower"], title=row.title_id).first()
    if follower is None:
        return None
    # Read once for the round: a letter costs no query for the paper that it comes from.
    follower.title = row.title
    if follower.confirmed_at is None or follower.left_at is not None:
        return None
    if follower.paused_until and follower.paused_until > follower.local().date():
        return None
    return follower


def note_sent(follower: Follower, key: str, chosen: Chosen) -> None:
    """Write down what the letter holds, in the transaction that hands it over."""
    stories = [choice.item.pk for choice in chosen.choices]
    notes = [note.name for note, _ in chosen.notes]
    row = Sent(key=key, follower=follower, at=clock.now(), stories=stories, notes=notes)
    Sent.objects.bulk_create([row], update_conflicts=True, unique_fields=["key"], update_fields=["at", "stories", "notes"])

