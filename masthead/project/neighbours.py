"""Several server processes on one listening socket: the first one also does the background work.

A neighbour that dies is started again; one whose first process died ends by itself.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable

log = logging.getLogger("masthead.server")

SHARED = "MASTHEAD_SHARED_SOCKET"
"""The number of the socket that a neighbour was born with, and of the process that started it: “5 1234”."""
PAUSE = 1.0
"""Seconds before a dead neighbour is started again."""


class Neighbours:
    """`count` further processes that serve from the socket `handle`."""

    def __init__(self, count: int, handle: int) -> None:
        self.count, self.handle = count, handle
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._keep, name=f"masthead-neighbour-{n}") for n in range(count)]
        self._running: set[subprocess.Popen[bytes]] = set()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def _keep(self) -> None:
        command = [sys.executable, "-m", "masthead.project.cli", "run"]
        env = {**os.environ, SHARED: f"{self.handle} {os.getpid()}"}
        while not self._ending.is_set():
            one = subprocess.Popen(command, env=env, pass_fds=[self.handle])  # noqa: S603  our own command
            self._running.add(one)
            if self._ending.is_set():
                one.terminate()
            status = one.wait()
            self._running.discard(one)
            if not self._ending.is_set():
                log.error("A server process ended with %s; another is started.", status)
                self._ending.wait(PAUSE)

    def ask_to_end(self) -> None:
        """Tell all to end; they answer first what they have begun."""
        self._ending.set()
        for one in list(self._running):
            one.terminate()

    def stop(self) -> None:
        """Ask all to end and wait for them."""
        self.ask_to_end()
        for thread in self._threads:
            thread.join(timeout=15)


def end_with_parent(parent: int, end: Callable[[], None]) -> None:
    """Have `end` called when the process that started this one is no more."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        end()

    threading.Thread(target=watch, name="masthead-parent", daemon=True).start()
