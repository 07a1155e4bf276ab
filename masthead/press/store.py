"""The page store: every printed page, ready compressed, on disk and (the warm ones) in memory.

A file is a line of JSON, then the body: brotli for what compresses, as it is for what does not. Other encodings are
made when somebody first asks for them, and live in memory only. A file is written whole or not at all; its name is a
digest of the path, so no request can name a file of its own choosing.

Several processes may share a store. Each has its own memory; `heard` is called with every path that changes here, and
`drop` forgets what changed elsewhere (`press.bus`).
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from masthead.kit import clock, files
from masthead.press.entries import (
    ASK_AGAIN,
    FOREVER,
    PUBLIC_CSP,
    Entry,
    Printed,
    make_entry,
    pack,
    recoded,
    unpack,
)

__all__ = ["ASK_AGAIN", "FOREVER", "PUBLIC_CSP", "Entry", "NotKept", "Printed", "Store", "make_entry"]

log = logging.getLogger("masthead.press")

SUFFIX = ".page"
SPARED = 50
"""Pages that are passed over at a time when room is made."""


def _same(old: Entry, new: Entry) -> bool:
    if old.valid_from and old.valid_from > clock.now():
        return False
    return (old.etag, old.status, old.valid_until, old.shut_at, old.csp) == (new.etag, new.status, new.valid_until, new.shut_at, new.csp)


class NotKept(OSError):
    """The disk did not take a page: it is full, or broken. `entry` is the page; this process holds it in memory."""

    def __init__(self, entry: Entry, error: OSError) -> None:
        super().__init__(error.errno, f"{entry.path} could not be kept on the disk: {error.strerror or error}")
        self.entry = entry


class Store:
    """The pages of one title below `root`, with at most `memory` bytes of them held in memory."""

    def __init__(self, root: Path, memory: int) -> None:
        self.root, self.limit = root, memory
        self._held: OrderedDict[str, Entry] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._bytes = self._changes = 0
        self._lock = threading.Lock()
        self.hot: dict[str, Entry] = {}
        """Read without a lock by the server; always a subset of what is held."""
        self.heard: list[Callable[..., None]] = []
        """Called with the paths of pages that are others, or gone: after the disk has them."""
        self.warned: list[Callable[[str], None]] = []
        """Called before that: what must not be forgotten if we are killed in between."""
        self.changed: list[Callable[[str], None]] = []
        """Called with a path when its page is another, or gone, wherever that was done: for who reads it at this moment."""

    def file_of(self, path: str) -> Path:
        digest = hashlib.sha256(path.encode()).hexdigest()
        return self.root / digest[:2] / (digest[2:34] + SUFFIX)

    def put(self, printed: Printed) -> Entry:
        """Keep a page, on disk first: what memory says, the disk can say again. An equal page is not rewritten.

        Raises NotKept when the disk does not take it. Then nobody gets the page before it any more.
        """
        entries, refused = self.put_many([printed])
        if refused:
            raise refused[0]
        return entries[0]

    def put_many(self, printed: Sequence[Printed]) -> tuple[list[Entry], list[NotKept]]:
        """`put` for each page, waiting for the disk once for all of them; the pages, and which of them it did not take."""
        entries = [self._prepared(one) for one in printed]
        fresh = [entry for entry, is_new in entries if is_new]
        for entry in fresh:
            for warn in self.warned:
                warn(entry.path)
        failed = self._write(fresh)
        refused = []
        for entry, _ in entries:
            if failed and (error := failed.get(self.file_of(entry.path))):
                self.file_of(entry.path).unlink(missing_ok=True)  # That takes no room.
                refused.append(NotKept(entry, error))
            self._hold(entry)
        self._tell(*(entry.path for entry in fresh))
        return [entry for entry, _ in entries], refused

    def _prepared(self, printed: Printed) -> tuple[Entry, bool]:
        """The page as it will be kept; and whether it is another than the one that is."""
        entry = make_entry(printed)
        # The disk is asked, not the memory: another process may have printed since.
        old = self._read(printed.path)
        if old and _same(old, entry):
            return old, False
        if old and old.last_modified == entry.last_modified:
            # Two pages in one second: a date would not tell them apart, so this one has none (RFC 9110, 8.8.2.2).
            entry = replace(entry, last_modified="", made={})
        return entry, True

    def _write(self, entries: Sequence[Entry]) -> dict[Path, OSError]:
        if len(entries) != 1:
            return files.write_many([(self.file_of(entry.path), pack(entry)) for entry in entries])
        file = self.file_of(entries[0].path)
        try:
            files.write_whole(file, pack(entries[0]))
        except OSError as error:
            return {file: error}
        return {}

    def get(self, path: str) -> Entry | None:
        """The page at `path`, from memory or disk, true or not; None when it was never printed."""
        entry = self._held.get(path)
        if entry is not None:
            return entry
        # A change that comes between reading the disk and remembering it must win, or a page that was just
        # withdrawn would live on in memory.
        seen = self._changes
        entry = self._read(path)
        if entry is not None:
            self._hold(entry, unless_changed_since=seen)
        return entry

    def on_disk(self, path: str) -> Entry | None:
        """The page at `path` as the disk has it, whatever memory says."""
        return self._read(path)

    def _read(self, path: str) -> Entry | None:
        try:
            entry = unpack(self.file_of(path).read_bytes())
        except FileNotFoundError:
            return None
        except (ValueError, KeyError):
            # Not as we wrote it (a damaged disk): as if it were not there, and it is printed again.
            log.error("The printed page %s was damaged on the disk; it will be printed again.", path)
            return None
        return entry if entry.path == path else None

    def recode(self, entry: Entry, encoding: str) -> None:
        """Make the body of a held page in another encoding, for those who will ask next."""
        if entry.has(encoding):
            return
        body = recoded(entry, encoding)
        with self._lock:
            if self._held.get(entry.path) is entry:
                entry.bodies[encoding] = body
                self._bytes += len(body)
                self._sizes[entry.path] += len(body)
                self._make_room()

    def stand_in(self, path: str, now: datetime, seconds: float) -> Entry | None:
        """The page at `path` as it was printed last, if it may stand while no other can be made. Memory gives it to all who
        ask in the next `seconds`, so that not everybody waits for what is away."""
        entry = self.get(path)
        if entry is None or not entry.may_stand(now):
            return None
        if not entry.is_true(now):
            until = now + timedelta(seconds=seconds)
            entry = replace(entry, valid_until=min(until, entry.shut_at) if entry.shut_at else until, made={})
            self._hold(entry)
        return entry

    def remove(self, path: str) -> None:
        """Forget a page, on disk and in memory: from then on no reader gets it."""
        was_there = self.file_of(path).exists()
        for warn in self.warned if was_there else ():
            warn(path)
        self.file_of(path).unlink(missing_ok=True)
        self.drop(path)
        if was_there:
            self._tell(path)

    def drop(self, path: str) -> None:
        """Forget what memory holds of a page: the disk has something newer."""
        with self._lock:
            self._changes += 1
            self._let_go(path)
        for tell in self.changed:
            tell(path)

    def forget_memory(self) -> None:
        """Empty the memory; the disk keeps everything."""
        with self._lock:
            self._changes += 1
            for path in list(self._held):
                self._let_go(path)

    def _tell(self, *paths: str) -> None:
        for hear in self.heard if paths else ():
            hear(*paths)
        for path in paths:
            for tell in self.changed:
                tell(path)

    def _hold(self, entry: Entry, unless_changed_since: int | None = None) -> None:
        with self._lock:
            if unless_changed_since is None:
                self._changes += 1
            elif unless_changed_since != self._changes:
                return
            self._let_go(entry.path)
            self._held[entry.path] = self.hot[entry.path] = entry
            self._sizes[entry.path] = entry.size
            self._bytes += entry.size
            self._make_room()

    def _make_room(self) -> None:
        """Let the longest held go; one that was asked for since the last look (its lines were made) gets a second
        chance, so that a crawler in the archive does not push out what everybody reads."""
        spared = 0
        while self._bytes > self.limit and len(self._held) > 1:
            path, entry = next(iter(self._held.items()))
            if entry.made and spared < SPARED:
                entry.made.clear()
                self._held.move_to_end(path)
                spared += 1
            else:
                self._let_go(path)

    def _let_go(self, path: str) -> None:
        self.hot.pop(path, None)
        if self._held.pop(path, None):
            self._bytes -= self._sizes.pop(path)

    @contextmanager
    def holding_nothing(self) -> Iterator[None]:
        """While it lasts, memory keeps hardly a page: for who prints a whole paper and hands out none of it."""
        limit, self.limit = self.limit, 0
        try:
            yield
        finally:
            self.limit = limit

    def everything(self) -> Iterator[Entry]:
        """Every page on disk, for tests, exports and the doctor."""
        for file in sorted(self.root.glob(f"*/*{SUFFIX}")):
            yield unpack(file.read_bytes())

    def sweep(self) -> int:
        """Remove what a killed process left half-written; returns how many files."""
        parts = list(self.root.glob("*/.part-*"))
        for part in parts:
            part.unlink(missing_ok=True)
        return len(parts)
