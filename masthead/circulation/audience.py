"""The desk's view of followers: how many, of what, since when; lists in and out, with how each said yes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count

from masthead.circulation import hours, targets
from masthead.circulation.models import Follow, Follower, Pace
from masthead.circulation.targets import Target
from masthead.kit import clock, tables
from masthead.mailroom.letter import CannotPost, address, same
from masthead.mailroom.models import Suppressed
from masthead.stories.models import Story
from masthead.titles.models import Title

MOST_ROWS, MOST_BYTES, AT_ONCE = 100_000, 30_000_000, 2000
_ADDRESS = ("email", "email address", "e-mail", "email_address", "user_email", "subscriber", "mail")
_SAID_YES = ("confirm_time", "optin_time", "created_at", "date subscribed", "subscribed_at", "joined", "consent")
_NO = {
    "subscribed_to_emails": {"false", "0", "no"},
    "status": {"unsubscribed", "cleaned", "bounced", "unconfirmed", "pending", "complained"},
    "member_rating": set(),
}


class CannotTake(ValueError):
    """The list cannot be read. The message is the sentence for the desk."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many follow something, and how they hear of it."""

    target: Target
    count: int
    by_letter: int
    lately: int


@dataclass
class Taken:
    """What came of a list."""

    new: int = 0
    known: int = 0
    left_out: dict[str, int] = field(default_factory=dict)

    def leave_out(self, why: str) -> None:
        self.left_out[why] = self.left_out.get(why, 0) + 1

    @property
    def sentence(self) -> str:
        told = "; ".join(f"{count} left out ({why})" for why, count in self.left_out.items())
        return f"{self.new} addresses were taken over, {self.known} were here already{'; ' + told if told else ''}."


def counts(title: Title, most: int = 100) -> list[Counted]:
    """What is followed, the most followed first."""
    rows = Follow.objects.filter(follower__title=title, confirmed=True).order_by()
    found = list(rows.values("kind", "target").annotate(count=Count("pk")).order_by("-count")[:most])
    by_letter = _by(rows.exclude(pace=Pace.ON_SITE))
    lately = _by(rows.filter(since__gte=clock.now() - timedelta(days=7)))
    named = targets.named(title, [Follow(kind=row["kind"], target=row["target"]) for row in found])
    return [
        Counted(named[key], row["count"], by_letter.get(key, 0), lately.get(key, 0))
        for row in found
        if (key := (row["kind"], row["target"])) in named
    ]


def _by(rows):  # type: ignore[no-untyped-def]
    return {(k, t): n for k, t, n in rows.values_list("kind", "target").annotate(n=Count("pk")).values_list("kind", "target", "n")}


def standing(title: Title) -> dict[str, int]:
    """Followers in all, new in a week and in thirty days, gone in thirty days, for alerts, not yet confirmed."""
    rows, now = Follower.objects.filter(title=title), clock.now()
    here = rows.exclude(confirmed_at=None).filter(left_at=None)
    return {
        "here": here.count(),
        "week": here.filter(confirmed_at__gte=now - timedelta(days=7)).count(),
        "month": here.filter(confirmed_at__gte=now - timedelta(days=30)).count(),
        "left": rows.filter(left_at__gte=now - timedelta(days=30)).count(),
        "alerts": here.filter(alerts=True).count(),
        "waiting": rows.filter(confirmed_at=None).count(),
    }


@dataclass(frozen=True, slots=True)
class Week:
    """How many came and went in a week, on the paper's calendar."""

    begins: date
    joined: int
    left: int
    there: int
    """At its end. Who had everything deleted is in no figure any more."""


def growth(title: Title, weeks: int = 8) -> list[Week]:
    """The last weeks, the newest first."""
    today = clock.now().astimezone(title.zone).date()
    monday = today - timedelta(days=today.weekday())
    rows = Follower.objects.filter(title=title).exclude(confirmed_at=None)
    found = []
    for n in range(weeks):
        begins = monday - timedelta(weeks=n)
        since, until = (datetime.combine(day, time.min, title.zone) for day in (begins, begins + timedelta(weeks=1)))
        joined = rows.filter(confirmed_at__gte=since, confirmed_at__lt=until).count()
        left = rows.filter(left_at__gte=since, left_at__lt=until).count()
        there = rows.filter(confirmed_at__lt=until).exclude(left_at__lt=until).count()
        found.append(Week(begins, joined, left, there))
    return found


def of_story(story: Story) -> int:
    """How many followers the story concerns, each counted once."""
    from masthead.circulation.news import keys_of

    found: set[int] = set()
    for kind, target in keys_of([story])[story.pk]:
        rows = Follow.objects.filter(kind=kind, target=target, confirmed=True, follower__title=story.title_id)
        found |= set(rows.values_list("follower_id", flat=True))
    return len(found)


def export(title: Title) -> Iterator[str]:
    """A CSV of everybody who said yes, a line at a time: what other programs of this kind can read."""
    yield tables.line(["email", "confirmed_at", "consent", "follows", "alerts", "left_at", "time_zone", "hour"])
    rows = Follower.objects.filter(title=title).exclude(confirmed_at=None).prefetch_related("follows").order_by("pk")
    for follower in rows.iterator(chunk_size=500):
        follows = [f for f in follower.follows.all() if f.confirmed]
        named = targets.named(title, follows)
        said = "; ".join(f"{named[f.kind, f.target].path} {f.pace}" for f in follows if (f.kind, f.target) in named)
        yield tables.line(
            [follower.to, _iso(follower.confirmed_at), follower.consent, said, str(follower.alerts), _iso(follower.left_at),
             follower.time_zone or title.time_zone, str(follower.hour)]
        )  # fmt: skip


def _iso(at: object) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else ""


def take(title: Title, data: bytes, wanted: list[Target], *, told: str) -> Taken:
    """Take over a list of subscribers as Mailchimp, Ghost, WordPress and others export it.

    `told`: how these people said yes, in words; kept with each, after the time that the list itself gives. Whoever left
    us, complained or has no mailbox any more is left out, and so is whom the list says did not want letters. Raises
    CannotTake; then nobody was taken over.
    """
    if not told.strip():
        raise CannotTake("Say how these people agreed to get letters from this paper. Nobody was taken over.")
    if not wanted:
        raise CannotTake("Choose what they are to follow. Nobody was taken over.")
    rows = _rows(data)
    taken, seen = Taken(), set()
    never = set(Suppressed.objects.filter(title=title).values_list("address", flat=True))
    with transaction.atomic():
        chunk: list[Follower] = []
        for to, said_yes, refused in rows:
            if refused or to == "":
                taken.leave_out("no longer subscribed there" if refused else "not an e-mail address")
            elif same(to) in never:
                taken.leave_out("they do not want letters, or the mailbox is gone")
            elif same(to) not in seen:
                seen.add(same(to))
                chunk.append(_follower(title, to, f"{told.strip()} {said_yes}".strip()[:300]))
            if len(chunk) >= AT_ONCE:
                _write(title, chunk, wanted, taken)
                chunk = []
        _write(title, chunk, wanted, taken)
    return taken


def _rows(data: bytes) -> list[tuple[str, str, bool]]:
    if len(data) > MOST_BYTES:
        raise CannotTake(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Nobody was taken over; take it in parts.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    sample = text[:4000]
    delimiter = max(",;\t", key=sample.split("\n", 1)[0].count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    columns = {(name or "").strip().lower(): name for name in reader.fieldnames or []}
    column = next((columns[name] for name in _ADDRESS if name in columns), None)
    if column is None:
        raise CannotTake("The list has no column of e-mail addresses in its first line (email, Email Address). Nobody was taken over.")
    found = []
    for row in reader:
        if len(found) >= MOST_ROWS:
            raise CannotTake(f"The list has more than {MOST_ROWS} rows. Nobody was taken over; take it in parts.")
        said_yes = next((str(row[columns[name]] or "") for name in _SAID_YES if name in columns and row[columns[name]]), "")
        refused = any(name in columns and str(row[columns[name]] or "").strip().lower() in bad for name, bad in _NO.items())
        try:
            found.append((address(str(row[column] or "").removeprefix("'")), said_yes[:60], refused))
        except CannotPost:
            found.append(("", "", False))
    return found


def _follower(title: Title, to: str, consent: str) -> Follower:
    one = Follower(title=title, address=same(to), to=to, consent=consent, confirmed_at=clock.now())
    one.next_at, one.last_at = hours.next_after(one, clock.now(), daily=True), clock.now()
    return one


def _write(title: Title, chunk: list[Follower], wanted: list[Target], taken: Taken) -> None:
    there = set(Follower.objects.filter(title=title, address__in=[f.address for f in chunk]).values_list("address", flat=True))
    fresh = [follower for follower in chunk if follower.address not in there]
    taken.known += len(chunk) - len(fresh)
    taken.new += len(fresh)
    if all(one.kind == Follow.Kind.NEWSLETTER for one in wanted):
        for follower in fresh:
            follower.next_at = None
    Follower.objects.bulk_create(fresh)
    Follow.objects.bulk_create(
        [Follow(follower=f, kind=one.kind, target=one.pk, confirmed=True) for f in fresh for one in wanted], batch_size=5000
    )
