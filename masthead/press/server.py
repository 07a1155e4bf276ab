"""What readers talk to: printed pages from memory, everything else from the application behind.

A GET or HEAD for a page that is in memory and still true is answered here in a few microseconds, without
Django. Any other request is passed on unchanged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from masthead.kit import clock
from masthead.press import figures, streams
from masthead.press.answers import SECURITY_HEADERS, Asked, answer
from masthead.press.store import Entry, Store

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


_OWN_LIMITS = ("/newsroom/", "/wire/push/")
"""Addresses that bound what they take by themselves: staff, and agencies that push."""
LARGEST_BODY = 22_000_000
"""Bytes that a reader may send at once: the contact form's picture and its text."""


def too_much(scope: Scope) -> tuple[int, bytes] | None:
    """Why what a reader sends is not even listened to, as status and words: Django would keep all of it on disk first."""
    if scope["method"] in ("GET", "HEAD") or scope["path"].startswith(_OWN_LIMITS):
        return None
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:
        return 411, b"Please send it with its length. Nothing of it was kept."
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length[:20]) > LARGEST_BODY:
        return 413, b"It is too large; at most 20 MB are taken. Nothing of it was kept. Send a smaller file."
    return None


async def _say(send: Send, status: int, words: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(words)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
        *SECURITY_HEADERS,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})


class PressServer:
    """An ASGI application that stands before another."""

    def __init__(self, application: App, find_store: Callable[[str], Store | None]) -> None:
        self.application, self.find_store = application, find_store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refused := too_much(scope)):
            await _say(send, *refused)
            return
        store = self._store(scope)
        if (
            store
            and scope["path"].endswith(streams.SUFFIX)
            and (page := await asyncio.to_thread(streams.page_of, store, scope["path"]))
        ):
            await _stream(store, page, receive, send, (scope.get("client") or ("",))[0])
            return
        entry = await self._find(store, scope["path"]) if store else None
        if store is None or entry is None:
            await self.application(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if scope["method"] == "GET":
            figures.note(entry, headers)
        asked = Asked.of(headers)
        if not entry.has(asked.encoding):
            await asyncio.to_thread(store.recode, entry, asked.encoding)
        status, sent, body = answer(entry, asked, scope["method"])
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": body})

    def _store(self, scope: Scope) -> Store | None:
        """Where the answer may lie; None for what the application alone can answer."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or scope["query_string"]:
            return None
        return None if scope["path"].startswith("/newsroom/") else self.find_store(_host(scope))

    async def _find(self, store: Store, path: str) -> Entry | None:
        """The true page for a request; from memory at once, from disk in a thread."""
        entry = store.hot.get(path) or await asyncio.to_thread(store.get, path)
        return entry if entry is not None and entry.is_true(clock.now()) else None


async def _stream(store: Store, page: str, receive: Receive, send: Send, address: str) -> None:
    """Hold a line open until its reader leaves, or is too slow."""
    line = streams.Queued()
    if not streams.hub.join(store, page, line, address):
        await _say(send, 503, b"Too many listen at this moment; look again by hand.")
        return
    gone = asyncio.ensure_future(_left(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": streams.HEADERS})
        await send({"type": "http.response.body", "body": b"retry: 5000\n\n", "more_body": True})
        while not line.cut:
            next_ = asyncio.ensure_future(line.waiting.get())
            await asyncio.wait({gone, next_}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                next_.cancel()
                return
            await send({"type": "http.response.body", "body": next_.result(), "more_body": True})
    finally:
        gone.cancel()
        streams.hub.leave(store, page, line)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _host(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            return str(value.decode("latin-1"))
    return ""
