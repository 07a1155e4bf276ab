"""Links that need no account: each names a follower and what it is for, signed with the paper's secret key.

A link is not used up by opening it: mail scanners open every link before the reader does. What it asks for happens by
a button (POST) alone. One more `turn` of a follower makes every link it was ever sent dead.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256

from django.conf import settings

from masthead.circulation.models import Follower
from masthead.kit import clock

CONFIRM, MINE, OFF = "confirm", "mine", "off"
GOOD_FOR = timedelta(hours=48)
"""A question to confirm; the others are good as long as the follower is."""


class BadLink(ValueError):
    """The link is not whole, or too old. The message names the sentence for the reader, in `labels`."""


def make(follower: Follower, purpose: str, about: str = "") -> str:
    """The signed part of a link. `about`: further words, of letters, digits and hyphens, that the signature covers."""
    stamp = f"{int(clock.now().timestamp()) // 60:x}" if purpose == CONFIRM else "0"
    said = f"{follower.pk:x}_{stamp}_{about}"
    return f"{said}_{_sign(purpose, said, follower.turn)}"


def read(token: str, purpose: str) -> tuple[Follower, str]:
    """The follower that a link names, and what it is about. Raises BadLink; then nothing has happened."""
    said, _, signature = token.rpartition("_")
    parts = said.split("_")
    if len(token) > 200 or len(parts) != 3 or not token.isascii():
        raise BadLink(NOT_WHOLE)
    try:
        number, stamp = int(parts[0], 16), int(parts[1], 16)
    except ValueError:
        raise BadLink(NOT_WHOLE) from None
    follower = Follower.objects.filter(pk=min(number, 2**62)).select_related("title").first()
    # Signed over all the same when there is none, so that both take the same time.
    right = _sign(purpose, said, follower.turn if follower else 0)
    if not hmac.compare_digest(signature, right) or follower is None:
        raise BadLink(NOT_WHOLE)
    if purpose == CONFIRM and clock.now().timestamp() - stamp * 60 > GOOD_FOR.total_seconds():
        raise BadLink("link_too_old")
    return follower, parts[2]


NOT_WHOLE = "link_not_whole"


def _sign(purpose: str, said: str, turn: int) -> str:
    key = f"masthead circulation {purpose} {settings.SECRET_KEY}".encode()
    return hmac.new(key, f"{said} {turn}".encode(), sha256).hexdigest()[:40]
