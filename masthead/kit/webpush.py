"""Web push: a message that only one browser can read (RFC 8291), and the paper's word that it is ours (VAPID, RFC 8292).

http-ece seals and py-vapid signs, both of the people who wrote the standards' first code. The paper's key pair is made
from its secret key, so there is nothing to set up, and a backup with its secrets keeps every subscription alive.
docs/decisions/012-web-push.md
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from masthead.kit import secrets

MOST = 3000
"""Bytes of a message: push services take 4,096 with the seal, and browsers are promised 3,993 (RFC 8291)."""
WORD_GOOD_FOR = timedelta(hours=12)
"""RFC 8292 allows a day; clocks differ."""
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: a private key is a number below it."""


class BadKey(ValueError):
    """What a browser gave is no key. The message is a sentence."""


def _private(secret: str) -> ec.EllipticCurvePrivateKey:
    # 48 bytes for a number of 32: no key is likelier than another (FIPS 186-5, A.2.1).
    number = int.from_bytes(secrets.derived(secret, purpose="web push", length=48))
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


def public_key(secret: str) -> str:
    """The paper's public key as browsers take it (`applicationServerKey`), base64url."""
    return _plain(_private(secret).public_key())


def _plain(key: ec.EllipticCurvePublicKey) -> str:
    raw = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def bare(text: str) -> bytes:
    """Bytes from base64url, with or without its padding. Raises BadKey."""
    try:
        return base64.b64decode(text.rstrip("=").encode("ascii") + b"=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise BadKey("This is not base64url.") from None


def check(p256dh: str, auth: str) -> None:
    """Raises BadKey unless these are the two keys of a browser's subscription."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bare(p256dh))
    except ValueError:
        raise BadKey("The browser's key is not a point of the curve P-256.") from None
    if len(bare(auth)) != 16:
        raise BadKey("The browser's secret must be 16 bytes.")


def sealed(message: bytes, *, p256dh: str, auth: str) -> bytes:
    """`message` as only the browser with these keys can read it (aes128gcm). Raises BadKey, ValueError for
    nothing and for too much."""
    if not 0 < len(message) <= MOST:  # http-ece seals nothing for no bytes
        raise ValueError(f"A push holds 1 to {MOST} bytes; this has {len(message)}.")
    check(p256dh, auth)
    own = ec.generate_private_key(ec.SECP256R1())
    return bytes(http_ece.encrypt(message, private_key=own, dh=bare(p256dh), auth_secret=bare(auth), version="aes128gcm"))


def word(endpoint: str, *, secret: str, contact: str, at: datetime) -> str:
    """The Authorization header with which a push service knows us. `contact`: mailto: or https: of who answers for it."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((at + WORD_GOOD_FOR).timestamp()),
        "sub": contact,
    }
    # Its own check of `sub` does not know every address that is one; ours was checked when it was set.
    return str(Vapid02(_private(secret), conf={"no-strict": True}).sign(claims)["Authorization"])
