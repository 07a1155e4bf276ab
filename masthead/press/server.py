"""What readers talk to: printed pages from memory, everything else from the application behind.

A GET or HEAD for a page that is in memory and still true is answered here in a few microseconds, without
Django. Any other request is passed on unchanged. RFC 9110 for validators and negotiation.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from masthead.kit import clock
from masthead.press import figures
from masthead.press.store import PUBLIC_CSP, Entry, Store

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SECURITY_HEADERS = [
    (b"content-security-policy", PUBLIC_CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


def accepted(header: bytes) -> str:
    """The best of br, gzip and identity that an Accept-Encoding header allows (q=0 forbids)."""
    if not header:
        return "identity"
    allowed = {}
    for part in header.decode("latin-1").split(","):
        name, _, rest = part.strip().partition(";")
        allowed[name.strip().lower()] = not _is_zero(rest)
    for name in ("br", "gzip"):
        if allowed.get(name, allowed.get("*", False)):
            return name
    return "identity"


def _is_zero(parameters: str) -> bool:
    name, _, value = parameters.strip().partition("=")
    try:
        return name.strip() == "q" and float(value) == 0.0
    except ValueError:
        return False


def matches(header: bytes, etag: str) -> bool:
    """Whether an If-None-Match header names `etag` in any encoding (weak comparison)."""
    if header.strip() == b"*":
        return True
    tags = (t.strip().removeprefix("W/").strip('"') for t in header.decode("latin-1").split(","))
    return any(t == etag or t.rpartition("-")[0] == etag for t in tags)


def answer(entry: Entry, encoding: str, none_match: bytes | None) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body for one request."""
    encoding, body = _body(entry, encoding)
    tag = f'"{entry.etag}-{encoding}"'.encode()
    headers = [
        (b"etag", tag),
        (b"cache-control", entry.cache_control.encode()),
        (b"vary", b"Accept-Encoding"),
        (b"last-modified", entry.last_modified.encode()),
        *SECURITY_HEADERS,
    ]
    if none_match and entry.status == 200 and matches(none_match, entry.etag):
        return 304, headers, b""
    headers += [(b"content-type", entry.content_type.encode()), (b"content-length", str(len(body)).encode())]
    if encoding != "identity":
        headers.append((b"content-encoding", encoding.encode()))
    return entry.status, headers, body


def _body(entry: Entry, encoding: str) -> tuple[str, bytes]:
    if encoding in entry.bodies:
        return encoding, entry.bodies[encoding]
    if "identity" in entry.bodies:
        return "identity", entry.bodies["identity"]
    return "identity", gzip.decompress(entry.bodies["gzip"])


LARGEST_BODY = 22_000_000
"""Bytes that a reader may send at once: the contact form's picture and its text."""


def too_much(scope: Scope) -> tuple[int, bytes] | None:
    """Why what a reader sends is not even listened to, as status and words: Django would keep all of it on disk first."""
    if scope["method"] in ("GET", "HEAD") or scope["path"].startswith("/newsroom/"):
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
        entry = await self._find(scope) if scope["type"] == "http" else None
        if entry is None:
            await self.application(scope, receive, send)
            return
        headers = dict(scope["headers"])
        encoding = accepted(headers.get(b"accept-encoding", b""))
        if scope["method"] == "GET" and entry.is_page and b"prefetch" not in headers.get(b"sec-purpose", b""):
            counted = (headers.get(name, b"").lower() for name in (b"user-agent", b"referer"))
            figures.counter.note(entry.path, *counted)
        status, sent, body = answer(entry, encoding, headers.get(b"if-none-match"))
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _find(self, scope: Scope) -> Entry | None:
        """The true page for a request; from memory at once, from disk in a thread."""
        path = scope["path"]
        if scope["method"] not in ("GET", "HEAD") or scope["query_string"] or path.startswith("/newsroom/"):
            return None
        store = self.find_store(_host(scope))
        if store is None:
            return None
        entry = store.hot.get(path) or await asyncio.to_thread(store.get, path)
        return entry if entry is not None and entry.is_true(clock.now()) else None


def _host(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            return str(value.decode("latin-1"))
    return ""
