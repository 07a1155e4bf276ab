"""Moving out: everything the paper has, in forms that others can read. docs/move-out.md explains each field."""

from __future__ import annotations


class CannotMoveOut(Exception):
    """The export was not made. The message says why and what to do next."""
