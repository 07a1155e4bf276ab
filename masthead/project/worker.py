"""The background worker inside the one process: the folder, the clock, the diary, late pictures."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection

from masthead.circulation import editions, following
from masthead.circulation.fediverse import inbox as fediverse
from masthead.comments import forgetting, learning
from masthead.exchange import sending
from masthead.kit import clock, connections
from masthead.mailroom import outbox, parcels, returned
from masthead.mailroom.courier import Courier
from masthead.mailroom.postman import Postman
from masthead.people import passkeys, readers
from masthead.press import figures, purging, run, talk_run
from masthead.stories import actions, diary, index, tips
from masthead.titles.models import Title
from masthead.wire import folder, pictures_in
from masthead.wire.arrivals import health, rounds

PRINTING = 0.15
"""Seconds at a time that stale pages are printed before news and kills are looked for again."""
SURVEY = 3600.0
"""Seconds between two surveys of the tables for SQLite's planner."""
log = logging.getLogger("masthead.worker")

IDLE = 0.1
"""Seconds between looks when nothing rings."""
LISTENING = 0.02
"""Seconds between questions whether another process wrote to the database; where it counts what is written."""
RESTING = 0.05
"""Seconds from a round to one that others' writing asks for: they may write all day."""
UNASKED = 1.0
"""Seconds after which the tables are looked into although nobody wrote anything: what is due at a time of its own."""
ASKING = 2.0
"""Seconds between looks for sources that are due to be asked."""
SENDING = 0.5
"""Seconds between looks for stories that wait to be sent to other houses."""
HEARING = 1.0
"""Seconds between looks at what other servers told us."""
PLANNING = 10.0
"""Seconds between looks for followers whose letter is due."""
RETURNS = 60.0
"""Seconds between looks into the mailbox for returned letters."""
OVERLOOKING = 60.0
"""Seconds between looks for sources that have gone quiet."""
RESTLESS = 0.05
"""Seconds between looks while a file is still settling in the folder."""


class Worker:
    """Works until told to stop. A round that fails is logged, and the next one starts anew."""

    def __init__(self, title: Title) -> None:
        self.watch = folder.Watch(title)
        self._surveyed = self._looked = float("-inf")
        self._written = connections.Watermark()
        self._heard, self._rested = False, 0.0
        self._due: datetime | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name="masthead-worker", daemon=True)
        # Nor must a slow mail server.
        self._planning = threading.Thread(target=self.plan, name="masthead-circulation", daemon=True)
        self._postman = threading.Thread(target=self.deliver, name="masthead-postman", daemon=True)
        self._courier = threading.Thread(target=self.carry, name="masthead-courier", daemon=True)
        self._hearing = threading.Thread(target=self.hear, name="masthead-fediverse", daemon=True)
        # A slow address on the network must not keep the folder or a kill waiting.
        self._asking = threading.Thread(target=self.ask, name="masthead-sources", daemon=True)
        self._sending = threading.Thread(target=self.send, name="masthead-partners", daemon=True)
        self._talking = threading.Thread(target=self.talk, name="masthead-conversations", daemon=True)
        self._returns = threading.Thread(target=self.look_at_returns, name="masthead-returns", daemon=True)
        self._purging = threading.Thread(target=self.purge, name="masthead-purging", daemon=True)

    def start(self) -> None:
        folder.prepare()
        self._thread.start()
        self._asking.start()
        self._planning.start()
        self._postman.start()
        self._courier.start()
        self._hearing.start()
        self._sending.start()
        self._talking.start()
        if returned.is_read():
            self._returns.start()
        if purging.network():
            self._purging.start()

    def stop(self) -> None:
        """Ask the worker to end and wait for the round in hand."""
        self._stop.set()
        diary.bell.set()
        outbox.bell.set()
        parcels.bell.set()
        for thread in (self._thread, self._postman, self._courier):
            if thread.is_alive():
                thread.join(timeout=10)

    def run(self) -> None:
        run.soon.set()
        while not self._stop.is_set():
            rung = diary.bell.is_set()
            diary.bell.clear()
            if _attempt(self.watch.look) or rung or self._is_due():
                self._looked = clock.monotonic()
                self.round()
                self._due = _attempt(_next)  # type: ignore[assignment]
                self._rested = clock.monotonic() + RESTING
            self._wait(self._pause())
        run.soon.clear()
        connection.close()

    def ask(self) -> None:
        """Ask the sources that are due, a few at a time, beside everything else; tell the desk of those that are silent."""
        overlook_at = clock.monotonic()
        while not self._stop.wait(ASKING):
            if _attempt(lambda: rounds.work_off(side_by_side=rounds.SIDE_BY_SIDE)):
                diary.bell.set()
            if clock.monotonic() > overlook_at:
                overlook_at = clock.monotonic() + OVERLOOKING
                _attempt(health.watch_over)
        connection.close()

    def deliver(self) -> None:
        """Take letters from the outbox to the mail server."""
        Postman().run(self._stop)

    def carry(self) -> None:
        """Tell browsers and other servers what waits for them."""
        Courier().run(self._stop)

    def hear(self) -> None:
        """Look at what other servers of the fediverse told us: their keys are fetched, and they may be slow."""
        while not self._stop.wait(HEARING):
            while _attempt(fediverse.work_off):
                pass
        connection.close()

    def look_at_returns(self) -> None:
        """Read the mailbox where letters come back to: another computer, and it may be slow."""
        while not self._stop.wait(RETURNS):
            _attempt(returned.look)
        connection.close()

    def plan(self) -> None:
        """Plan the letters whose hour has come."""
        forget_at = clock.monotonic()
        while not self._stop.wait(PLANNING):
            for title in self.titles():
                _attempt(lambda title=title: editions.plan_due(title))
            if clock.monotonic() > forget_at:
                forget_at = clock.monotonic() + SURVEY
                _attempt(following.forget_unconfirmed)
                _attempt(readers.forget_old)
                _attempt(passkeys.forget_old)
                _attempt(forgetting.forget_due)
                _attempt(learning.study_due)
        connection.close()

    def send(self) -> None:
        """Send shared stories to other houses: they may be slow."""
        while not self._stop.wait(SENDING):
            while _attempt(sending.work_off):
                pass
        connection.close()

    def talk(self) -> None:
        """Print what readers say: at most every tenth of a second, however many write."""
        while not self._stop.is_set():
            if talk_run.bell.wait(IDLE):
                begun = clock.monotonic()
                _attempt(talk_run.work_off)
                # A page that takes long to print is printed less often: readers of other pages are not to wait for it.
                self._stop.wait(max(talk_run.EVERY, min(talk_run.SELDOM, 9 * (clock.monotonic() - begun))))
        connection.close()

    def purge(self) -> None:
        """Tell the network in front what changed, beside everything else: it may be slow."""
        while not self._stop.wait(IDLE):
            for title in self.titles():
                while _attempt(lambda title=title: purging.work_off(title)):
                    pass
        connection.close()

    def round(self) -> None:
        """One look at everything that may be waiting."""
        for job in (actions.publish_due, actions.release_due, diary.work_off):
            _attempt(job)
        titles = self.titles()
        for title in titles:
            if run.bus_of(title).marked.is_set():
                run.bus_of(title).marked.clear()
                run.stale.set()
        if run.stale.is_set() or any(_attempt(lambda title=title: run.over(title)) for title in titles):
            _attempt(lambda: print_stale(titles))
        for job in (pictures_in.work_off, diary.work_off, index.catch_up, tips.forget_due):
            _attempt(job)
        for title in titles:
            _attempt(lambda title=title: figures.work_off(title))
        if clock.monotonic() - self._surveyed > SURVEY:
            _attempt(survey)
            _attempt(purging.clear_away)
            _attempt(outbox.forget_old)
            _attempt(parcels.forget_old)
            _attempt(fediverse.forget_old)
            self._surveyed = clock.monotonic()

    def titles(self) -> list[Title]:
        """Every paper of this house; while the database is away, the first."""
        return _attempt(lambda: list(Title.objects.order_by("pk"))) or [self.watch.title]  # type: ignore[return-value]

    def _is_due(self) -> bool:
        """Whether somebody wrote, or a second came that was waited for, since the tables were looked into."""
        over = clock.monotonic() - self._looked >= UNASKED
        arrived = self._due is not None and self._due <= clock.now()
        heard, self._heard = self._heard or self._written.moved(), False
        return heard or over or arrived or run.stale.is_set()

    def _wait(self, seconds: float) -> None:
        """Until somebody rings, another process has written, or the time is over."""
        until = clock.monotonic() + seconds
        while (left := until - clock.monotonic()) > 0 and not diary.bell.wait(min(LISTENING, left) if self._written.counts else left):
            if self._written.counts and clock.monotonic() > self._rested and self._written.moved():
                self._heard = True
                return

    def _pause(self) -> float:
        if run.stale.is_set():
            return 0.0
        if self.watch.restless():
            return RESTLESS
        return min(IDLE, max(0.0, (self._due - clock.now()).total_seconds())) if self._due else IDLE


class Doorman:
    """Takes in what lands in the folder of a machine whose turn it is not: agencies push to any of them."""

    def __init__(self, busy: Callable[[], bool]) -> None:
        self._busy, self._stop = busy, threading.Event()
        self._thread = threading.Thread(target=self._work, name="masthead-doorman", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _work(self) -> None:
        watch: folder.Watch | None = None
        while not self._stop.wait(IDLE):
            if self._busy():
                continue
            watch = watch or _attempt(_watch)  # type: ignore[assignment]
            if watch:
                _attempt(watch.look)
        connection.close()


def _watch() -> folder.Watch | None:
    folder.prepare()
    title = Title.objects.order_by("pk").first()
    return folder.Watch(title) if title else None


def print_stale(titles: Sequence[Title]) -> None:
    """Print stale pages of every paper for a while; what is left is remembered."""
    left = False
    for title in titles:
        run.catch_up(title, PRINTING / len(titles))
        left = left or run.stale.is_set()
    if left:
        run.stale.set()


def survey() -> None:
    """Let SQLite see how its tables have grown: without it the lists of a full wire desk are sorted anew for every page.

    Whole, and not from a sample: a sample takes one paper in a house of one for one of hundreds, and plans accordingly. A
    table at a time, so that nobody who writes waits longer than for one: half a second for all of 100,000 stories.
    PostgreSQL does so by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit=0")
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")


def _next() -> datetime | None:
    """The next second at which a story opens, closes or is to be published."""
    return min(filter(None, [actions.next_act(), actions.next_scheduled()]), default=None)


def _attempt(job: Callable[[], object]) -> object:
    try:
        connections.tidy()
        return job()
    except Exception:
        log.exception("%s failed; it will be tried again", getattr(job, "__qualname__", job))
        return None
