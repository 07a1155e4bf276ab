"""A reader: asks the real server (printed pages first, Django behind) and sees what a browser would be sent."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import brotli
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core import signals
from django.core.asgi import get_asgi_application
from django.db import close_old_connections
from django.dispatch import receiver
from django.test.signals import setting_changed

from masthead.press import run
from masthead.press.entries import zstd
from masthead.press.server import PressServer
from masthead.titles.models import Title


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@lru_cache(maxsize=1)
def _application() -> Any:
    """Django itself, set up once: what a server does at its start."""
    return get_asgi_application()


@receiver(setting_changed)
def _settings_changed(**_: Any) -> None:
    _application.cache_clear()


@contextmanager
def _one_connection() -> Iterator[None]:
    """The end of a request closes a PostgreSQL connection, and with it the transaction that a test lies in."""
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in both:
            signal.connect(close_old_connections)


def get(title: Title, path: str, method: str = "GET", **headers: str) -> Answer:
    """Send one request; headers are given as names with underscores."""
    app = PressServer(_application(), lambda host: run.store_of(title))
    host = urlsplit(title.base_url).hostname or ""
    if host not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS.append(host)
    raw = [(b"host", urlsplit(title.base_url).netloc.encode())] + [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    path, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": raw,
        "server": ("testserver", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    sent: list[dict] = []

    asked: list[bool] = []

    async def receive() -> dict:
        if asked:
            await asyncio.sleep(3600)
        asked.append(True)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict) -> None:
        sent.append(message)

    with _one_connection():
        async_to_sync(app)(scope, receive, send)
    head = {k.decode().lower(): v.decode() for k, v in sent[0]["headers"]}
    body = b"".join(m.get("body", b"") for m in sent[1:])
    if body and head.get("content-encoding") == "br":
        body = brotli.decompress(body)
    elif body and head.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    elif body and head.get("content-encoding") == "zstd":
        body = zstd.decompress(body)
    return Answer(sent[0]["status"], head, body)
