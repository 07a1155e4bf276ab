"""Keys of the older pages of lists: a page of a fixed window changes only with stories that are as old as it, or older.

Pages are counted from the oldest story, so a new one moves none of them. Where a story in the middle comes or goes, all
later ones move up: the key names the list and the time of the youngest story that the page depends on, in digits of
one length, and whoever changes a story asks for the keys from that story's time on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import Q

_MARK = "<"
_LAST = "9" * 20


def key(listed: str, youngest: datetime) -> str:
    """The key of a page of the list `listed` (“section:3”) that depends on nothing younger than `youngest`."""
    return f"list:{listed}{_MARK}{_digits(youngest)}"


def _digits(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S%f}"


def touched(lists: Iterable[str], since: datetime) -> Q:
    """Keys of the pages of `lists` (“list:section:3”) that a story of that time stands on, or moves.

    Bounds of digits alone order in the same way in every database, whatever it makes of signs.
    """
    found = Q(pk__in=())
    for name in lists:
        found |= Q(key__gte=f"{name}{_MARK}{_digits(since)}", key__lte=f"{name}{_MARK}{_LAST}")
    return found
