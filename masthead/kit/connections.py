"""The database connection of a thread that works in the background for as long as the house stands.

Django's `close_old_connections` is made for requests: here it would open the database anew for every look, ten times a
second, which on an idle paper was a quarter of a processor.
"""

from __future__ import annotations

from django.db import DatabaseError, connection

from masthead.kit import clock

AGE = 60.0
"""Seconds after which a connection is opened anew all the same: a database may have been moved, or its server restarted."""


def tidy() -> None:
    """Let go of this thread's connection when something failed on it, and when it is old. Call it between two tasks."""
    if connection.connection is None or connection.in_atomic_block:
        return
    # Django notes when a connection of a request may be closed; with its setting of 0 that is when it was opened.
    old = connection.close_at is not None and clock.monotonic() > connection.close_at + AGE
    if old or connection.errors_occurred:
        connection.close()


class Watermark:
    """Whether anybody else wrote to the database since the last look, as SQLite counts it (`PRAGMA data_version`).

    A microsecond's question, where looking into the tables costs milliseconds. Other engines do not count: there the
    answer is always yes. So it is on a new connection, and when the question fails.
    """

    def __init__(self) -> None:
        self._seen: tuple[int, int] | None = None

    def moved(self) -> bool:
        if connection.vendor != "sqlite":
            return True
        try:
            with connection.cursor() as cursor:
                version = cursor.execute("PRAGMA data_version").fetchone()[0]
        except DatabaseError:
            self._seen = None
            return True
        seen, self._seen = self._seen, (id(connection.connection), version)
        return seen != self._seen
