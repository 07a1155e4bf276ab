"""WebSub, the side that publishes: feeds name the title's hub, and the hub is told when they change.

The diary's delivery only writes down what is to be told; the telling is done beside everything else (`work_off`), so
that a slow hub never keeps a kill waiting. What failed is tried again after a pause that doubles.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from masthead.kit import clock, fetch
from masthead.people.models import Person
from masthead.press import addresses
from masthead.press.models import Ping
from masthead.stories.models import DiaryEntry, StoryLine, Topic
from masthead.stories.models.diary import Verb
from masthead.titles.models import Section, Title

CHANGES = frozenset(
    {
        Verb.PUBLISHED,
        Verb.UPDATED,
        Verb.CORRECTED,
        Verb.HELD,
        Verb.WITHDRAWN,
        Verb.KILLED,
        Verb.RELEASED,
        Verb.EXPIRED,
        Verb.MOVED,
    }
)
SETTLING = timedelta(seconds=2)
"""The hub fetches the feed at once: by then the press has printed it, and news that comes together is told once."""
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=15)


def on_diary(entry: DiaryEntry) -> None:
    """Write down which feeds' hub is to be told. Repeating it does no harm."""
    if not entry.title.hub or entry.verb not in CHANGES:
        return
    due = clock.now() + SETTLING
    for base in _lists(entry):
        for file in addresses.FEEDS:
            row, made = Ping.objects.get_or_create(title=entry.title, feed=base + file, defaults={"due_at": due})
            # A row that is due now may be in hand at this moment: with another time it stays due afterwards.
            if not made and (row.state != Ping.State.DUE or row.due_at <= clock.now()):
                row.state, row.due_at, row.attempts, row.error = Ping.State.DUE, due, 0, ""
                row.save()


def _lists(entry: DiaryEntry) -> Iterable[str]:
    """The lists that the story may stand in, before and after the change."""

    def ids(name: str) -> set[int]:
        found: set[int] = set()
        for side in ("before", "after"):
            value = entry.facts.get(side, {}).get(name) or []
            found |= set(value if isinstance(value, list) else [value])
        return found

    yield addresses.FRONT
    yield from (addresses.section(s) for s in Section.objects.filter(pk__in=ids("section")))
    yield from (addresses.topic(t) for t in Topic.objects.filter(pk__in=ids("topics")))
    yield from (addresses.person(p) for p in Person.objects.filter(pk__in=ids("people")))
    yield from (addresses.line(x) for x in StoryLine.objects.filter(pk__in=ids("lines")))


def work_off(allows: fetch.Judge = fetch.is_public, limit: int = 60) -> int:
    """Tell the hubs what is due; returns how many feeds were told."""
    due = Ping.objects.filter(state=Ping.State.DUE, due_at__lte=clock.now()).select_related("title")
    return sum(_tell(ping, allows) for ping in due.order_by("due_at")[:limit])


def _tell(ping: Ping, allows: fetch.Judge) -> int:
    title: Title = ping.title
    if not title.hub:
        ping.delete()
        return 0
    seen = ping.due_at
    address = f"{title.base_url}{ping.feed}"
    try:
        # Hubs differ in which of the two names they read.
        fetch.post(title.hub, {"hub.mode": "publish", "hub.url": address, "hub.topic": address}, allows=allows)
    except fetch.NotFetched as refused:
        _postpone(ping, str(refused), refused.retry_after)
        return 0
    done = {"state": Ping.State.DONE, "done_at": clock.now(), "attempts": ping.attempts + 1, "error": ""}
    return Ping.objects.filter(pk=ping.pk, due_at=seen).update(**done)


def _postpone(ping: Ping, error: str, retry_after: int) -> None:
    ping.attempts += 1
    ping.error = error[:2000]
    pause = max(FIRST_PAUSE * 2 ** (ping.attempts - 1), timedelta(seconds=min(retry_after, 3600)))
    ping.due_at = clock.now() + pause
    if ping.attempts >= MAX_ATTEMPTS:
        ping.state = Ping.State.FAILED
    ping.save(update_fields=["attempts", "error", "due_at", "state"])


def standing(title: Title) -> str:
    """How the title's hub takes it, in a sentence for the keyholder."""
    if not title.hub:
        return "No hub is set: followers hear of news when they next look at a feed."
    rows = Ping.objects.filter(title=title)
    told = rows.exclude(done_at=None).order_by("-done_at").first()
    failing = rows.filter(attempts__gt=0).exclude(error="").order_by("-due_at").first()
    if failing:
        return f"The hub did not take the last news of {failing.feed}: {failing.error} It is tried {MAX_ATTEMPTS} times."
    if told and told.done_at:
        return f"Told last at {told.done_at.astimezone(title.zone):%d %b %H:%M:%S}."
    return "Nothing has had to be told yet."
