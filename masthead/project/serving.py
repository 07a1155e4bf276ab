"""Start the one process: the server and, beside it, the worker."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from uvicorn.server import HANDLED_SIGNALS

from masthead.ops import beginning, setting_up, upgrade, watching
from masthead.ops.keeping import occupied
from masthead.press import far, purging, run
from masthead.press.protocol import Warden, protocol_for
from masthead.project.leader import Standing
from masthead.project.neighbours import SHARED, Neighbours, end_with_parent
from masthead.project.outage import is_outage
from masthead.project.worker import Doorman, Worker
from masthead.titles.models import Title

try:
    import resource
except ImportError:  # pragma: no cover  Windows
    resource = None  # type: ignore[assignment]

log = logging.getLogger("masthead.server")
MOST_LINES = 65_536


A_TURN = 0.001
"""Seconds that one thread computes while others want to: the event loop, which answers readers, waits no longer than that."""
AT_THE_START = 1.0
"""Seconds that old pages are printed before the first reader is answered."""


class Server(uvicorn.Server):
    """uvicorn with a warden over its connections. `ending` is called when it has been told to end, before readers are waited for."""

    ending: Callable[[], None] = staticmethod(lambda: None)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, which raises the signal once more at its end: we would be gone before neighbours and work have stopped."""
        if threading.current_thread() is not threading.main_thread():
            yield  # Nobody but the main thread hears signals.
            return
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.ending()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._warden = asyncio.create_task(Warden(self.server_state.connections).watch())


class CannotServe(Exception):
    """The paper cannot be served. The message is the sentence for the keeper."""


def _title() -> Title:
    try:
        upgrade.refuse_downgrade()
    except upgrade.CannotGoBack as error:
        raise CannotServe(str(error)) from None
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotServe("The database is not ready. Run “masthead init” first; it keeps everything.")
    title = Title.objects.order_by("pk").first()
    if title is None:
        raise CannotServe("There is no paper yet. Run “masthead init” first.")
    return title


def _socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        raise CannotServe(
            f"Port {port} cannot be used ({error.strerror}). Stop what uses it, or set another with --port."
        ) from None
    listening.listen(1024)
    return listening


class Background:
    """The work beside the server: begun at once, or as soon as the database answers and nobody else does it."""

    def __init__(self) -> None:
        self.worker: Worker | None = None
        self._doorman = Doorman(lambda: self.worker is not None) if far.on() else None
        self.ear = far.Ear() if far.on() else None
        self._standing: Standing | None = None

    def begin(self) -> None:
        """Raises CannotServe when the database answers, but holds no paper."""
        try:
            _title()
        except DatabaseError as error:
            if not is_outage(error):
                raise
            log.error("The database does not answer (%s). Printed pages are served; the rest follows when it does.", error)
        if self.ear and self._doorman:
            self.ear.start()
            watching.not_ready["far"] = self._deaf
            self._doorman.start()
        if settings.CONFIG.get("server.work"):
            self._standing = Standing(self._work, self._rest)
            self._standing.start()

    def _deaf(self) -> str:
        hears = self.ear is None or self.ear.listening.is_set()
        return "" if hears else "Other machines' pages are not heard of: a kill might be missed here."

    def _work(self) -> None:
        title = _title()
        beginning.settle()
        for one in Title.objects.order_by("pk"):
            run.store_of(one).sweep()
            # What is no longer true is not handed out; the rest was right a moment ago, and the worker goes on with it.
            if reprinted := run.catch_up(one, AT_THE_START):
                log.info("Printed %d pages again", reprinted)
        self.worker = Worker(title)
        self.worker.start()
        log.info("This process does the background work.")

    def _rest(self) -> None:
        if self.worker:
            self.worker.stop()
            self.worker = None

    def stop(self) -> None:
        if self.ear and self._doorman:
            self._doorman.stop()
            self.ear.stop()
        if self._standing:
            self._standing.stop()


def check() -> None:
    """Raise CannotServe for settings that cannot be meant."""
    try:
        purging.network()
    except purging.CannotPurge as error:
        raise CannotServe(str(error)) from None
    if int(settings.CONFIG.get("server.machines")) > 1:
        if connections["default"].vendor != "postgresql":
            raise CannotServe("Several machines need a database that all of them reach: set database.url to a PostgreSQL.")
        if not settings.STORAGE.url:
            raise CannotServe("Several machines need one place for originals and deliveries: set storage.url to a bucket.")


def work() -> None:
    """Do the background work, or stand ready for it, without serving readers. Raises CannotServe."""
    check()
    _title()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    occupied.say(settings.DATA)
    background = Background()
    background.begin()
    stop.wait()
    background.stop()


def _many_lines() -> None:
    """Have as many connections at once as the system lets us: each reader of a live conversation holds one."""
    if resource is not None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < hard:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, MOST_LINES), hard))


def serve() -> None:
    """Serve until interrupted. Raises CannotServe."""
    _many_lines()
    sys.setswitchinterval(A_TURN)
    if SHARED in os.environ:
        server = _server()
        handle, parent = map(int, os.environ[SHARED].split())
        end_with_parent(parent, lambda: setattr(server, "should_exit", True))
        server.run(sockets=[socket.socket(fileno=handle)])
        return
    check()
    occupied.say(settings.DATA)
    background = Background()
    listening = _socket(str(settings.CONFIG.get("server.host")), int(settings.CONFIG.get("server.port")))
    background.begin()
    further = Neighbours(int(settings.CONFIG.get("server.workers")) - 1, listening.fileno())
    server = _server()
    server.ending = further.ask_to_end
    further.start()
    if background.worker:
        print(setting_up.welcome(), flush=True)
    try:
        server.run(sockets=[listening])
    finally:
        further.stop()
        background.stop()


def _server() -> Server:
    from masthead.project.asgi import application, find_store

    return Server(
        uvicorn.Config(
            application,
            loop="uvloop" if os.name == "posix" else "auto",
            http=protocol_for(find_store),
            lifespan="off",
            access_log=False,
            server_header=False,
            date_header=True,
            timeout_keep_alive=20,
            timeout_graceful_shutdown=5,
            log_level="warning",
        )
    )
