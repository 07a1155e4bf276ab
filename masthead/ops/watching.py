"""What machines ask to know how the paper is: alive, ready, and in numbers. Answered before anything else looks at the request."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse

from masthead.kit import clock
from masthead.mailroom.models import Outgoing
from masthead.press.models import PrintedPage, Purge
from masthead.stories.models import Delivery, Story
from masthead.titles.models import Title
from masthead.wire.models import Source, WireFile, WireItem

Answer = Callable[[HttpRequest], HttpResponse]
Rows = list[tuple[str, float]]

not_ready: dict[str, Callable[[], str]] = {}
"""Reasons of other rooms why this process should get no readers: each gives a sentence, or nothing."""


def watcher(get_response: Answer) -> Answer:
    """The middleware, first of all: a balancer asks by the machine's number, which is no host of the paper."""

    def look(request: HttpRequest) -> HttpResponse:
        answer = _ANSWERS.get(request.path)
        return answer(request) if answer else get_response(request)

    return look


def _say(text: str, status: int = 200, kind: str = "text/plain; charset=utf-8") -> HttpResponse:
    response = HttpResponse(text, status=status, content_type=kind)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _let_go() -> None:
    """Keep no connection that is broken or old; one in the middle of a transaction is somebody else's to close."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def live(request: HttpRequest) -> HttpResponse:
    """Whether the process answers: restart it when not. The database may be away."""
    return _say("alive\n")


def ready(request: HttpRequest) -> HttpResponse:
    """Whether readers should be sent here. Printed pages are served in any case."""
    try:
        if not Title.objects.exists():
            return _say("There is no paper yet.\n", 503)
    except DatabaseError:
        return _say("The database does not answer; printed pages are served.\n", 503)
    finally:
        _let_go()
    why = next(filter(None, (reason() for reason in not_ready.values())), "")
    return _say(f"{why}\n", 503) if why else _say("ready\n")


def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for Prometheus, to whoever has the word `metrics.token`; without one there is no such address."""
    token = str(settings.CONFIG.get("metrics.token"))
    said = request.headers.get("Authorization", "").encode()
    if not token:
        return _say("Nothing here.\n", 404)
    if not hmac.compare_digest(said, f"Bearer {token}".encode()):
        response = _say("A token is needed.\n", 401)
        response["WWW-Authenticate"] = "Bearer"
        return response
    try:
        return _say(text(), kind="text/plain; version=0.0.4; charset=utf-8")
    except DatabaseError:
        return _say("# HELP masthead_up Whether the database answers.\n# TYPE masthead_up gauge\nmasthead_up 0\n", 200)
    finally:
        _let_go()


def text() -> str:
    """All numbers in Prometheus' own format. They are the paper's, not this process's: ask any of them."""
    lines = []
    for name, meaning, rows in _numbers():
        lines += [f"# HELP masthead_{name} {meaning}", f"# TYPE masthead_{name} gauge"]
        lines += [f"masthead_{name}{labels} {number:g}" for labels, number in rows]
    return "\n".join(lines) + "\n"


def _numbers() -> list[tuple[str, str, Rows]]:
    now = clock.now()
    oldest = Delivery.objects.filter(state="due", due_at__lte=now).order_by("due_at").values_list("due_at", flat=True).first()
    newest = WireItem.objects.aggregate(at=Max("last_arrived_at"))["at"]
    stories = Story.objects.aggregate(public=Count("pk", filter=Q(live=True)), all=Count("pk"))
    return [
        ("up", "Whether the database answers.", [("", 1)]),
        ("stories", "Stories, all of them and those that are public.", [('{which="all"}', stories["all"]), ('{which="public"}', stories["public"])]),
        ("pages", "Printed pages.", [("", PrintedPage.objects.count())]),
        ("diary_deliveries", "Diary entries on their way to a room.", _by(Delivery.objects.exclude(state="done"), "state")),
        ("diary_lag_seconds", "How long the oldest due entry has waited.", [("", (now - oldest).total_seconds() if oldest else 0)]),
        ("letters", "Letters by where they stand.", _by(Outgoing.objects.all(), "state")),
        ("wire_files", "Deliveries of agencies.", _by(WireFile.objects.all(), "state")),
        ("wire_silence_seconds", "Since the last agency item came.", [("", (now - newest).total_seconds() if newest else 0)]),
        ("sources_failing", "Sources that could not be asked at the last try.", [("", Source.objects.filter(active=True, failures__gt=0).count())]),
        ("purges_waiting", "Pages that the network in front has not been told of.", [("", Purge.objects.filter(done_at=None).count())]),
    ]  # fmt: skip


def _by(rows: object, field: str) -> Rows:
    counted = rows.order_by().values_list(field).annotate(n=Count("pk"))  # type: ignore[attr-defined]
    return [(f'{{{field}="{value.replace(chr(34), "")}"}}', number) for value, number in sorted(counted)]


_ANSWERS: dict[str, Answer] = {"/healthz/live": live, "/healthz/ready": ready, "/metrics": metrics}
