"""Backup and restore. The form of a backup is described in docs/keyholder.md; every piece is named by its own digest."""

from __future__ import annotations


class CannotKeep(Exception):
    """A backup or a restore was not made. The message says what happened, what was kept and what to do next."""
