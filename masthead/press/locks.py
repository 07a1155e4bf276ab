"""Who may print what, across threads and processes: locks on files, which the system lets go when a process dies.

Two things must never happen: two printings of one page at once, of which the older might land last; and a page whose
printing began before a change, and ends after the pages that show the change were looked up: nobody would know that
it is wrong. So each printing holds the lock of its page, and shares a second one that `settle` waits to have alone.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover  Windows: one process, and the server's one thread for Django
    fcntl = None  # type: ignore[assignment]

STRIPES = 256


@contextmanager
def held(root: Path, name: str, shared: bool = False) -> Iterator[None]:
    """Hold the lock `name`; waits as long as it must. A thread must not take the same one twice."""
    file = f"{root}/locks/{name}"
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except FileNotFoundError:
        (root / "locks").mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def printing(root: Path, what: str) -> Iterator[None]:
    """While it lasts, nobody else prints `what` (a path) into the store at `root`."""
    with held(root, f"page-{_stripe(what)}"), _sharing(root):
        yield


@contextmanager
def printing_all(root: Path, paths: Iterable[str]) -> Iterator[None]:
    """While it lasts, nobody else prints any of `paths`. A change waits for it, so it must not last long."""
    with ExitStack() as stack:
        # In one order for everybody, or two might wait for each other.
        for stripe in sorted({_stripe(path) for path in paths}):
            stack.enter_context(held(root, f"page-{stripe}"))
        stack.enter_context(_sharing(root))
        yield


def _stripe(what: str) -> int:
    return int.from_bytes(hashlib.blake2b(what.encode(), digest_size=2).digest()) % STRIPES


@contextmanager
def _sharing(root: Path) -> Iterator[None]:
    # The turnstile keeps those who print, one after the other without a pause, from shutting out `settle` for ever.
    folder_lock = held(root, "presses", shared=True)
    with held(root, "turnstile"):
        folder_lock.__enter__()
    try:
        yield
    finally:
        folder_lock.__exit__(None, None, None)


def settle(root: Path) -> None:
    """Wait until every printing that is under way has ended. Never call it while printing or inside a transaction:
    a printing may be waiting for the database."""
    with held(root, "turnstile"), held(root, "presses"):
        pass
