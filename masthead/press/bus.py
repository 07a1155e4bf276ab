"""How the processes that share a store hear of each other's pages: a file that grows by a line a change.

Each process looks at the file's size fifty times a second (a microsecond each) and forgets what changed elsewhere; the
disk has the new page already. No server, no library, and `masthead press` from a shell is heard in the same way.
"""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from masthead.press import locks
from masthead.press.store import Store

log = logging.getLogger("masthead.press")

LOOK = 0.02
"""Seconds between looks."""
LONGEST = 1_000_000
"""Bytes after which the file begins anew; whoever then has not read to its end forgets all pages."""
MARKED = "!"
"""Stands for a path when pages were marked as stale."""


class Bus:
    """The file of one store, as one process writes and reads it."""

    def __init__(self, store: Store) -> None:
        self.store, self.file = store, store.root / "changes"
        self.marked = threading.Event()
        """Set when another process marked pages as stale."""
        self._seen = _state(self.file)
        self._stop = threading.Event()

    def tell(self, *paths: str) -> None:
        """Say that the pages at `paths` are others now, or gone."""
        line = "".join(f"{os.getpid()} {path}\n" for path in paths).encode()
        try:
            with locks.held(self.store.root, "changes"):
                if _state(self.file)[1] > LONGEST:
                    self.file.unlink()
                handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
                try:
                    if os.write(handle, line) != len(line):
                        raise OSError("the disk took a part of the line only")
                finally:
                    os.close(handle)
        except OSError as error:
            # A full disk must not keep a withdrawn page in a neighbour's memory. A new date needs no room.
            log.error("The change of %s could not be written down: %s; all processes read their pages anew.", ", ".join(paths), error)
            os.utime(self.file)

    def look(self) -> int:
        """Forget what changed elsewhere since the last look; returns how many lines were read."""
        now, seen = _state(self.file), self._seen
        if now == seen:
            return 0
        self._seen = now
        if now[0] != seen[0] or now[1] <= seen[1]:
            self.store.forget_memory()
            self.marked.set()
            return 0
        with self.file.open("rb") as file:
            file.seek(seen[1])
            lines = file.read(now[1] - seen[1]).decode("utf-8", "replace").splitlines()
        me = str(os.getpid())
        for line in lines:
            who, _, path = line.partition(" ")
            if who == me:
                continue
            if path == MARKED:
                self.marked.set()
            else:
                self.store.drop(path)
        return len(lines)

    def follow(self) -> None:
        """Look again and again, in a thread of its own, until `stop`."""
        threading.Thread(target=self._follow, name="masthead-bus", daemon=True).start()

    def _follow(self) -> None:
        while not self._stop.wait(LOOK):
            try:
                self.look()
            except OSError as error:
                log.warning("The file of changes could not be read (%s); pages are read from the disk anew.", error)
                self.store.forget_memory()

    def stop(self) -> None:
        self._stop.set()


def _state(file: Path) -> tuple[int, int, int]:
    """The file's number, size and date; zeros when it is not there."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns
