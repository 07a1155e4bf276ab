"""The rounds: every source that is due is asked, failing alone, and how it went is written down."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module

from django.db import connection

from masthead.kit import clock, fetch, reach, secrets
from masthead.wire import credentials
from masthead.wire.arrivals import websub
from masthead.wire.arrivals.looked import Looked, NoCopy
from masthead.wire.models import Source

log = logging.getLogger("masthead.wire")

SOONEST = 30
"""Seconds between two looks, whatever is set."""
LONGEST_PAUSE = 3600
"""Seconds; failures in a row double the pause up to this."""
JITTER = 0.2
"""A pause after a failure is longer by up to this part, so that many papers do not come back at the same second."""
SIDE_BY_SIDE = 4
"""Sources that are asked at the same time, so that a slow one delays few."""

ASKED = {
    Source.Kind.WEB: "poll",
    Source.Kind.WEBSUB: "websub",
    Source.Kind.SFTP: "remote_files",
    Source.Kind.FTP: "remote_files",
    Source.Kind.IMAP: "mailbox",
    Source.Kind.AP: "ap_media",
}
"""The kinds that are asked on a schedule, and the module of this room that asks."""

MARKS = (
    "last_looked_at", "next_look_at", "last_ok_at", "last_error", "failures",
    "etag", "last_modified", "cursor", "host_key", "alarmed_at",
)  # fmt: skip
"""What a look may change. All else is the editor's or the rhythm's, and may have changed meanwhile."""


def due(limit: int = 20) -> list[Source]:
    """Sources whose time has come, longest waiting first."""
    waiting = Source.objects.filter(active=True, kind__in=ASKED).select_related("title")
    now = clock.now()
    return [
        source
        for source in waiting.order_by("next_look_at")[:200]
        if not source.next_look_at or source.next_look_at <= now
    ][:limit]


def work_off(*, side_by_side: int = 1) -> int:
    """Look at every source that is due; one that fails delays no other. Returns how many items were new."""
    sources = due()
    if side_by_side == 1 or len(sources) < 2:
        return sum(look(source).new for source in sources)
    with ThreadPoolExecutor(side_by_side, thread_name_prefix="masthead-source") as pool:
        return sum(pool.map(_look_alone, sources))


def _look_alone(source: Source) -> int:
    try:
        return look(source).new
    finally:
        connection.close()


def look(source: Source, *, allows: fetch.Judge = fetch.is_public) -> Looked:
    """Ask once, take in what came, and write down how it went. Never raises for what the other side does."""
    source.last_looked_at = clock.now()
    try:
        found = _asker(source)(source, allows)
    except reach.NotReached as refused:
        found = _failed(source, str(refused), refused.retry_after)
    except (NoCopy, secrets.CannotOpen) as refused:
        found = _failed(source, str(refused))
    except Exception:
        log.exception("The source %s could not be asked", source)
        found = _failed(source, "Something went wrong on our side; it will be tried again.")
    else:
        if found.well:
            source.alarmed_at = None if source.failures else source.alarmed_at
            source.failures, source.last_error, source.last_ok_at = 0, "", clock.now()
            source.next_look_at = clock.now() + timedelta(seconds=0 if found.again else _pause(source))
        else:
            found = _failed(source, found.words)
    source.save(update_fields=MARKS)
    return found


def _asker(source: Source) -> Callable[[Source, fetch.Judge], Looked]:
    module = import_module(f"masthead.wire.arrivals.{ASKED[Source.Kind(source.kind)]}")
    asker: Callable[[Source, fetch.Judge], Looked] = module.ask
    return asker


def _pause(source: Source) -> int:
    pushed = source.kind == Source.Kind.WEBSUB and websub.is_pushed(source)
    return max(source.every, SOONEST, websub.SELDOM if pushed else 0)


def _failed(source: Source, reason: str, retry_after: int = 0) -> Looked:
    source.failures += 1
    source.last_error = credentials.hidden(source, reason)[:500]
    pause = min(max(source.every, SOONEST) * 2 ** min(source.failures - 1, 10), max(LONGEST_PAUSE, source.every))
    pause = max(pause, retry_after) * random.uniform(1, 1 + JITTER)  # noqa: S311 nobody gains by guessing it
    source.next_look_at = clock.now() + timedelta(seconds=pause)
    return Looked(source.last_error, False)
