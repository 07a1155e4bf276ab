"""Whether a paper is being served from a data folder: a lock that the system lets go when the process dies."""

from __future__ import annotations

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover  Windows
    fcntl = None  # type: ignore[assignment]

NAME = "serving.lock"


def say(data: Path) -> int:
    """Say that this process serves from `data`, until it ends or closes the handle that is returned."""
    handle = os.open(data / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return handle


def is_served(data: Path) -> bool:
    """Whether a process serves from `data` now."""
    if fcntl is None or not (data / NAME).exists():
        return False
    handle = os.open(data / NAME, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
