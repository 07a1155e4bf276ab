"""Times as editors write them: in the paper's own zone, without saying so."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class UnclearTime(ValueError):
    """It is no time, or one that the clocks skip. The message is the sentence for the editor."""


def read(text: str, zone: ZoneInfo) -> datetime | None:
    """The moment (aware, UTC) that a field's text means in `zone`; None for an empty one. Raises UnclearTime.

    A time that comes twice when the clocks go back means the first of the two.
    """
    if not text.strip():
        return None
    try:
        wall = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        raise UnclearTime(f"“{text}” is not a date and time. Nothing was changed.") from None
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:
        raise UnclearTime(f"{wall:%H:%M} does not exist on {wall:%d %B %Y}: the clocks go forward over it.")
    return moment


def written(at: datetime | None, zone: ZoneInfo) -> str:
    """How `at` stands in a field of a form."""
    return f"{at.astimezone(zone):%Y-%m-%dT%H:%M}" if at else ""
