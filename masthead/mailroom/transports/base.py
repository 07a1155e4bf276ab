"""What the postman asks of a way out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    TAKEN = "taken"
    """The other side has it."""
    LATER = "later"
    """It refused this letter for now (4xx)."""
    NEVER = "never"
    """It refused this letter for good (5xx)."""
    NOBODY = "nobody"
    """There is no such mailbox (5.1.x, 550 without a better word)."""
    STOPPED = "stopped"
    """The server as a whole takes nothing now; surely nothing of this letter went out."""
    UNSURE = "unsure"
    """The connection broke while the text was under way."""


@dataclass(frozen=True, slots=True)
class Result:
    """How it went, and the other side's words."""

    outcome: Outcome
    said: str = ""


class Transport(Protocol):
    """A way out for letters."""

    def send(self, *, sender: str, to: str, message: bytes, name: str) -> Result:
        """Hand over `message`. `name`: something short that tells this letter from others, for a file's name."""

    def rest(self) -> None:
        """There is nothing to send now: let go of connections."""
