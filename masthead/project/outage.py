"""What is said when the database does not answer: a sentence and a time to come back, never a stack trace.

Printed pages do not pass here: they need no database.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from masthead.kit import clock
from masthead.press.store import Store
from masthead.public.views import respond

RETRY = 30
"""Seconds after which a reader or a script may try again."""
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{heading}</title><h1>{heading}</h1><p>{sentence}</p><p><a href="/">To the front page</a></p></html>
"""


def is_outage(error: BaseException | None) -> bool:
    """Whether the database could not be reached, opened, read or locked; a fault of ours is something else."""
    return isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError


def failed(request: HttpRequest) -> HttpResponse:
    """Django's last resort (handler500)."""
    if not is_outage(sys.exc_info()[1]):
        return _say(
            500, "Something went wrong", "This page could not be made. The fault was written down; nothing you sent before is lost."
        )
    if request.method in ("GET", "HEAD"):
        if page := _as_printed(request):
            return page
        sentence = "This page cannot be made at the moment. Stories and fronts can be read as before. Please try again in half a minute."
    else:
        sentence = (
            "What you sent was not kept, because our database does not answer at the moment. "
            "Go back to the form, where your words still are, and send it again in half a minute."
        )
    response = _say(503, "One moment, please", sentence)
    response["Retry-After"] = str(RETRY)
    return response


def _as_printed(request: HttpRequest) -> HttpResponse | None:
    """The page as it was printed last, if it is one: its second is over, or it was asked for with a query."""
    store = find_store(request.headers.get("Host", ""))
    entry = store.stand_in(request.path, clock.now(), RETRY / 6) if store else None
    return respond(request, entry) if entry else None


find_store: Callable[[str], Store | None] = lambda host: None  # noqa: E731
"""Set at the start by the server: where the pages for a host lie."""


def _say(status: int, heading: str, sentence: str) -> HttpResponse:
    response = HttpResponse(_PAGE.format(heading=heading, sentence=sentence), status=status)
    response["Cache-Control"] = "no-store"
    return response
