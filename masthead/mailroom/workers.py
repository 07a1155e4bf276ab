"""Which postman has a letter in hand, and whether he still lives. The system lets go of a dead one's lock."""

from __future__ import annotations

import os
import platform
import uuid
from datetime import timedelta
from pathlib import Path

from masthead.kit import clock
from masthead.mailroom import setting
from masthead.mailroom.letter import Kind
from masthead.mailroom.models import Outgoing

try:
    import fcntl
except ImportError:  # pragma: no cover  Windows: one process
    fcntl = None  # type: ignore[assignment]

LEASE = timedelta(minutes=15)
"""After which a letter in the hands of another machine's postman counts as lost: longer than any talk with a server."""
CRASHED = "The paper stopped at the very moment it was handed over: it may have gone out or not."


def _folder() -> Path:
    return setting.folder() / "workers"


class Badge:
    """A postman's name, and the lock that shows he lives."""

    def __init__(self) -> None:
        self.name = f"{platform.node()[:40]}/{uuid.uuid4().hex[:16]}"
        _folder().mkdir(parents=True, exist_ok=True)
        self._path = _path_of(self.name)
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if fcntl is not None:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def give_back(self) -> None:
        """He goes home."""
        self._path.unlink(missing_ok=True)
        os.close(self._handle)


def _path_of(name: str) -> Path:
    return _folder() / name.rpartition("/")[2]


def _lives(name: str, here: str) -> bool:
    """Whether the postman lives. Of another machine's we only know how long he has been silent."""
    if name.rpartition("/")[0] != here or fcntl is None:
        return True
    try:
        handle = os.open(_path_of(name), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    _path_of(name).unlink(missing_ok=True)
    return False


def recover(own: str = "") -> int:
    """What dead postmen had in hand: sign-in mail goes out again, of everything else nobody knows. Returns how many."""
    in_hand = Outgoing.objects.filter(state="handed over").exclude(worker=own)
    here, over, found = platform.node()[:40], clock.now() - LEASE, 0
    for name in in_hand.values_list("worker", flat=True).distinct():
        rows = in_hand.filter(worker=name)
        if _lives(name, here):
            rows = rows.filter(handed_at__lt=over)
        found += rows.filter(kind=Kind.SIGN_IN.value).update(state="queued", due_at=clock.now())
        found += rows.exclude(kind=Kind.SIGN_IN.value).update(state="unsure", said=CRASHED, done_at=clock.now())
    return found
