"""The database connection of a thread that stays: one that answers requests, or works in the background.

Django's `close_old_connections` is made for requests. Opening the database anew for every look, ten times a second, was a
quarter of a processor on an idle paper.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from masthead.kit import clock


def tidy() -> None:
    """Let go of this thread's connection when something failed on it, when it is old, and when another file lies at the
    database's place, or none: nothing is to be written into one that was moved away. Call it between two tasks."""
    if connection.connection is None or connection.in_atomic_block:
        return
    old = connection.close_at is not None and clock.monotonic() > connection.close_at
    if old or connection.errors_occurred or getattr(connection, "masthead_file", None) != _file(connection):
        connection.close()


def _file(connection: BaseDatabaseWrapper) -> tuple[int, int] | None:
    """Which file lies at the database's place; None when there is none, and for databases that are no files."""
    if connection.vendor != "sqlite":
        return None
    try:
        found = Path(connection.settings_dict["NAME"]).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@receiver(connection_created)
def _note(connection: BaseDatabaseWrapper, **_: Any) -> None:
    connection.masthead_file = _file(connection)  # type: ignore[attr-defined]


class Watermark:
    """Whether anybody else wrote to the database since the last look, as SQLite counts it (`PRAGMA data_version`).

    A microsecond's question, where looking into the tables costs milliseconds. Other engines do not count: there the
    answer is always yes. So it is on a new connection, and when the question fails.
    """

    def __init__(self) -> None:
        self._seen: tuple[int, int] | None = None

    @property
    def counts(self) -> bool:
        """Whether the engine counts what is written."""
        return connection.vendor == "sqlite"

    def moved(self) -> bool:
        if not self.counts:
            return True
        try:
            with connection.cursor() as cursor:
                version = cursor.execute("PRAGMA data_version").fetchone()[0]
        except DatabaseError:
            self._seen = None
            return True
        seen, self._seen = self._seen, (id(connection.connection), version)
        return seen != self._seen
