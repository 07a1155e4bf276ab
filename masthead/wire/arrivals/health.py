"""How each source is: its rhythm, its silence, its failures, the time its copy takes to reach us."""

from __future__ import annotations

from datetime import timedelta
from statistics import median

from masthead.kit import clock
from masthead.wire.models import Alert, Source, WireVersion

QUIET = 8
"""Times its usual gap after which a silent source is strange."""
LEAST_QUIET = timedelta(hours=2)
ALARMING = 5
"""Failures in a row after which the desk is told."""
LAST = 20
"""Versions that the lag is taken from."""


def learn(source: Source, new: int) -> None:
    """The source's own rhythm: a moving average of the time between items, the last ten weighing most."""
    now = clock.now()
    if source.last_item_at:
        gap = (now - source.last_item_at).total_seconds() / new
        source.usual_gap = gap if source.usual_gap is None else source.usual_gap * 0.9 + gap * 0.1
    source.last_item_at, source.alarmed_at = now, None
    source.save(update_fields=["last_item_at", "usual_gap", "alarmed_at"])


def health(source: Source) -> tuple[str, bool]:
    """How a source is, in words, and whether that is well."""
    if not source.active:
        return "switched off", True
    if source.kind != Source.Kind.FOLDER and source.failures:
        since = f" since {source.last_ok_at:%-d %b %H:%M}" if source.last_ok_at else ""
        return f"failing{since}: {source.last_error}", False
    if source.kind == Source.Kind.WEBHOOK and not source.sealed_push:
        return "has no signing secret yet: make one here", False
    if source.kind == Source.Kind.WEBHOOK and source.last_looked_at is None:
        return "nothing was sent yet", True
    if source.kind != Source.Kind.FOLDER and source.last_looked_at is None:
        return "not asked yet", True
    if is_quiet(source):
        return f"gone strangely quiet: nothing since {source.last_item_at:%-d %b %H:%M}", False
    return "well", True


def is_quiet(source: Source) -> bool:
    """Whether it has been silent for much longer than it ever is."""
    if not source.usual_gap or not source.last_item_at:
        return False
    silent = clock.now() - source.last_item_at
    return silent > max(LEAST_QUIET, timedelta(seconds=source.usual_gap * QUIET))


def lag(source: Source) -> timedelta | None:
    """From the agency's time on a version to its arrival, for the middle one of the last; None when none says."""
    rows = WireVersion.objects.filter(item__source=source, stamped_at__isnull=False).order_by("-id")
    waits = [
        (arrived - stamped).total_seconds()
        for arrived, stamped in rows.values_list("arrived_at", "stamped_at")[:LAST]
        if stamped
    ]
    return timedelta(seconds=max(median(waits), 0)) if waits else None


def watch_over() -> int:
    """Tell the desk, once for each silence or row of failures, of sources that need a person. Returns how many."""
    told = 0
    for source in Source.objects.filter(active=True, alarmed_at=None):
        words, well = health(source)
        failing = source.kind != Source.Kind.FOLDER and source.failures >= ALARMING
        if not well and (failing or is_quiet(source)):
            source.alarmed_at = clock.now()
            source.save(update_fields=["alarmed_at"])
            Alert.objects.create(title_id=source.title_id, kind="source", text=f"The source {source} is {words}")
            told += 1
    return told
