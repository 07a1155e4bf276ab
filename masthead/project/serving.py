"""Start the one process: the server and, beside it, the worker."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading

import uvicorn
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from masthead.ops import beginning, setting_up, upgrade
from masthead.ops.keeping import occupied
from masthead.press import purging, run
from masthead.press.protocol import Warden, protocol_for
from masthead.project.neighbours import SHARED, Neighbours, end_with_parent
from masthead.project.outage import is_outage
from masthead.project.worker import Worker
from masthead.titles.models import Title

log = logging.getLogger("masthead.server")


AT_THE_START = 1.0
"""Seconds that old pages are printed before the first reader is answered."""


class Server(uvicorn.Server):
    """uvicorn with a warden over its connections."""

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
    """The work beside the server: begun at once, or as soon as the database answers."""

    def __init__(self) -> None:
        self.worker: Worker | None = None
        self._stop = threading.Event()
        self._waiting = threading.Thread(target=self._wait, name="masthead-waiting", daemon=True)

    def begin(self) -> None:
        """Raises CannotServe when the database answers, but holds no paper."""
        try:
            self._begin(_title())
        except DatabaseError as error:
            if not is_outage(error):
                raise
            log.error("The database does not answer (%s). Printed pages are served; the rest follows when it does.", error)
            self._waiting.start()

    def _begin(self, title: Title) -> None:
        beginning.settle()
        run.store_of(title).sweep()
        # What is no longer true is not handed out; the rest was right a moment ago, and the worker goes on with it.
        if reprinted := run.catch_up(title, AT_THE_START):
            log.info("Printed %d pages again", reprinted)
        self.worker = Worker(title)
        self.worker.start()

    def _wait(self) -> None:
        while not self._stop.wait(1.0):
            try:
                self._begin(_title())
                log.info("The database answers again.")
                return
            except (DatabaseError, CannotServe) as error:
                connections.close_all()
                log.warning("Still waiting for the database: %s", error)

    def stop(self) -> None:
        self._stop.set()
        if self.worker:
            self.worker.stop()


def serve() -> None:
    """Serve until interrupted. Raises CannotServe."""
    if SHARED in os.environ:
        server = _server()
        handle, parent = map(int, os.environ[SHARED].split())
        end_with_parent(parent, lambda: setattr(server, "should_exit", True))
        server.run(sockets=[socket.socket(fileno=handle)])
        return
    try:
        purging.network()
    except purging.CannotPurge as error:
        raise CannotServe(str(error)) from None
    occupied.say(settings.DATA)
    background = Background()
    listening = _socket(str(settings.CONFIG.get("server.host")), int(settings.CONFIG.get("server.port")))
    background.begin()
    further = Neighbours(int(settings.CONFIG.get("server.workers")) - 1, listening.fileno())
    server = _server()
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
