"""The fast lane: uvicorn's protocol, with printed pages answered before its parser is asked.

A request takes the fast lane only when one segment holds exactly one complete, plain GET or HEAD of a page that is in
memory. Anything else (split, pipelined, with a body, a query, a Range, a strange header) goes to uvicorn's own
parser, untouched, and through the ASGI application, which knows the same pages. So the two can never disagree about
where a request ends, which is what request smuggling lives on (RFC 9112, section 11.2).

uvicorn has no limit on how long a request may take to arrive and none on what a reader may leave unread; `Warden`
adds both.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from masthead.kit import clock
from masthead.press import figures, streams
from masthead.press.answers import accepted, body_headers, shared_headers, unchanged
from masthead.press.store import Entry, Store

FindStore = Callable[[str], Store | None]

LONGEST = 8_192
"""Bytes of a request that the fast lane looks at."""
HEADER_SECONDS = 10.0
"""A request that is not whole by then is given up."""
IDLE_SECONDS = 20.0
"""A connection on which nothing happens is closed."""
STUCK_SECONDS = 30.0
"""A reader that takes nothing of what waits for it is cut off."""
ROUND_SECONDS = 2.0
MOST_UNSAID = 2_048
"""Bytes of events that may wait for one who listens."""
MOST_UNREAD = 262_144
"""Bytes that may wait for one reader; above them the connection is not read."""

_REQUEST = re.compile(
    rb"(GET|HEAD) (/[A-Za-z0-9/_.~-]*) HTTP/1\.1((?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\x20-\x7e\t]*)+)\r\n\r\n"
)
"""One whole request with nothing unusual in it. Every part ends where the next begins, so matching never tries twice."""
_NOT_PLAIN = re.compile(
    rb"\r\n(?:content-length|transfer-encoding|upgrade|expect|range|if-range|if-match|if-unmodified-since"
    rb"|trailer|te|http2-settings|authorization|connection:[ \t]*+(?!keep-alive(?:\r\n|\Z))):?"
)
"""Headers (in lower case) that leave the request to uvicorn's parser and the application."""
_HOST = re.compile(rb"\r\nhost:[ \t]*([^\r]*)")
_ACCEPT_ENCODING = re.compile(rb"\r\naccept-encoding:[ \t]*([^\r]*)")
_NONE_MATCH = re.compile(rb"\r\nif-none-match:[ \t]*([^\r]*)", re.IGNORECASE)
_AGENT = re.compile(rb"\r\nuser-agent:[ \t]*([^\r]*)")
_REFERRER = re.compile(rb"\r\nreferer:[ \t]*([^\r]*)")
_SINCE = re.compile(rb"\r\nif-modified-since:[ \t]*([^\r]*)", re.IGNORECASE)
_ENCODINGS: dict[bytes, str] = {}
_KEPT_ENCODINGS = 500


def head_of(entry: Entry, encoding: str) -> tuple[bytes, bytes, bytes]:
    """Status line with headers for 200 and for 304, without the date and the empty line, and the body."""
    return entry.lines(encoding, _lines)


def _lines(entry: Entry, encoding: str) -> tuple[bytes, bytes, bytes]:
    body = entry.bodies[encoding]
    shared, own = _block(shared_headers(entry, encoding)), _block(body_headers(entry, encoding, body))
    return b"HTTP/1.1 200 OK\r\n" + shared + own, b"HTTP/1.1 304 Not Modified\r\n" + shared, body


def _block(headers: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b"%s: %s\r\n" % pair for pair in headers)


def _value(header: re.Pattern[bytes], headers: bytes) -> bytes | None:
    """The value of the last such header, as a dict of all headers would hold it."""
    found = header.findall(headers)
    return found[-1] if found else None


def _encoding(header: bytes) -> str:
    known = _ENCODINGS.get(header)
    if known is None:
        known = accepted(header)
        if len(_ENCODINGS) < _KEPT_ENCODINGS:
            _ENCODINGS[header] = known
    return known


def _count(path: str, lower: bytes) -> None:
    """One read for the desk's figures, unless a browser fetches ahead."""
    if b"prefetch" in lower:
        return
    agent, referrer = _AGENT.search(lower), _REFERRER.search(lower) if b"\r\nreferer:" in lower else None
    figures.counter.note(path, agent[1] if agent else b"", referrer[1] if referrer else b"")


class PressProtocol(HttpToolsProtocol):
    """One connection. `find_store` is set by `protocol_for`."""

    find_store: FindStore

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving_since = 0.0
        """When the message that is still incomplete began, in the loop's time; 0 between messages."""
        self.last_sign = self.loop.time()
        self.unread_since = 0.0
        self._held = b""
        self._stream: tuple[Store, str] | None = None
        """The page whose changes this connection hears of; it asks for nothing else any more."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=MOST_UNREAD)

    def data_received(self, data: bytes) -> None:
        if self._stream:
            self.transport.abort()
            return
        if self._between_messages() and self._answered(data):
            return
        self.last_sign = self.loop.time()
        if not self.arriving_since:
            self.arriving_since = self.last_sign
        super().data_received(data)

    def _between_messages(self) -> bool:
        return not self.arriving_since and (self.cycle is None or self.cycle.response_complete) and not self.pipeline

    def _answered(self, data: bytes) -> bool:
        """Answer `data` from memory; False when it is not for the fast lane."""
        if len(data) > LONGEST:
            return False
        match = _REQUEST.fullmatch(data)
        if match is None:
            return False
        method, target, headers = match.groups()
        lower = headers.lower()
        hosts = _HOST.findall(lower)
        if _NOT_PLAIN.search(lower) is not None or len(hosts) != 1:
            return False
        store = type(self).find_store(hosts[0].decode("latin-1"))
        if store and method == b"GET" and target.endswith(b"/comments/live"):
            return self._listens(store, target.decode("ascii"))
        entry = store.hot.get(target.decode("ascii")) if store else None
        if entry is None or entry.status != 200 or not (entry.always_true or entry.is_true(clock.now())):
            return False
        wanted = _ACCEPT_ENCODING.findall(lower)
        encoding = _encoding(wanted[-1]) if wanted else "identity"
        if not entry.compressible:
            encoding = "identity"
        elif encoding not in entry.bodies:
            return False  # The application makes it, for all who ask next.
        full, same, body = head_of(entry, encoding)
        if method == b"GET" and entry.is_page:
            _count(entry.path, lower)
        if b"\r\nif-" in lower and unchanged(entry, _value(_NONE_MATCH, headers), _value(_SINCE, headers)):
            self._send(same, b"")
        else:
            self._send(full, b"" if method == b"HEAD" else body)
        return True

    def _listens(self, store: Store, target: str) -> bool:
        """Hold this connection open for changes of a page; False where there is none, or too many listen."""
        page = streams.page_of(store, target)
        if not page or not streams.hub.join(store, page, self, self.client[0] if self.client else ""):
            return False
        self._stream = (store, page)
        self._unset_keepalive_if_required()
        self.transport.set_write_buffer_limits(high=MOST_UNSAID)
        self.transport.write(streams.HEAD)
        return True

    def push(self, data: bytes) -> bool:
        """Send to a reader who listens; whoever does not read what came before is cut off."""
        if self.transport.is_closing():
            return False
        if self.transport.get_write_buffer_size() > MOST_UNSAID:
            self.transport.abort()
            return False
        self.transport.write(data)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if self._stream:
            streams.hub.leave(*self._stream, self)
            self._stream = None
        super().connection_lost(exc)

    def _send(self, head: bytes, body: bytes) -> None:
        self._unset_keepalive_if_required()
        self.last_sign = self.loop.time()
        date = b"".join(b"%s: %s\r\n" % pair for pair in self.server_state.default_headers)
        self.transport.write(b"".join((head, date, b"\r\n", body)))
        self.server_state.total_requests += 1

    # A reader that asks and asks and never reads must not fill our memory: while its buffer is full we do not listen.

    def pause_writing(self) -> None:
        super().pause_writing()
        self.unread_since = self.loop.time()
        self.flow.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.unread_since = 0.0
        self.flow.resume_reading()

    def on_message_complete(self) -> None:
        self.arriving_since = 0.0
        self.last_sign = self.loop.time()
        super().on_message_complete()

    def on_message_begin(self) -> None:
        self.arriving_since = self.arriving_since or self.loop.time()
        super().on_message_begin()

    def overdue(self, now: float) -> bool:
        """Whether this connection has used up its time."""
        if self.transport is None or self.transport.is_closing() or self._stream:
            return False
        if self.unread_since and now - self.unread_since > STUCK_SECONDS:
            return True
        if self.cycle is not None and not self.cycle.response_complete:
            # The application is at work, or a body is on its way, which the application limits.
            return bool(self.arriving_since) and now - self.last_sign > STUCK_SECONDS
        if self.arriving_since:
            return now - self.arriving_since > HEADER_SECONDS
        return now - self.last_sign > IDLE_SECONDS

    def give_up(self) -> None:
        """Close without waiting for a reader that may never read."""
        self.transport.abort()


class Warden:
    """Walks through all connections now and then and closes those that are overdue: one timer instead of one each."""

    def __init__(self, connections: set[Any]) -> None:
        self.connections = connections

    async def watch(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            now = loop.time()
            for one in [c for c in self.connections if isinstance(c, PressProtocol) and c.overdue(now)]:
                one.give_up()


def protocol_for(find_store: FindStore) -> type[PressProtocol]:
    """The protocol class for a server whose pages `find_store` finds by host."""
    return type("PressProtocol", (PressProtocol,), {"find_store": staticmethod(find_store)})
