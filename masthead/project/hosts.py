"""The hosts that the application answers for: those of the settings, and those of the papers of this house."""

from __future__ import annotations

from collections.abc import Iterator

others: set[str] = set()
"""Hosts of papers that the settings do not name; `project.papers` keeps it up to date."""


class Hosts(list[str]):
    """Django's ALLOWED_HOSTS, asked anew for each request."""

    def __iter__(self) -> Iterator[str]:
        yield from super().__iter__()
        yield from others
