"""Parcels: what is told to other computers over the web. Written down in the caller's transaction, once a key.

A room above says how its parcels are written (when they leave, so that a kill reaches them up to the last moment) and
hears how each one went. `courier` carries them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Count, Max, QuerySet

from masthead.kit import clock
from masthead.mailroom.models import Parcel
from masthead.titles.models import Title

AT_ONCE = 2000
KEPT_FOR = timedelta(days=30)
bell = threading.Event()
"""Rung after commit, so that the courier in this process need not wait for his next look."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A parcel as it leaves: bytes for one address."""

    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A parcel to be written when it leaves, from `about` and what stands in the database then."""

    title: Title
    key: str
    host: str
    about: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    good_until: datetime | None = None


class Way(Protocol):
    """Who writes the parcels of one kind, and hears how they went. Both are called in the courier's own thread."""

    again_after_restore: bool
    """Whether parcels that a backup brought back may leave: what they tell is true now, not news of then."""

    def pack(self, parcel: Parcel) -> Packed | None:
        """What leaves now; None when there is nothing to say any more."""

    def arrived(self, parcel: Parcel) -> None:
        """The other side has it."""

    def nobody(self, parcel: Parcel) -> None:
        """The other side says that this address is no more (404, 410)."""

    def refused(self, parcel: Parcel, said: str) -> None:
        """The other side does not want it, for another reason."""


_ways: dict[str, Way] = {}


def way(name: str, one: Way) -> None:
    """Have `one` write the parcels planned under `name` (once per process, from AppConfig.ready)."""
    _ways[name] = one


def way_of(parcel: Parcel) -> Way:
    """Raises KeyError when nobody here can write it."""
    return _ways[parcel.way]


def held_after_restore() -> list[str]:
    """The ways whose parcels a backup must not bring back to life."""
    return [name for name, one in _ways.items() if not one.again_after_restore]


def plan(name: str, wanted: Iterable[Wanted]) -> int:
    """Write down parcels to be written later by the way `name`, each once a key; returns how many there are of them."""
    count, waiting = 0, iter(wanted)
    while chunk := list(islice(waiting, AT_ONCE)):
        Parcel.objects.bulk_create([_row(name, one) for one in chunk], ignore_conflicts=True)
        count += len(chunk)
    transaction.on_commit(bell.set)
    return count


def _row(name: str, one: Wanted) -> Parcel:
    now = clock.now()
    return Parcel(
        title=one.title, key=one.key, way=name, host=one.host[:260], about=one.about, due_at=one.due_at or now,
        good_until=one.good_until, queued_at=now,
    )  # fmt: skip


def drop(rows: QuerySet[Parcel], why: str) -> int:
    """Take parcels out of the queue that have not left; returns how many."""
    return rows.filter(state="queued").update(state="dropped", said=why[:400], done_at=clock.now())


@dataclass(frozen=True, slots=True)
class Standing:
    """How many parcels of a way are in a state, and the last words about them."""

    way: str
    words: str
    count: int
    said: str


def standing(title: Title) -> list[Standing]:
    """What became of a paper's parcels, for the desk."""
    rows = Parcel.objects.filter(title=title).order_by()
    counted = rows.values("way", "state").annotate(count=Count("pk"), last=Max("pk")).order_by("way", "state")
    said = dict(Parcel.objects.filter(pk__in=[one["last"] for one in counted]).values_list("pk", "said"))
    return [Standing(one["way"], Parcel.State(one["state"]).label, one["count"], said[one["last"]]) for one in counted]


def forget_old() -> int:
    """Forget whom we told once it is long ago; returns how many rows."""
    return Parcel.objects.exclude(state="queued").filter(done_at__lt=clock.now() - KEPT_FOR).delete()[0]
