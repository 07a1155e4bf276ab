"""When letters are due: a follower's own hour on their own clock, which twice a year jumps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from masthead.circulation.models import Device, Follower

LATE = timedelta(hours=4)
"""A letter that could not leave for so long after its hour is not sent by itself."""


def at_hour(day: date, follower: Follower, hour: int) -> datetime:
    """The moment (UTC) of `hour` o'clock on `day` for this follower. An hour that the clocks skip is the one after it;
    one that comes twice is the first."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=follower.zone).astimezone(UTC)


def next_after(follower: Follower, moment: datetime, *, daily: bool) -> datetime:
    """The next hour after `moment` at which this follower's letter is due: every day, or on their day of the week."""
    day = follower.local(moment).date()
    if follower.paused_until and follower.paused_until > day:
        day = follower.paused_until
    while True:
        if daily or day.weekday() == follower.weekday:
            due = at_hour(day, follower, follower.hour)
            if due > moment:
                return due
        day += timedelta(days=1)


def is_quiet(follower: Follower | Device, moment: datetime) -> bool:
    """Whether it is a quiet hour of theirs. The same hour twice means that there are none."""
    begin, end, hour = follower.quiet_from, follower.quiet_to, follower.local(moment).hour
    return begin <= hour < end if begin <= end else hour >= begin or hour < end


def when_awake(follower: Follower, moment: datetime) -> datetime:
    """`moment`, or the end of the quiet hours that it falls into."""
    if not is_quiet(follower, moment):
        return moment
    day = follower.local(moment).date()
    end = at_hour(day, follower, follower.quiet_to)
    return end if end > moment else at_hour(day + timedelta(days=1), follower, follower.quiet_to)
