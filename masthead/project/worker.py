"""The background worker inside the one process: the folder, the clock, the diary, late pictures."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections, connection

from masthead.kit import clock
from masthead.press import figures, run
from masthead.stories import actions, diary, tips
from masthead.titles.models import Title
from masthead.wire import folder, pictures_in
from masthead.wire.arrivals import poll

log = logging.getLogger("masthead.worker")

IDLE = 0.25
"""Seconds between looks when nothing rings."""
ASKING = 2.0
"""Seconds between looks for sources that are due to be asked."""
RESTLESS = 0.05
"""Seconds between looks while a file is still settling in the folder."""


class Worker:
    """Works until told to stop. A round that fails is logged, and the next one starts anew."""

    def __init__(self, title: Title) -> None:
        self.watch = folder.Watch(title)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name="masthead-worker", daemon=True)
        # A slow address on the network must not keep the folder or a kill waiting.
        self._asking = threading.Thread(target=self.ask, name="masthead-sources", daemon=True)

    def start(self) -> None:
        folder.prepare()
        self._thread.start()
        self._asking.start()

    def stop(self) -> None:
        """Ask the worker to end and wait for the round in hand."""
        self._stop.set()
        diary.bell.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def run(self) -> None:
        while not self._stop.is_set():
            diary.bell.clear()
            self.round()
            diary.bell.wait(self._pause())
        connection.close()

    def ask(self) -> None:
        """Ask the sources that are due, one after the other, beside everything else."""
        while not self._stop.wait(ASKING):
            if _attempt(poll.work_off):
                diary.bell.set()
        connection.close()

    def round(self) -> None:
        """One look at everything that may be waiting."""
        for job in (self.watch.look, actions.release_due, diary.work_off, pictures_in.work_off, diary.work_off, tips.forget_due):
            _attempt(job)
        _attempt(lambda: figures.work_off(self.watch.title))
        if run.stale.is_set() or _attempt(lambda: run.over(self.watch.title)):
            _attempt(lambda: run.catch_up(self.watch.title))

    def _pause(self) -> float:
        if self.watch.restless():
            return RESTLESS
        try:
            soon = actions.next_act()
        except Exception:
            return IDLE
        return min(IDLE, max(0.0, (soon - clock.now()).total_seconds())) if soon else IDLE


def _attempt(job: Callable[[], object]) -> object:
    try:
        close_old_connections()
        return job()
    except Exception:
        log.exception("%s failed; it will be tried again", getattr(job, "__qualname__", job))
        return None
