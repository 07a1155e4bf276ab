"""Signatures after the Standard Webhooks specification: HMAC-SHA256 over “id.timestamp.body”."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from masthead.kit import clock

PREFIX = "whsec_"


def new_secret() -> str:
    """A new signing secret of 32 bytes, as the specification writes them: whsec_ and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(key: str, message: str, body: bytes) -> dict[str, str]:
    """The headers that prove a message is ours and new. Raises ValueError for a key that is none."""
    stamp = int(clock.now().timestamp())
    return {"webhook-id": message, "webhook-timestamp": str(stamp), "webhook-signature": sign(key, message, stamp, body)}


def sign(key: str, message: str, stamp: int, body: bytes) -> str:
    """The value of `webhook-signature`; `key` in base64, with or without its prefix. Raises ValueError."""
    try:
        secret = base64.b64decode(key.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("The signing secret is not one; copy it again from the partner’s newsroom.") from None
    if not secret:
        raise ValueError("There is no signing secret; copy it from the partner’s newsroom.")
    signed = hmac.new(secret, f"{message}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()
