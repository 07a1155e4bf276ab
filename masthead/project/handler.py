"""How a request reaches Django: whole, on one of a few threads that stay, each with its connection to the database.

Django's own ASGI handler begins a thread and opens the database for every request, and crosses between the event loop
and threads several times in it: for an application whose views all wait, that is half of what a small request costs.
Here the body is read by the event loop, so that a slow sender holds no thread; one call on a thread makes the answer;
the event loop sends it, so that a slow reader holds none either.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

import django
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.db import connections
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from masthead.kit.connections import tidy

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

THREADS = 24
"""Requests that are worked on at once; the others wait their turn."""


class Handler(ASGIHandler):
    """Django as an ASGI application, for views and middlewares that are all synchronous."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="masthead-doors")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Nothing here speaks {scope['type']}.")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        response = await loop.run_in_executor(self._threads, context.run, self._respond, scope, body)
        if not response.streaming:
            await self.send_response(response, send)
            return
        # What is made while it is sent (an export) keeps a thread and a connection of its own until it ends.
        async with ThreadSensitiveContext():
            try:
                await self.send_response(response, send)
            finally:
                await sync_to_async(_end)(response)

    def _respond(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        tidy()
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, response = self.create_request(scope, body)
        try:
            response = response or self.get_response(request)
            response._handler_class = self.__class__
            if isinstance(response, HttpResponse):
                response.close()  # It says that the request is finished; the bytes stay.
            return response
        finally:
            body.close()


def _end(response: HttpResponseBase) -> None:
    response.close()
    connections.close_all()


def application() -> Handler:
    """Django, set up."""
    django.setup(set_prefix=False)
    return Handler()
