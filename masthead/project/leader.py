"""Who does the background work: one process, however many stand ready, on however many machines.

On PostgreSQL the leader holds an advisory lock by a connection of its own; on SQLite, a lock on a file in the data folder.
Both are let go when the process dies. A leader who cannot prove any more that the lock is held stops working and stands
again: for a second two may work, which does no harm, because what is worked off is claimed row by row or safe to repeat.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from typing import Any, Protocol

from django.conf import settings
from django.db import connection

from masthead.kit import clock

try:
    import fcntl
except ImportError:  # pragma: no cover  Windows: one process
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("masthead.leader")

KEY = 0x6D617374
"""The advisory lock's number: “mast”. Papers that share a server have databases of their own."""
LOOK = 0.5
"""Seconds between two looks: how long a dead leader's work lies at the most, and how long a lost lock goes unseen."""


class Office(Protocol):
    """What can be held by one process only."""

    def win(self) -> bool: ...

    def holds(self) -> bool: ...

    def leave(self) -> None: ...


class Advisory:
    """The office on PostgreSQL: a lock that lives as long as its connection."""

    def __init__(self) -> None:
        self._own: Any = None

    def win(self) -> bool:
        """Take the office if it is free. Raises DatabaseError while the database is away."""
        self.leave()
        own = connection.copy()
        own.inc_thread_sharing()
        try:
            with own.cursor() as cursor:
                # A server that vanished without a word is noticed in seconds, not in hours.
                cursor.execute("SET tcp_user_timeout = 5000")
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [KEY])
                won = bool(cursor.fetchone()[0])
        except BaseException:
            own.close()
            raise
        if won:
            self._own = own
        else:
            own.close()
        return won

    def holds(self) -> bool:
        """Whether the connection with the lock lives."""
        try:
            with self._own.cursor() as cursor:
                cursor.execute("SELECT 1")
            return True
        except Exception:
            return False

    def leave(self) -> None:
        if self._own is not None:
            own, self._own = self._own, None
            try:
                own.close()
            except Exception:
                log.debug("The leader's connection was gone already.")


class Flag:
    """The office on one machine: a lock on a file, which the system lets go when the process dies."""

    def __init__(self) -> None:
        self._handle = -1

    def win(self) -> bool:
        """Take the office if it is free."""
        if fcntl is None:
            return True
        handle = os.open(settings.DATA / "leader.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def holds(self) -> bool:
        return True

    def leave(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def office() -> Office:
    """The office of the database in use."""
    return Advisory() if connection.vendor == "postgresql" else Flag()


class Standing:
    """Stands for the office in a thread of its own; `begin` and `end` are called when it is won and lost.

    `begin` may raise: the office is left then, and somebody else may try.
    """

    def __init__(self, begin: Callable[[], None], end: Callable[[], None]) -> None:
        self._begin, self._end, self._office = begin, end, office()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._stand, name="masthead-leader", daemon=True)
        self.leads = threading.Event()
        self._told = 0.0

    def start(self) -> None:
        """Stand; the first try is made before this returns."""
        self._try()
        self._thread.start()

    def stop(self) -> None:
        """Leave the office, if it is held, with the work in hand done."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=15)
        if self.leads.is_set():
            self._lose()

    def _stand(self) -> None:
        while not self._stop.wait(LOOK):
            if not self.leads.is_set():
                self._try()
            elif not self._office.holds():
                log.warning("The lock on the background work was lost; this process stands for it again.")
                self._lose()

    def _try(self) -> None:
        try:
            if not self._office.win():
                return
            self._begin()
            self.leads.set()
        except Exception as error:
            self._office.leave()
            if clock.monotonic() - self._told > 10:
                self._told = clock.monotonic()
                log.warning("The background work cannot begin yet: %s", error)
        finally:
            connection.close()

    def _lose(self) -> None:
        self.leads.clear()
        try:
            self._end()
        finally:
            self._office.leave()
