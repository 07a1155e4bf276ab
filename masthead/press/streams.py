"""Who reads a page right now and wants to hear when it is another: server-sent events (WHATWG HTML, 9.2) without a word in them.

An event says only “look again”; what there is to see is a printed fragment, the same for all, from memory. So five thousand
readers of a hot story cost a few bytes each, and nobody's data stands in a stream. Events go out at most ten times a second
a page, in slices, so that other readers are answered in between; who does not read what waits for them is cut off.
"""

from __future__ import annotations

import asyncio
import ipaddress
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from masthead.press.answers import SECURITY_HEADERS
from masthead.press.store import Store

SUFFIX = "comments/live"
EVENT = b"data: 1\n\n"
BEAT = b":\n\n"
"""A line that says nothing, so that networks in between keep the line open."""
EVERY = 0.1
BEAT_SECONDS = 25.0
A_SLICE = 500
MOST = 20_000
"""Readers that one process holds; further ones look again by themselves now and then."""
MOST_EACH = 100
"""Lines of one address: an office shares one. What comes through a server in front is that one's to limit."""
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"connection", b"close"),
    *SECURITY_HEADERS,
]
HEAD = b"HTTP/1.1 200 OK\r\n" + b"".join(b"%s: %s\r\n" % pair for pair in HEADERS) + b"\r\nretry: 5000\n\n"


class Listener(Protocol):
    """An open line."""

    def push(self, data: bytes) -> bool:
        """Send without waiting; False once the line is gone or its reader too slow."""


class Hub:
    """The open lines of one process, by page."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lines: dict[tuple[int, str], set[Listener]] = {}
        self._changed: set[tuple[int, str]] = set()
        self._lock = threading.Lock()
        self._watched: set[int] = set()
        self.count = 0
        self._from: Counter[str] = Counter()
        self._whose: dict[Listener, str] = {}

    def join(self, store: Store, path: str, line: Listener, address: str = "") -> bool:
        """Hold a line open for the page at `path`; False when there are too many, or from `address`. Called in the loop."""
        address = address if is_outside(address) else ""
        if self.count >= MOST or (address and self._from[address] >= MOST_EACH):
            return False
        if address:
            self._from[address] += 1
            self._whose[line] = address
        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.get_running_loop()
            self._loop.call_later(BEAT_SECONDS, self._beat)
        if id(store) not in self._watched:
            self._watched.add(id(store))
            store.changed.append(lambda changed: self.tell(store, changed))
        self._lines.setdefault((id(store), path), set()).add(line)
        self.count += 1
        return True

    def leave(self, store: Store, path: str, line: Listener) -> None:
        """A line was closed."""
        self._drop((id(store), path), [line])

    def _drop(self, key: tuple[int, str], lines: Iterable[Listener]) -> None:
        held = self._lines.get(key)
        for line in lines:
            if held and line in held:
                held.discard(line)
                self.count -= 1
                if address := self._whose.pop(line, ""):
                    self._from[address] -= 1
                    if not self._from[address]:
                        del self._from[address]
        if held is not None and not held:
            del self._lines[key]

    def tell(self, store: Store, path: str) -> None:
        """The page at `path` is another now, or gone. Called by any thread."""
        key = (id(store), path)
        if key not in self._lines or self._loop is None:
            return
        with self._lock:
            fresh = key not in self._changed
            self._changed.add(key)
        if fresh:
            try:
                self._loop.call_soon_threadsafe(self._loop.call_later, EVERY, self._send, key)
            except RuntimeError:  # The loop was closed: nobody listens any more.
                return

    def _send(self, key: tuple[int, str]) -> None:
        with self._lock:
            self._changed.discard(key)
        self._push(key, EVENT, list(self._lines.get(key, ())), 0)

    def _push(self, key: tuple[int, str], data: bytes, lines: list[Listener], begin: int) -> None:
        end = begin + A_SLICE
        if gone := [line for line in lines[begin:end] if not line.push(data)]:
            self._drop(key, gone)
        if end < len(lines) and self._loop:
            self._loop.call_soon(self._push, key, data, lines, end)

    def _beat(self) -> None:
        for key in list(self._lines):
            self._push(key, BEAT, list(self._lines[key]), 0)
        if self._loop:
            self._loop.call_later(BEAT_SECONDS, self._beat)


hub = Hub()
"""The one of this process."""


def is_outside(address: str) -> bool:
    """Whether it is a reader's own address, and not that of a server in front of the paper."""
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def page_of(store: Store | None, path: str) -> str:
    """The page that a stream at `path` is about; empty when there is no such page for readers."""
    if store is None or not path.endswith("/" + SUFFIX):
        return ""
    page = path[: -len(SUFFIX)]
    entry = store.hot.get(page) or store.get(page)
    return page if entry is not None and entry.status == 200 else ""


class Queued:
    """A line through ASGI: what is pushed waits in a short queue."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[bytes] = asyncio.Queue(4)
        self.cut = False

    def push(self, data: bytes) -> bool:
        try:
            self.waiting.put_nowait(data)
        except asyncio.QueueFull:
            self.cut = True
        return not self.cut
