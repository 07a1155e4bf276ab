"""The postman: takes letters from the outbox to the mail server, one at a time, and keeps books on the way.

“Handed over” is committed before the first byte of a letter's text leaves. The commit for one letter also carries how
the one before it went, so a letter costs one commit, and a crash leaves at most one letter of which nobody knows.
Zero lost and zero doubled at once is impossible over SMTP: alerts and editions may be lost (and are listed), sign-in
mail may come twice.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from masthead.kit import clock, connections, dkim_seal
from masthead.mailroom import composing, epoch, message, outbox, pacing, setting, suppression, transports, workers
from masthead.mailroom.letter import Kind, Letter, same
from masthead.mailroom.models import Outgoing, Suppressed
from masthead.mailroom.pacing import OURS, Pace
from masthead.mailroom.transports import Outcome, Result, Transport

log = logging.getLogger("masthead.mail")

A_ROUND = 40
"""Letters looked up at a time: what is more urgent waits for no more than these."""
PAUSE = 1.0
"""Seconds between looks when nothing rings."""
LOOKING = 60.0
"""Seconds between looks for what dead postmen had in hand."""
MOST_TRIES = 12
GIVEN_UP_AFTER = timedelta(days=2)
TOO_LATE = "It was too late for it: held, for a person to decide."


class Postman:
    """Works until told to stop. Several may work side by side, also on several machines."""

    def __init__(self, transport: Transport | None = None) -> None:
        self._way, self._pace = transport, Pace()
        self._badge: workers.Badge | None = None
        self._last: tuple[Outgoing, Result] | None = None
        self._look_at = 0.0
        self._noted: set[str] | None = None
        """Addresses of this round of which something is noted; None: ask for each."""

    def run(self, stop: threading.Event) -> None:
        """Begin the day by seeing what a crash left, then deliver."""
        while not stop.is_set():
            outbox.bell.clear()
            done = 0
            try:
                connections.tidy()
                done = self.round(stop)
            except setting.CannotMail as error:
                log.error("No letter can be sent: %s", error)
                stop.wait(60)
            except Exception:
                log.exception("The postman stumbled; he goes on in a moment")
                stop.wait(5)
            if not done and not stop.is_set():
                self._rest()
                outbox.bell.wait(PAUSE)
        self.close()
        connection.close()

    def close(self) -> None:
        """Write down how the last letter went, and go home."""
        self._settle()
        if self._way:
            self._way.rest()
        if self._badge:
            self._badge.give_back()
            self._badge = None

    def _rest(self) -> None:
        if self._way:
            self._way.rest()

    def round(self, stop: threading.Event | None = None) -> int:
        """Deliver what is due, the most urgent first, a few at the most; returns how many rows were worked off."""
        if self._badge is None:
            self._badge = workers.Badge()
            epoch.check()
            self._look_after()
        elif clock.monotonic() > self._look_at:
            self._look_after()
        self._way = self._way or transports.chosen()
        waiting = self._due()
        if not waiting or not epoch.check():
            return 0
        epoch.beat()
        done, self._noted = 0, suppression.known(row.to for row in waiting)
        for row in waiting:
            if stop and stop.is_set():
                break
            worked = self._take(row)
            if worked is None:
                break
            done += worked
        self._settle()
        return done

    def _look_after(self) -> None:
        self._look_at = clock.monotonic() + LOOKING
        if found := workers.recover(self._badge.name if self._badge else ""):
            log.warning("%d letters were in hand when the paper, or another postman, stopped", found)

    def _due(self) -> list[Outgoing]:
        resting = pacing.resting()
        if OURS in resting:
            return []
        rows = Outgoing.objects.filter(state="queued", due_at__lte=clock.now()).exclude(domain__in=resting)
        rows = rows.order_by("rank", "due_at", "id").select_related("title")
        first = list(rows[:A_ROUND])
        full = {row.domain for row in first if self._pace.full(row.domain)}
        if full and all(row.domain in full for row in first):
            # All of the first ones are of domains that had enough for now: look past them.
            first = list(rows.exclude(domain__in=full)[:A_ROUND])
        return [row for row in first if not self._pace.full(row.domain)]

    def _take(self, row: Outgoing) -> int | None:
        """One letter from the queue to the server. None: stop the round, the server takes nothing now."""
        if self._pace.full(row.domain):
            return 0
        if why := self._obstacle(row):
            state = "held" if why == TOO_LATE else "dropped"
            Outgoing.objects.filter(pk=row.pk, state="queued").update(state=state, said=why, done_at=clock.now(), **_emptied(state))
            return 1
        data = self._hand_over(row)
        if data is None:
            return 1
        assert self._way is not None
        result = self._way.send(sender=setting.sender(row.title).envelope, to=row.to, message=data, name=str(row.pk))
        self._last = (row, result)
        if result.outcome != Outcome.TAKEN:
            self._settle()
            self._noted = None
        else:
            self._pace.note(row.domain)
        return None if result.outcome == Outcome.STOPPED else 1

    def _obstacle(self, row: Outgoing) -> str:
        if row.good_until and row.good_until <= clock.now():
            return TOO_LATE
        if self._noted is not None and same(row.to) not in self._noted:
            return ""
        return suppression.why_not(row.title, row.to, Kind(row.kind))

    def _hand_over(self, row: Outgoing) -> bytes | None:
        """Write the letter and commit that it is being handed over; None when there is nothing to hand over."""
        data, fault = None, ""
        with transaction.atomic():
            self._record(self._last)
            taken = Outgoing.objects.filter(pk=row.pk, state="queued").update(
                state="handed over", handed_at=clock.now(), worker=self._badge.name if self._badge else "", tries=row.tries + 1
            )
            if not taken:
                self._last = None
                return None
            row.tries += 1
            try:
                with transaction.atomic():
                    letter = composing.compose(row)
                    data = message.build(letter, row) if letter else None
            except Exception as error:
                fault = str(error) if isinstance(error, (message.TooLarge, dkim_seal.BadKey)) else _unwritten(row, error)
            if data is None:
                state = "held" if fault else "dropped"
                said = fault or "There was nothing left to say."
                Outgoing.objects.filter(pk=row.pk).update(state=state, said=said[:400], done_at=clock.now(), **_emptied(state))
        self._last = None
        return data

    def _settle(self) -> None:
        """Write down how the last letter went."""
        self._record(self._last)
        self._last = None

    def _record(self, last: tuple[Outgoing, Result] | None) -> None:
        if last is None:
            return
        row, result = last
        in_hand = Outgoing.objects.filter(pk=row.pk, state="handed over")
        settle = _SETTLED.get(result.outcome)
        if settle:
            settle(self, row, in_hand, result)
            return
        state = {Outcome.TAKEN: "sent", Outcome.UNSURE: "unsure"}[result.outcome]
        if result.outcome == Outcome.UNSURE and row.kind == Kind.SIGN_IN.value:
            in_hand.update(state="queued", due_at=clock.now(), said=result.said[:400])
            return
        in_hand.update(state=state, done_at=clock.now(), said=result.said[:400], **_emptied(state))

    def _later(self, row: Outgoing, in_hand: QuerySet[Outgoing], result: Result) -> None:
        self._pace.put_off(row.domain, result.said)
        if row.tries >= MOST_TRIES or clock.now() - row.queued_at > GIVEN_UP_AFTER:
            in_hand.update(state="bounced", said=f"Given up: {result.said}"[:400], done_at=clock.now(), letter=None)
            suppression.doubt(row.title, row.to, result.said)
            return
        in_hand.update(state="queued", due_at=clock.now() + pacing.later(row.tries), said=result.said[:400])

    def _never(self, row: Outgoing, in_hand: QuerySet[Outgoing], result: Result) -> None:
        in_hand.update(state="bounced", said=result.said[:400], done_at=clock.now(), letter=None)
        if result.outcome == Outcome.NOBODY:
            suppression.suppress(row.title, row.to, Suppressed.Scope.ALL, f"No such mailbox: {result.said}")

    def _stopped(self, row: Outgoing, in_hand: QuerySet[Outgoing], result: Result) -> None:
        rested = self._pace.rest(OURS, result.said)
        log.error("The mail server takes nothing now (%s); it is tried again at %s.", result.said, f"{rested.until:%H:%M:%S}")
        in_hand.update(state="queued", said=result.said[:400], tries=max(0, row.tries - 1))


_SETTLED = {
    Outcome.LATER: Postman._later,
    Outcome.NEVER: Postman._never,
    Outcome.NOBODY: Postman._never,
    Outcome.STOPPED: Postman._stopped,
}


def _emptied(state: str) -> dict[str, None]:
    """What has left, or is not needed, keeps no words: a sign-in link lies in no table."""
    return {} if state in ("held", "unsure") else {"letter": None}


def _unwritten(row: Outgoing, error: Exception) -> str:
    log.exception("The letter %s could not be written", row.key)
    return f"It could not be written ({type(error).__name__}); see the log. Held: release it when that is mended."


def letter_of(row: Outgoing) -> Letter | None:
    """The letter as it would leave now, for a person to look at."""
    return composing.compose(row)
