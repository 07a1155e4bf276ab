"""How fast: letters a minute to one domain and in all, and pauses that a server asked for."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta

from masthead.kit import clock
from masthead.mailroom import setting
from masthead.mailroom.models import Rest

MINUTE = timedelta(minutes=1)
LONGEST = timedelta(hours=1)
OURS = ""
"""The name under which our own mail server rests."""
IN_A_ROW = 3
"""Letters put off one after the other before the whole domain rests: one may be the mailbox's own fault."""


class Pace:
    """What was sent in the last minute, and who put how many off. In memory: a restart begins a new minute."""

    def __init__(self) -> None:
        self._sent: dict[str, deque[datetime]] = defaultdict(deque)
        self._put_off: dict[str, int] = defaultdict(int)
        self._well: set[str] = set()

    def note(self, domain: str) -> None:
        """One more was taken by `domain`."""
        for name in (domain, OURS):
            self._sent[name].append(clock.now())
        self._put_off.pop(domain, None)
        if fresh := {domain, OURS} - self._well:
            Rest.objects.filter(domain__in=fresh).delete()
            self._well |= fresh

    def put_off(self, domain: str, said: str) -> None:
        """`domain` said “not now” to one letter. After some in a row it rests, each time twice as long."""
        self._put_off[domain] += 1
        if self._put_off[domain] >= IN_A_ROW:
            self.rest(domain, said)

    def rest(self, domain: str, said: str) -> Rest:
        """Leave `domain` alone for a while."""
        self._well.discard(domain)
        return rest(domain, said)

    def full(self, domain: str) -> bool:
        """Whether `domain`, or the mail server, has had what it may have this minute."""
        limits = ((domain, setting.number("domain_per_minute")), (OURS, setting.number("per_minute")))
        return any(limit and self._lately(name) >= limit for name, limit in limits)

    def _lately(self, name: str) -> int:
        times, since = self._sent[name], clock.now() - MINUTE
        while times and times[0] <= since:
            times.popleft()
        return len(times)


def rest(domain: str, said: str) -> Rest:
    """Leave `domain` alone for a while."""
    row, _ = Rest.objects.get_or_create(domain=domain, defaults={"until": clock.now()})
    row.until = clock.now() + min(MINUTE * 2**row.times, LONGEST)
    row.times, row.said = row.times + 1, said[:400]
    row.save()
    return row


def resting() -> set[str]:
    """Domains to be left alone now."""
    return set(Rest.objects.filter(until__gt=clock.now()).values_list("domain", flat=True))


def later(tries: int) -> timedelta:
    """How long one letter waits after its server said “not now” for the `tries`th time."""
    return min(timedelta(minutes=5) * 2 ** max(0, tries - 1), timedelta(hours=4))
