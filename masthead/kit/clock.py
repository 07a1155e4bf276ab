"""The one clock of the house, so that a test can move it and no room reads the time behind our back.

All times are aware UTC datetimes.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

_lock = threading.Lock()
_frozen: datetime | None = None


def now() -> datetime:
    """The current time, aware, in UTC."""
    return _frozen or datetime.now(UTC)


def monotonic() -> float:
    """Seconds on a clock that never jumps; only differences mean anything."""
    return time.monotonic()


@contextlib.contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Hold the clock at `at` (aware) for the length of a `with` block, in every thread of this process."""
    global _frozen
    if at.tzinfo is None:
        raise ValueError("The clock wants a time with a zone.")
    with _lock:
        before, _frozen = _frozen, at.astimezone(UTC)
    try:
        yield at
    finally:
        with _lock:
            _frozen = before


def advance(delta: timedelta) -> None:
    """Move a frozen clock on. Raises RuntimeError when the clock is running: real time is not ours to move."""
    global _frozen
    with _lock:
        if _frozen is None:
            raise RuntimeError("The clock is running; freeze it first.")
        _frozen += delta
