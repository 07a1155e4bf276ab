"""Moving in from another system: one reader a kind of export, one `house` that takes in what they give."""

from __future__ import annotations


class CannotMoveIn(Exception):
    """Nothing (more) was taken in. The message says why, what was kept, what to do next."""
