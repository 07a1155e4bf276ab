"""The courier: carries parcels to other computers, several side by side, through kit's one door to the web.

A parcel in hand is put off by a lease before it leaves; how it went is written down afterwards. After a crash the lease
runs out and it leaves once more, which does no harm (see `models.Parcel`).
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from masthead.kit import clock, connections, fetch
from masthead.mailroom import epoch, parcels
from masthead.mailroom.models import Parcel
from masthead.mailroom.parcels import Packed

log = logging.getLogger("masthead.courier")

SIDE_BY_SIDE = 8
A_ROUND = 80
PAUSE = 1.0
LEASE = timedelta(minutes=3)
"""Longer than any talk with another computer."""
FIRST_PAUSE = timedelta(seconds=20)
LONGEST = timedelta(hours=6)
MOST_TRIES = 14
"""With pauses that double: about two days."""
GONE = (404, 410)
NOT_NOW = (0, 408, 425, 429)
"""Besides 5xx: it may be otherwise in a while. 0: nobody answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side answered; status 0: nothing."""

    status: int
    said: str = ""
    retry_after: int = 0


class Courier:
    """Works until told to stop. Several may work side by side."""

    def __init__(self, allows: fetch.Judge = fetch.is_public) -> None:
        self._allows = allows
        self._hands = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="masthead-courier")

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            parcels.bell.clear()
            done = 0
            try:
                connections.tidy()
                done = self.round(stop)
            except Exception:
                log.exception("The courier stumbled; he goes on in a moment")
                stop.wait(5)
            if not done and not stop.is_set():
                parcels.bell.wait(PAUSE)
        self.close()
        connection.close()

    def close(self) -> None:
        self._hands.shutdown(wait=True, cancel_futures=True)

    def round(self, stop: threading.Event | None = None) -> int:
        """Carry what is due, some at the most; returns how many rows were worked off."""
        waiting = list(Parcel.objects.filter(state="queued", due_at__lte=clock.now()).order_by("due_at", "id")[:A_ROUND])
        if not waiting or not epoch.check():
            return 0
        epoch.beat()
        under_way: dict[Future[Answer], Parcel] = {}
        for parcel in waiting:
            if stop and stop.is_set():
                break
            if packed := self._take(parcel):
                under_way[self._hands.submit(self._carry, packed)] = parcel
            if len(under_way) >= SIDE_BY_SIDE:
                self._settle(under_way, wait(under_way, return_when=FIRST_COMPLETED).done)
        self._settle(under_way, wait(under_way).done)
        return len(waiting)

    def _take(self, parcel: Parcel) -> Packed | None:
        """Written anew at this moment; None when it does not leave."""
        now = clock.now()
        mine = Parcel.objects.filter(pk=parcel.pk, state="queued", due_at__lte=now)
        if parcel.good_until and parcel.good_until <= now:
            mine.update(state="late", said="It was too late for it.", done_at=now)
            return None
        with transaction.atomic():
            if not mine.update(due_at=now + LEASE, tries=parcel.tries + 1):
                return None
            parcel.tries += 1
            try:
                packed = parcels.way_of(parcel).pack(parcel)
            except Exception as error:
                log.exception("The parcel %s could not be written", parcel.key)
                _end(parcel, "refused", f"It could not be written ({type(error).__name__}); see the log.")
                return None
            if packed is None:
                _end(parcel, "dropped", "There was nothing left to say.")
        return packed

    def _carry(self, packed: Packed) -> Answer:
        """In a thread of its own, which knows no database."""
        try:
            return Answer(fetch.send("POST", packed.url, packed.body, headers=packed.headers, allows=self._allows))
        except fetch.NotFetched as error:
            return Answer(error.status, str(error), error.retry_after)

    def _settle(self, under_way: dict[Future[Answer], Parcel], done: set[Future[Answer]]) -> None:
        for future in done:
            parcel = under_way.pop(future)
            with transaction.atomic():
                _note(parcel, future.result())


def _note(parcel: Parcel, answer: Answer) -> None:
    """Write down how it went, and tell its writer."""
    way = parcels.way_of(parcel)
    if 200 <= answer.status < 300:
        _end(parcel, "sent", "")
        way.arrived(parcel)
    elif answer.status in GONE:
        _end(parcel, "gone", answer.said)
        way.nobody(parcel)
    elif answer.status in NOT_NOW or answer.status >= 500:
        _put_off(parcel, answer)
    else:
        _end(parcel, "refused", answer.said)
        way.refused(parcel, answer.said)


def _end(parcel: Parcel, state: str, said: str) -> None:
    Parcel.objects.filter(pk=parcel.pk).update(state=state, said=said[:400], done_at=clock.now())


def _put_off(parcel: Parcel, answer: Answer) -> None:
    if parcel.tries >= MOST_TRIES:
        _end(parcel, "refused", f"Given up: {answer.said}")
        return
    pause = max(min(FIRST_PAUSE * 2 ** (parcel.tries - 1), LONGEST), timedelta(seconds=answer.retry_after))
    Parcel.objects.filter(pk=parcel.pk).update(due_at=clock.now() + pause, said=answer.said[:400])
    if answer.status == 429:
        # It asked us, not this parcel, to wait.
        others = Parcel.objects.filter(host=parcel.host, state="queued", due_at__lte=clock.now())
        others.update(due_at=clock.now() + pause)
