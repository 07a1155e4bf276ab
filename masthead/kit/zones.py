"""Times as people write them, in the zone of their paper. Twice a year that is not plain; then we ask."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


class UnclearTime(ValueError):
    """The time cannot be taken as it stands. The message is the sentence for the editor."""


class TwiceTime(UnclearTime):
    """The clocks go back over this time: it comes twice, and somebody must say which is meant."""


def local(text: str, zone: ZoneInfo, which: str = "") -> datetime:
    """The moment (UTC) that `text` (ISO 8601 without a zone, such as 2026-10-25T01:30) means in `zone`.

    Args:
        which: `first` or `second`, for a time that comes twice when the clocks go back.

    Raises UnclearTime for what is no time or does not exist on that day, TwiceTime for one that comes twice.
    """
    try:
        wall = datetime.fromisoformat(text.strip().replace(" ", "T", 1)).replace(tzinfo=None)
    except ValueError:
        raise UnclearTime(f"“{text}” is not a date and time; write it as 2026-10-25 18:30.") from None
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    gap = (second.utcoffset() or _NONE) - (first.utcoffset() or _NONE)
    if not gap:
        return first.astimezone(UTC)
    if gap > _NONE:
        shown = first.astimezone(UTC).astimezone(zone)
        raise UnclearTime(
            f"{wall:%H:%M} does not exist on {wall:%d %B %Y} in {zone.key}: the clocks go forward over it."
            f" The same moment is called {shown:%H:%M} there; write that, or another time."
        )
    if which not in ("first", "second"):
        raise TwiceTime(
            f"{wall:%H:%M} comes twice on {wall:%d %B %Y} in {zone.key}, because the clocks go back:"
            f" first as {first:%H:%M %Z}, an hour later as {second:%H:%M %Z}. Say whether the first or the second is meant."
        )
    return (first if which == "first" else second).astimezone(UTC)


_NONE = timedelta(0)


def written(at: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """How `at` (aware) is written in `zone`: the text for a field, and `first` or `second` where it comes twice."""
    here = at.astimezone(zone)
    text = f"{here:%Y-%m-%dT%H:%M}"
    other = here.replace(fold=1 - here.fold)
    twice = other.utcoffset() != here.utcoffset() and other.astimezone(UTC).astimezone(zone).hour == here.hour
    return text, ("second" if here.fold else "first") if twice else ""


def beginning(day: date, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) of `day` in `zone`; where midnight does not exist, what comes after it."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
