"""A few seconds of work asked of a browser, while unusually many codes are asked for: costly for a machine that asks for
thousands, nothing to click for a person. Challenges are those of ALTCHA (SHA-256, version 1), made and checked here.

At quiet times nobody is asked. A challenge is good for ten minutes and once.
"""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import timedelta

import altcha
from django.conf import settings

from masthead.kit import clock, secrets
from masthead.public.contact import WINDOW, Turnstile

HARD = 60_000
"""Tries that are needed at most; half of them on average, one to three seconds on a telephone."""
BUSY = 40
"""Codes asked for within ten minutes, of the whole house, from which on work is asked."""


def _key() -> str:
    return secrets.derived(settings.SECRET_KEY, purpose="work of browsers").hex()


class Work:
    """Whether work is asked now, and whether it was done."""

    def __init__(self) -> None:
        self._used: dict[str, float] = {}
        self._lock = threading.Lock()

    def is_asked(self, turnstile: Turnstile) -> bool:
        """Whether so many came lately that work is asked of the next."""
        return turnstile.lately() >= BUSY

    def challenge(self) -> str:
        """A new challenge, as JSON for the script of the page."""
        until = clock.now() + timedelta(seconds=WINDOW)
        made = altcha.create_challenge_v1(altcha.ChallengeOptionsV1(max_number=HARD, hmac_key=_key(), expires=until))
        told = {"algorithm": made.algorithm, "challenge": made.challenge, "maxnumber": made.max_number, "salt": made.salt, "signature": made.signature}
        return json.dumps(told)

    def is_done(self, payload: str) -> bool:
        """Whether a payload solves a challenge of ours that is still good and was not used before."""
        if not payload or len(payload) > 2000:
            return False
        try:
            done, _ = altcha.verify_solution_v1(payload, _key())
        except (ValueError, TypeError, KeyError, AttributeError):
            return False
        if not done:
            return False
        mark, now = hashlib.sha256(payload.encode()).hexdigest(), clock.monotonic()
        with self._lock:
            self._used = {one: at for one, at in self._used.items() if now - at < WINDOW}
            if mark in self._used:
                return False
            self._used[mark] = now
        return True


work = Work()
