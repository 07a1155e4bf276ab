"""Desk figures: what is read, counted where pages are handed out, without cookies and without keeping who read.

Kept are a path, a minute and a number; and for a day the hosts that readers came from. The header lines that this is
made of are looked at once, in memory, and dropped. Whatever calls itself a machine is left out, and so is everything
that a browser fetches ahead for nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from masthead.kit import clock
from masthead.press.entries import Entry
from masthead.press.models import ReadDay, ReadMinute, ReferralDay
from masthead.titles.models import Title

_MACHINE = re.compile(
    rb"(?<!cu)bot\b|(?<!cu)bot[/;_ -]|crawl|spider|slurp|preview|monitor|uptime|scan|archiv|feed|fetch|headless|lighthouse|validator"
    rb"|python|curl|wget|java/|go-http|okhttp|libwww|httpclient|axios|node|ruby|perl|php|wrk|facebookexternalhit|whatsapp"
    rb"|embedly|mastodon|telegram|gpt|claude|perplexity|^mozilla/5\.0$|^$"
)
_HOST = re.compile(rb"https?://([a-z0-9.-]{1,100})(?::\d{1,5})?(?:/|$)")
_KEPT_AGENTS = 2_000
_MOST_PATHS = 20_000
_MOST_HOSTS = 1_000
EVERY = 10.0
"""Seconds between two times at which the worker writes the figures down."""
MINUTES_KEPT = timedelta(hours=26)
DAYS_KEPT = timedelta(days=400)
HOSTS_KEPT = timedelta(days=60)


def is_machine(agent: bytes) -> bool:
    """Whether a User-Agent, in lower case, is not a person's browser."""
    return _MACHINE.search(agent) is not None


class Counter:
    """Numbers since the last flush. `note` is called by the serving thread for each page handed out."""

    def __init__(self) -> None:
        self.reads: dict[str, int] = {}
        self.hosts: dict[str, int] = {}
        self._machines: dict[bytes, bool] = {}
        self._due = 0.0

    def note(self, path: str, agent: bytes, referrer: bytes) -> None:
        """One page was handed out. Both header values are in lower case."""
        machine = self._machines.get(agent)
        if machine is None:
            machine = is_machine(agent)
            if len(self._machines) < _KEPT_AGENTS:
                self._machines[agent] = machine
        if machine:
            return
        reads = self.reads
        if path in reads:
            reads[path] += 1
        elif len(reads) < _MOST_PATHS:
            reads[path] = 1
        if referrer and (match := _HOST.match(referrer)):
            host, hosts = match[1].decode("ascii"), self.hosts
            if host in hosts or len(hosts) < _MOST_HOSTS:
                hosts[host] = hosts.get(host, 0) + 1

    def take(self) -> tuple[dict[str, int], dict[str, int]]:
        """What was counted; counting begins anew."""
        taken = self.reads, self.hosts
        self.reads, self.hosts = {}, {}
        return taken

    def due(self) -> bool:
        """Whether it is time to write down; asks the clock once per round."""
        now = clock.monotonic()
        if now < self._due:
            return False
        self._due = now + EVERY
        return True


counter = Counter()


def note(entry: Entry, headers: Mapping[bytes, bytes]) -> None:
    """A page was handed out in answer to a GET with these headers, their names in lower case."""
    if entry.is_page and b"prefetch" not in headers.get(b"sec-purpose", b""):
        counter.note(entry.path, headers.get(b"user-agent", b"").lower(), headers.get(b"referer", b"").lower())


def flush(title: Title) -> int:
    """Write down what was counted since the last time; returns how many reads. Called by the worker."""
    reads, hosts = counter.take()
    now = clock.now()
    minute, day = now.replace(second=0, microsecond=0), now.astimezone(title.zone).date()
    own = title.base_url.rpartition("//")[2].partition(":")[0].partition("/")[0]
    if reads:
        with transaction.atomic():
            for path, count in list(reads.items()):
                _add(ReadMinute, count, title=title, minute=minute, path=path[:300])
                _add(ReadDay, count, title=title, day=day, path=path[:300])
            for host, count in list(hosts.items()):
                if host != own:
                    _add(ReferralDay, count, title=title, day=day, host=host)
    return sum(reads.values())


def _add(model: type[ReadMinute] | type[ReadDay] | type[ReferralDay], count: int, **which: object) -> None:
    if not model._default_manager.filter(**which).update(reads=F("reads") + count):
        model._default_manager.create(reads=count, **which)


def work_off(title: Title) -> int:
    """Flush when it is due, and let go of what is old."""
    if not counter.due():
        return 0
    now = clock.now()
    ReadMinute.objects.filter(minute__lt=now - MINUTES_KEPT).delete()
    ReadDay.objects.filter(day__lt=(now - DAYS_KEPT).date()).delete()
    ReferralDay.objects.filter(day__lt=(now - HOSTS_KEPT).date()).delete()
    return flush(title)


def read_since(title: Title, since: datetime, most: int = 20) -> list[tuple[str, int]]:
    """Paths with their reads since `since` (at most a day ago), most read first."""
    return _most(ReadMinute.objects.filter(title=title, minute__gte=since).values_list("path", "reads"), most)


def read_today(title: Title, most: int = 30) -> list[tuple[str, int]]:
    """Paths with their reads today, by the paper's own day."""
    day = clock.now().astimezone(title.zone).date()
    return _most(ReadDay.objects.filter(title=title, day=day).values_list("path", "reads"), most)


def referrers_today(title: Title, most: int = 20) -> list[tuple[str, int]]:
    """Hosts that readers came from today."""
    day = clock.now().astimezone(title.zone).date()
    return _most(ReferralDay.objects.filter(title=title, day=day).values_list("host", "reads"), most)


def by_hour(title: Title) -> list[tuple[datetime, int]]:
    """Reads in each of the last 24 hours, in the paper's own time, oldest first."""
    now = clock.now()
    start = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=23)
    hours = {start + timedelta(hours=n): 0 for n in range(24)}
    for minute, reads in ReadMinute.objects.filter(title=title, minute__gte=start).values_list("minute", "reads"):
        hour = minute.replace(minute=0)
        hours[hour] = hours.get(hour, 0) + reads
    return [(hour.astimezone(title.zone), reads) for hour, reads in sorted(hours.items())]


def _most(rows: Iterable[tuple[str, int]], most: int) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for name, reads in rows:
        found[name] = found.get(name, 0) + reads
    return sorted(found.items(), key=lambda row: (-row[1], row[0]))[:most]
