"""Start the one process: the server and, beside it, the worker."""

from __future__ import annotations

import asyncio
import logging
import os
import socket

import uvicorn
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from masthead.press.protocol import Warden, protocol_for
from masthead.project.worker import Worker
from masthead.titles.models import Title

log = logging.getLogger("masthead.server")


class Server(uvicorn.Server):
    """uvicorn with a warden over its connections."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._warden = asyncio.create_task(Warden(self.server_state.connections).watch())


class CannotServe(Exception):
    """The paper cannot be served. The message is the sentence for the keeper."""


def _title() -> Title:
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


def serve() -> None:
    """Serve until interrupted. Raises CannotServe."""
    title = _title()
    listening = _socket(str(settings.CONFIG.get("server.host")), int(settings.CONFIG.get("server.port")))
    from masthead.ops import setting_up
    from masthead.press import run
    from masthead.project.asgi import application, find_store

    run.store_of(title).sweep()
    reprinted = run.catch_up(title)
    if reprinted:
        log.info("Printed %d pages again", reprinted)
    worker = Worker(title)
    worker.start()
    print(setting_up.welcome(), flush=True)
    server = Server(
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
    try:
        server.run(sockets=[listening])
    finally:
        worker.stop()
