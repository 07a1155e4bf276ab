"""Ask an address over HTTP(S): conditional requests, back-off, and an honest word when what came is no copy."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from masthead.kit import clock, fetch
from masthead.wire import intake
from masthead.wire.models import Source, WireFile

log = logging.getLogger("masthead.wire")

LARGEST = 32_000_000
SOONEST = 30
"""Seconds between two looks, whatever is set."""
LONGEST_PAUSE = 3600
"""Seconds; failures in a row double the pause up to this."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found, in a sentence for the source's page; whether it went well; how many items were new."""

    words: str
    well: bool
    new: int = 0


def due(limit: int = 20) -> list[Source]:
    """Sources with an address whose time has come, longest waiting first."""
    waiting = Source.objects.filter(active=True).exclude(address="").select_related("title")
    now = clock.now()
    return [
        source
        for source in waiting.order_by("next_look_at")[:200]
        if not source.next_look_at or source.next_look_at <= now
    ][:limit]


def work_off() -> int:
    """Look at every source that is due; one that fails delays no other. Returns how many items were new."""
    return sum(look(source).new for source in due())


def look(source: Source, *, allows: fetch.Judge = fetch.is_public) -> Looked:
    """Ask once, take in what came, and write down how it went. Never raises for what the other side does."""
    source.last_looked_at = clock.now()
    try:
        found = _ask(source, allows)
    except fetch.NotFetched as refused:
        found = _failed(source, str(refused), refused.retry_after)
    except Exception:
        log.exception("The source %s could not be asked", source)
        found = _failed(source, "Something went wrong on our side; it will be tried again.", 0)
    if found.well:
        source.failures, source.last_error, source.last_ok_at = 0, "", clock.now()
        source.next_look_at = clock.now() + timedelta(seconds=max(source.every, SOONEST))
    source.save()
    return found


def _ask(source: Source, allows: fetch.Judge) -> Looked:
    unless = {"If-None-Match": source.etag, "If-Modified-Since": source.last_modified}
    answer = fetch.get(source.address, most=LARGEST, allows=allows, unless={k: v for k, v in unless.items() if v})
    if answer.status == 304:
        return Looked("Nothing new since the last look.", True)
    if answer.content_type in ("text/html", "application/xhtml+xml") and answer.data.lstrip()[:15].lower().startswith(
        (b"<!doctype", b"<html")
    ):
        return _failed(source, "A web page came instead of copy: perhaps a log-in or an error page.", 0)
    receipt = intake.take(answer.data, name=source.address.rsplit("/", 1)[-1][:100] or "feed", source=source)
    if receipt.file.state == WireFile.State.QUARANTINED:
        return _failed(source, receipt.file.reason, 0)
    # Only an answer that could be used is remembered: the next look must not be told that nothing is new.
    source.etag, source.last_modified = (
        answer.headers.get("ETag", "")[:300],
        answer.headers.get("Last-Modified", "")[:100],
    )
    if receipt.again:
        return Looked("The same as at the last look.", True)
    new = sum(1 for item in receipt.items if item.last_arrived_at >= (source.last_looked_at or clock.now()))
    if new:
        _learn(source, new)
    return Looked(f"{len(receipt.items)} items, {new} new or changed. {receipt.file.reason}".strip(), True, new)


def _failed(source: Source, reason: str, retry_after: int) -> Looked:
    source.failures += 1
    source.last_error = reason[:500]
    pause = min(max(source.every, SOONEST) * 2 ** min(source.failures - 1, 10), max(LONGEST_PAUSE, source.every))
    source.next_look_at = clock.now() + timedelta(seconds=max(pause, retry_after))
    return Looked(reason, False)


def _learn(source: Source, new: int) -> None:
    """The source's own rhythm: a moving average of the time between items, the last ten weighing most."""
    now = clock.now()
    if source.last_item_at:
        gap = (now - source.last_item_at).total_seconds() / new
        source.usual_gap = gap if source.usual_gap is None else source.usual_gap * 0.9 + gap * 0.1
    source.last_item_at = now


QUIET = 8
"""Times its usual gap after which a silent source is strange."""
LEAST_QUIET = timedelta(hours=2)


def health(source: Source) -> tuple[str, bool]:
    """How a source is, in words, and whether that is well."""
    if not source.active:
        return "switched off", True
    if source.address and source.failures:
        since = f" since {source.last_ok_at:%-d %b %H:%M}" if source.last_ok_at else ""
        return f"failing{since}: {source.last_error}", False
    if source.address and source.last_looked_at is None:
        return "not asked yet", True
    if source.usual_gap and source.last_item_at:
        silent = clock.now() - source.last_item_at
        if silent > max(LEAST_QUIET, timedelta(seconds=source.usual_gap * QUIET)):
            return f"gone strangely quiet: nothing since {source.last_item_at:%-d %b %H:%M}", False
    return "well", True
