"""What is sent to us: signed webhooks, and what a WebSub hub pushes. Only signed bytes are taken; all are kept first.

Webhooks are signed after the Standard Webhooks specification: HMAC-SHA256 over "id.timestamp.body" in
`webhook-signature`, with a time that may be five minutes off. Senders have ready libraries for it in most languages.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from masthead.kit import clock, secrets, webhooks
from masthead.wire import archive, credentials
from masthead.wire.arrivals import landing, websub
from masthead.wire.models import Source

log = logging.getLogger("masthead.wire")

WINDOW = 300
"""Seconds by which the sender's clock may differ; what is older may be a recording."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What we say to the sender: an HTTP status and a sentence."""

    status: int
    words: str


def source_at(word: str) -> Source | None:
    """The source with this address, whether it is switched on or not."""
    kinds = (Source.Kind.WEBHOOK, Source.Kind.WEBSUB)
    return Source.objects.filter(push_key=word, kind__in=kinds).first() if word else None


def new_secret(source: Source) -> str:
    """Make a new secret for a webhook, and its address when it has none. It is told this once and never again."""
    key = secrets.word(32)
    source.push_key = source.push_key or secrets.word()
    credentials.keep_push(source, key)
    source.save(update_fields=["push_key", "sealed_push"])
    return webhooks.PREFIX + base64.b64encode(key.encode()).decode()


def sign(key: str, message_id: str, stamp: int, data: bytes) -> str:
    """The value of `webhook-signature`. `key` as `new_secret` told it."""
    return webhooks.sign(key, message_id, stamp, data)


def _digest(key: bytes, message_id: str, stamp: int | str, data: bytes) -> bytes:
    return hmac.new(key, f"{message_id}.{stamp}.".encode() + data, hashlib.sha256).digest()


def receive(source: Source, headers: Mapping[str, str], data: bytes) -> Answer:
    """Take a delivery. 202 says that its bytes are safely on our disk. Never raises."""
    if not source.active:
        return Answer(410, "This source is switched off.")
    try:
        refusal = _refusal(source, headers, data)
    except secrets.CannotOpen as closed:
        refusal = Answer(503, str(closed))
    if refusal:
        _count(source, refusal)
        # A hub is always told that all is well (WebSub, section 8), or a liar could try signatures.
        return Answer(202, "Thank you.") if source.kind == Source.Kind.WEBSUB else refusal
    if not data.strip():
        return Answer(400, "There was nothing in it.")
    name = headers.get("masthead-filename") or f"{source.slug}-{archive.digest(data)[:16]}"
    try:
        landing.put(source, name, data)
    except OSError:
        log.exception("A delivery of %s could not be kept", source)
        return Answer(503, "The delivery could not be kept. Nothing of it was used; send it again in a minute.")
    source.failures, source.last_error = 0, ""
    source.last_ok_at = source.last_looked_at = clock.now()
    source.save(update_fields=["failures", "last_error", "last_ok_at", "last_looked_at"])
    return Answer(202, "The delivery is kept and will be read in a moment.")


def _count(source: Source, refusal: Answer) -> None:
    source.failures += 1
    source.last_error = f"A delivery was refused: {refusal.words}"[:500]
    source.last_looked_at = clock.now()
    source.save(update_fields=["failures", "last_error", "last_looked_at"])


def _refusal(source: Source, headers: Mapping[str, str], data: bytes) -> Answer | None:
    if source.kind == Source.Kind.WEBSUB:
        signed = websub.is_signed(source, headers.get("x-hub-signature", ""), data)
        return None if signed else Answer(403, "It was not signed with the secret that the hub has from us.")
    key = credentials.push_secret(source).encode()
    if not key:
        return Answer(403, "This webhook has no signing secret yet: make one on the page of sources.")
    stamp, message_id = headers.get("webhook-timestamp", ""), headers.get("webhook-id", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12 or not message_id:
        return Answer(401, "The headers webhook-id, webhook-timestamp and webhook-signature are needed.")
    if abs(clock.now().timestamp() - int(stamp)) > WINDOW:
        return Answer(401, f"The time in webhook-timestamp is more than {WINDOW // 60} minutes off.")
    meant = _digest(key, message_id, stamp, data)
    said = [_bytes(part[3:]) for part in headers.get("webhook-signature", "").split()[:8] if part.startswith("v1,")]
    # Every signature is compared, so that the time taken tells nothing.
    return None if sum(hmac.compare_digest(meant, each) for each in said) else Answer(403, "The signature is wrong.")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
