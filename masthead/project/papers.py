"""The papers of this house by their hosts, as the server needs them: without asking the database for a page.

They are read every few seconds and written beside the pages, so that a server that starts during an outage knows them.
"""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from masthead.kit import files
from masthead.press.run import bus_of, store_of
from masthead.press.store import Store
from masthead.project import hosts
from masthead.titles import which
from masthead.titles.models import Title

log = logging.getLogger("masthead.server")

LOOK = 5.0
"""Seconds between two looks for papers that were founded, or moved to another host."""


class Papers:
    """Which store a host's pages lie in."""

    def __init__(self) -> None:
        self._by_host: dict[str, Store] = {}
        self._first: Store | None = None
        self._known: list[tuple[str, int]] = []
        self._followed: set[int] = set()

    def find(self, host: str) -> Store | None:
        """The pages for readers at `host`: those of its paper, else of the first; None when there is no paper."""
        if len(self._by_host) < 2:
            return self._first
        return self._by_host.get(host) or self._by_host.get(which.bare(host)) or self._first

    def refresh(self) -> None:
        """Read the papers from the database; while it is away, as they were served last. Raises DatabaseError for a fault of ours."""
        from masthead.project.outage import is_outage

        file = Path(settings.DATA) / "press" / "papers"
        try:
            found = [(which.host_of(title), title.pk) for title in Title.objects.order_by("pk")]
        except DatabaseError as error:
            if not is_outage(error):
                raise
            found = self._known or [(host, pk) for host, pk in json.loads(file.read_text())] if file.is_file() else self._known
        if found == self._known:
            return
        self._known = found
        said = json.dumps(found).encode()
        if found and not (file.is_file() and file.read_bytes() == said):
            files.write_whole(file, said)
        self._by_host = {host: store_of(pk) for host, pk in reversed(found)}
        self._first = store_of(found[0][1]) if found else None
        hosts.others.clear()
        hosts.others.update(host for host, _ in found if host)
        for pk in {pk for _, pk in found} - self._followed:
            self._followed.add(pk)
            bus_of(pk).follow()

    def follow(self) -> None:
        """Look again and again, in a thread of its own."""
        threading.Thread(target=self._follow, name="masthead-papers", daemon=True).start()

    def _follow(self) -> None:
        pause = threading.Event()
        while not pause.wait(LOOK):
            try:
                self.refresh()
            except Exception as error:
                log.warning("The papers of this house could not be read again: %s", error)
            finally:
                connection.close()
