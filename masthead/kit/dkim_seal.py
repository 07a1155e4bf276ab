"""DKIM (RFC 6376): the paper's own seal on its letters, for papers that hand them to a plain relay.

A sending service signs by itself; then no key is set and nothing is done here. docs/decisions/011-the-mailroom.md
"""

from __future__ import annotations

import dkim

SEALED = (
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type", "List-Id",
    "List-Unsubscribe", "List-Unsubscribe-Post", "References",
)  # fmt: skip
"""RFC 8058 asks that both headers of the one-click are among them."""


class BadKey(ValueError):
    """The key cannot be used. The message is the sentence for the keyholder."""


def seal(message: bytes, *, selector: str, domain: str, key: bytes) -> bytes:
    """`message` (CRLF lines) with its signature before it. `key`: RSA, PEM. Raises BadKey."""
    there = {line.split(b":", 1)[0].strip().lower() for line in message.split(b"\r\n\r\n", 1)[0].split(b"\r\n")}
    headers = [name.lower().encode() for name in SEALED if name.lower().encode() in there]
    try:
        signature = dkim.sign(
            message, selector.encode(), domain.encode(), key, canonicalize=(b"relaxed", b"relaxed"), include_headers=headers
        )
    except (dkim.DKIMException, ValueError, TypeError, IndexError) as error:
        raise BadKey(f"The DKIM key in mail.dkim_key cannot be used ({error}). It must be an RSA private key as PEM.") from None
    return bytes(signature) + message
