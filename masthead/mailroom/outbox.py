"""Posting: a letter becomes a row in the caller's transaction, or it is not posted at all."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from masthead.kit import clock
from masthead.mailroom.letter import KEPT, MOST_BYTES, CannotPost, Kind, Letter, address
from masthead.mailroom.models import Outgoing
from masthead.titles.models import Title

RANKS = {Kind.SIGN_IN: 0, Kind.ALERT: 10, Kind.NOTICE: 20, Kind.LETTER: 30}
AT_ONCE = 2000
"""Rows written together: memory stays flat however many there are."""
KEPT_FOR = timedelta(days=90)
"""After which we forget to whom we wrote."""
bell = threading.Event()
"""Rung after commit, so that the postman in this process need not wait for his next look."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A letter that `composer` writes when it leaves, from `about` and what stands in the database then."""

    title: Title
    key: str
    to: str
    kind: Kind
    composer: str
    about: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    good_until: datetime | None = None


def post(letter: Letter, key: str, *, not_before: datetime | None = None) -> Outgoing:
    """Post `letter` under `key`; a second letter under the same key is not posted, and the first one's row returned.

    Call it inside the transaction of what it tells of: both come to be, or neither. Raises CannotPost.
    """
    to = address(letter.to)
    _check(letter, key)
    row = Outgoing(
        title=letter.title,
        key=key,
        kind=letter.kind.value,
        rank=RANKS[letter.kind],
        to=to,
        domain=to.rpartition("@")[2],
        letter={name: getattr(letter, name) for name in KEPT},
        due_at=not_before or clock.now(),
        good_until=letter.good_until,
        queued_at=clock.now(),
    )
    Outgoing.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(bell.set)
    return Outgoing.objects.get(key=key)


def _check(letter: Letter, key: str) -> None:
    if not key or len(key) > 160:
        raise CannotPost("The letter has no key, or one of more than 160 characters. Nothing was sent.")
    if not letter.text.strip():
        raise CannotPost(f"The letter “{letter.subject}” has no plain text. Nothing was sent.")
    if len(letter.html.encode()) + len(letter.text.encode()) > MOST_BYTES:
        raise CannotPost(
            f"The letter “{letter.subject}” is larger than {MOST_BYTES // 1000} kB, and mail programs would cut off its end."
            " Nothing was sent; make it shorter."
        )


def plan(planned: Iterable[Planned]) -> int:
    """Write down letters to be composed later, each once a key; returns how many there are of them. `to` must be an
    address that `letter.address` gave."""
    count, waiting = 0, iter(planned)
    while chunk := list(islice(waiting, AT_ONCE)):
        Outgoing.objects.bulk_create([_row(one) for one in chunk], ignore_conflicts=True)
        count += len(chunk)
    transaction.on_commit(bell.set)
    return count


def _row(one: Planned) -> Outgoing:
    return Outgoing(
        title=one.title,
        key=one.key,
        kind=one.kind.value,
        rank=RANKS[one.kind],
        to=one.to,
        domain=one.to.rpartition("@")[2],
        composer=one.composer,
        about=one.about,
        due_at=one.due_at or clock.now(),
        good_until=one.good_until,
        queued_at=clock.now(),
    )


def drop(keys: Iterable[str], why: str) -> int:
    """Take letters out of the queue that have not left; returns how many."""
    dropped = 0
    for chunk in _chunks(keys):
        waiting = Outgoing.objects.filter(key__in=chunk, state__in=("queued", "held"))
        dropped += waiting.update(state="dropped", said=why[:400], done_at=clock.now(), letter=None)
    return dropped


def _chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(keys)
    while chunk := list(islice(waiting, 500)):
        yield chunk


def release(row: Outgoing) -> bool:
    """Put a held letter back into the queue, or one of which nobody knows whether it went out: a person decided so."""
    found = Outgoing.objects.filter(pk=row.pk, state__in=("held", "unsure")).exclude(letter=None, composer="")
    done = found.update(state="queued", due_at=clock.now(), good_until=None, said="", seen=False, done_at=None)
    transaction.on_commit(bell.set)
    return bool(done)


def forget_old() -> int:
    """Forget to whom we wrote once it is long ago; returns how many rows."""
    over = clock.now() - KEPT_FOR
    return Outgoing.objects.filter(state__in=("sent", "bounced", "dropped"), done_at__lt=over).delete()[0]
