"""WebSub (W3C Recommendation, 2018): the site tells a hub, the hub tells us, seconds after a story is out.

The feed is asked as ever, seldom while the pushes come and at its own pace when they do not: the hub may be silent,
the lease may end, our address may not be public. What hub and feed are, the feed itself says (poll.links).
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.dateparse import parse_datetime

from masthead.kit import clock, fetch, reach, secrets
from masthead.wire import credentials
from masthead.wire.arrivals import poll
from masthead.wire.arrivals.looked import Looked
from masthead.wire.models import Source

LEASE = timedelta(days=10)
"""What we ask for; the hub decides."""
LONGEST = timedelta(days=60)
SELDOM = 3600
"""Seconds between two looks while pushes come."""
PATIENCE = timedelta(hours=1)
"""How long a hub may take to come back to us before it is asked again."""
METHODS = ("sha512", "sha384", "sha256", "sha1")


def ask(source: Source, allows: fetch.Judge) -> Looked:
    """Ask the feed, then see to the subscription. Raises NotReached and NoCopy; the marks are changed, not saved."""
    found = poll.ask(source, allows)
    note = tend(source, allows)
    return Looked(f"{found.words} {note}".strip(), found.well, found.new)


def tend(source: Source, allows: fetch.Judge) -> str:
    """Subscribe where it is time to; a sentence for the source's page."""
    if not source.cursor.get("hub"):
        return "The feed names no hub, so it is asked only."
    if not _is_reachable(source, allows):
        return "This paper's own address (server.url) is not public, so no hub can push to it; the feed is asked."
    if is_pushed(source) and not _is_ending(source):
        return f"Pushes come until {_until(source):%-d %b %H:%M}; it is renewed before."
    asked = parse_datetime(source.cursor.get("asked_at", "") or "")
    if not is_pushed(source) and asked and clock.now() - asked < PATIENCE:
        return "The hub has been asked for pushes and has not answered yet."
    return _subscribe(source, allows)


def _is_reachable(source: Source, allows: fetch.Judge) -> bool:
    """Whether a hub could reach us: the host of our own address must be one that we ourselves would ask."""
    parts = urlsplit(callback(source))
    try:
        return bool(reach.judged(parts.hostname or "", parts.port or 443, allows))
    except reach.NotReached:
        return False


def callback(source: Source) -> str:
    """Where the hub finds us."""
    return f"{settings.CONFIG.url}/wire/push/{source.push_key}"


def is_pushed(source: Source) -> bool:
    """Whether a subscription is in force."""
    return source.cursor.get("state") == "subscribed" and _until(source) > clock.now()


def _until(source: Source) -> datetime:
    return parse_datetime(source.cursor.get("lease_until", "") or "") or clock.now() - timedelta(days=1)


def _is_ending(source: Source) -> bool:
    """In the last fifth of its lease, or a day before its end, whichever is later."""
    begun = parse_datetime(source.cursor.get("leased_at", "") or "") or clock.now()
    length = _until(source) - begun
    return clock.now() > _until(source) - min(length / 5, timedelta(days=1))


def _subscribe(source: Source, allows: fetch.Judge) -> str:
    if not source.push_key:
        source.push_key = secrets.word()
    if not source.sealed_push:
        credentials.keep_push(source, secrets.word(48))
    source.cursor = {
        **source.cursor,
        "asked_topic": source.cursor["topic"],
        "asked_at": clock.now().isoformat(),
        "state": "subscribed" if is_pushed(source) else "asked",
    }
    # The hub may come back before our request has ended: it must find what we asked for.
    source.save(update_fields=["push_key", "sealed_push", "cursor"])
    form = {
        "hub.callback": callback(source),
        "hub.mode": "subscribe",
        "hub.topic": source.cursor["topic"],
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
        "hub.secret": credentials.push_secret(source),
    }
    try:
        fetch.post(source.cursor["hub"], form, allows=allows)
    except fetch.NotFetched as refused:
        return f"The hub was asked for pushes but refused ({refused}); the feed is asked."
    finally:
        source.refresh_from_db(fields=["cursor"])
    return "The hub was asked to push." if not is_pushed(source) else "Pushes come from now on."


def verify(source: Source, asked: dict[str, str]) -> str | None:
    """The hub asks whether we meant it: the word to answer with, or None for “no” (sections 5.2, 5.3)."""
    mode, topic, cursor = asked.get("hub.mode"), asked.get("hub.topic"), source.cursor
    if mode == "denied" and topic == cursor.get("asked_topic"):
        source.cursor = {**cursor, "state": "denied"}
        source.save(update_fields=["cursor"])
        return ""
    if mode == "unsubscribe":
        return asked.get("hub.challenge") if not source.active or topic != cursor.get("topic") else None
    if mode != "subscribe" or not source.active or topic != cursor.get("asked_topic"):
        return None
    said = asked.get("hub.lease_seconds", "")
    lease = timedelta(seconds=int(said)) if said.isascii() and said.isdigit() and len(said) < 9 else LEASE
    now = clock.now()
    source.cursor = {
        **cursor,
        "state": "subscribed",
        "leased_at": now.isoformat(),
        "lease_until": (now + min(lease, LONGEST)).isoformat(),
    }
    source.save(update_fields=["cursor"])
    return asked.get("hub.challenge")


def is_signed(source: Source, header: str, data: bytes) -> bool:
    """Whether a push bears the signature of who knows our secret (section 8). Raises secrets.CannotOpen."""
    method, _, said = header.strip().partition("=")
    key = credentials.push_secret(source)
    if method.lower() not in METHODS or not key:
        return False
    meant = hmac.new(key.encode(), data, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(meant.encode(), said.strip().lower().encode())
