"""What all versions of an item, taken together, say: a pure function of the set, whatever the order of arrival."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from masthead.stories.actions import Orders

_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Said:
    """The orders in one version."""

    pk: int
    number: int | None
    stamped_at: datetime | None
    pubstatus: str
    embargo_until: datetime | None = None
    embargo_open: bool = False
    expires_at: datetime | None = None

    def rank(self) -> tuple[int, datetime, int]:
        """Newer versions rank higher. Where the agency gives neither number nor time (a feed), what came last counts."""
        return (self.number or 0, self.stamped_at or _EARLIEST, self.pk)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an item stands: its newest usable text and the orders in force."""

    current: Said
    orders: Orders
    hold_reason: str = ""


def stand(versions: Sequence[Said], agency: str, confirmed: str = "") -> Standing:
    """Fold versions into a standing. A kill in any version kills: only an editor can bring such a story back.

    `confirmed` is the pubstatus that an editor read out of a text wire's words.
    """
    newest = max(versions, key=Said.rank)
    if confirmed == "canceled" or any(v.pubstatus == "canceled" for v in versions):
        return Standing(newest, Orders(pubstatus="canceled", reason=f"Killed by {agency}."))
    pubstatus = confirmed or newest.pubstatus
    reason = f"Withheld by {agency}." if pubstatus == "withheld" else ""
    orders = Orders(pubstatus, newest.embargo_until, newest.expires_at, reason)
    hold = f"{agency} marks it as embargoed without giving a time." if newest.embargo_open else ""
    return Standing(newest, orders, hold)
