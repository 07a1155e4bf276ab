"""How machines that share a database, but no disk, hear of each other's pages: PostgreSQL's NOTIFY.

Each machine keeps pages of its own. Whoever prints says so with the page's digest; a machine that holds another page
at that address lets go of it, and prints it anew when somebody asks. It waits for the page's lock first, so that a page
which was being read here before the change cannot land after it. What was said while the line was down is made good by
comparing every page here with what the database knows of it. Within one machine, `press.bus` does the same by a file.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from masthead.kit import files
from masthead.press import locks
from masthead.press.bus import MARKED, Bus
from masthead.press.models import PrintedPage
from masthead.press.store import Entry, Store

log = logging.getLogger("masthead.press")

CHANNEL = "masthead_press"
GONE = "-"
PATIENCE = 1.0
"""Seconds that one wait for news lasts: how long stopping takes at the most."""
AT_A_TIME = 500


def on() -> bool:
    """Whether several machines serve this paper."""
    return int(settings.CONFIG.get("server.machines")) > 1 and connection.vendor == "postgresql"


def me() -> str:
    """This machine's word: whoever shares its folder of pages has the same."""
    place = Path(settings.DATA) / "press" / "machine"
    if not place.is_file():
        files.write_whole(place, uuid.uuid4().hex.encode())
    return place.read_text().strip()


def tell(title: int, path: str, digest: str) -> None:
    """Say that the page of the title at `path` has this digest now; GONE: there is none. Raises DatabaseError."""
    if on():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{me()} {title} {digest} {path}"])


def watch(store: Store, title: int) -> None:
    """Have every change of the store said to the other machines."""

    def hear(*paths: str) -> None:
        for path in paths:
            tell(title, path, _digest(store.on_disk(path)))

    if on():
        store.heard.append(hear)


def tell_equal(title: int, path: str, entry: Entry | None) -> None:
    """Say it also of a page that a change left as it was here: another machine may have printed it before the change."""
    tell(title, path, _digest(entry))


def _digest(entry: Entry | None) -> str:
    """All that must be the same on every machine, in one word."""
    return f"{entry.etag}.{entry.status}" if entry else GONE


class Ear:
    """Listens in a thread of its own, until `stop`."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="masthead-far", daemon=True)
        self.listening = threading.Event()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=PATIENCE + 5)

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                self._hear()
            except Exception as error:
                log.warning("Other machines' pages are not heard of (%s); all pages here are compared when they are again.", error)
            self.listening.clear()
            connection.close()
            self._stop.wait(PATIENCE)

    def _hear(self) -> None:
        connection.ensure_connection()
        line: Any = connection.connection
        line.execute(f"LISTEN {CHANNEL}")
        agree()
        self.listening.set()
        while not self._stop.is_set():
            for said in line.notifies(timeout=PATIENCE, stop_after=AT_A_TIME):
                heard(said.payload)
            line.execute("SELECT 1")


def heard(payload: str) -> None:
    """Act on what another machine said."""
    from masthead.press import run

    machine, title, digest, path = payload.split(" ", 3)
    if machine == me():
        return
    store, bus = run.store_of(int(title)), run.bus_of(int(title))
    if path == MARKED:
        bus.tell(MARKED)
        bus.marked.set()
        return
    # At once for those who ask now; then again, should it be in the making from what stood before.
    if digest != _digest(store.on_disk(path)):
        let_go(store, bus, path)
    with locks.printing(store.root, _lock_of(path)):
        if digest != _digest(store.on_disk(path)):
            let_go(store, bus, path)


def let_go(store: Store, bus: Bus, path: str) -> None:
    """Forget a page here, in every process of this machine, and say nothing of it to the others."""
    store.file_of(path).unlink(missing_ok=True)
    store.drop(path)
    bus.tell(path)


def _lock_of(path: str) -> str:
    """Pages have a lock each; the renditions of a picture share that of their folder."""
    return path.rpartition("/")[0] + "/" if path.startswith("/pictures/") else path


def agree() -> int:
    """Let go of every page here that is not what the database knows of it; returns how many."""
    from masthead.press import run
    from masthead.titles.models import Title

    return sum(_agree(pk, run.store_of(pk), run.bus_of(pk)) for pk in Title.objects.values_list("pk", flat=True))


def _agree(title: int, store: Store, bus: Bus) -> int:
    waiting: dict[str, str] = {}
    gone = 0
    for entry in store.everything():
        if entry.path.startswith("/pictures/"):
            gone += _picture(store, bus, entry.path)
            continue
        waiting[entry.path] = entry.etag
        if len(waiting) == AT_A_TIME:
            gone += _compare(title, store, bus, waiting)
            waiting = {}
    return gone + _compare(title, store, bus, waiting)


def _compare(title: int, store: Store, bus: Bus, here: dict[str, str]) -> int:
    rows: Iterable[tuple[str, str]] = PrintedPage.objects.filter(title_id=title, path__in=list(here)).values_list("path", "etag")
    known = dict(rows)
    others = [path for path, etag in here.items() if known.get(path) != etag]
    for path in others:
        let_go(store, bus, path)
    return len(others)


def _picture(store: Store, bus: Bus, path: str) -> int:
    from masthead.press import darkroom

    try:
        allowed = darkroom.may_be(path)
    except DatabaseError:
        raise
    except Exception:
        allowed = False
    if not allowed:
        let_go(store, bus, path)
    return not allowed
