"""Engines that a grown paper stands on, as processes of the test's own: PostgreSQL, and a bucket by moto."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str) -> str:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    return shutil.which(name) or pytest.skip(f"{name} is not installed (apt install postgresql), so this was not tried.")


@dataclass
class Postgres:
    folder: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/masthead"

    def start(self) -> None:
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                _as_nobody([program("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), "-k", str(self.folder)]),
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        for _ in range(200):
            if self._answers():
                return
            time.sleep(0.05)
        pytest.fail((self.folder / "log").read_text()[-2000:])

    def _answers(self) -> bool:
        said = [program("psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-c", "select 1", "postgres"]
        return subprocess.run(said, capture_output=True).returncode == 0

    def create(self, name: str = "masthead") -> None:
        said = [program("createdb"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", name]
        subprocess.run(said, check=True, capture_output=True)

    def kill(self) -> None:
        """kill -9 to every process of the server."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for line in (self.folder / "data" / "postmaster.pid").read_text().splitlines()[:1]:
            assert not Path(f"/proc/{line}").exists()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            self.process.wait(timeout=20)


def _as_nobody(command: list[str]) -> list[str]:
    # PostgreSQL refuses to run as root.
    return command if os.getuid() else ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


@contextmanager
def postgres() -> Iterator[Postgres]:
    """An empty cluster, with the database `masthead` in it; skips the test, saying so, where there is none."""
    made = Path(f"/tmp/masthead-pg-{os.getpid()}-{free_port()}")
    made.mkdir()
    try:
        if not os.getuid():
            shutil.chown(made, "postgres", "postgres")
        init = [program("initdb"), "-D", str(made / "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"]
        subprocess.run(_as_nobody(init), check=True, capture_output=True)
        server = Postgres(made, free_port())
        server.start()
        server.create()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def redis() -> Iterator[str]:
    """An empty Redis, which keeps nothing; yields its address. Skips the test, saying so, where there is none."""
    with tempfile.TemporaryDirectory(prefix="masthead-redis-") as folder:
        port = free_port()
        process = start_redis(port, Path(folder))
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(timeout=20)


def start_redis(port: int, folder: Path) -> subprocess.Popen:
    said = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    return subprocess.Popen(said, stdout=subprocess.DEVNULL)


@contextmanager
def bucket() -> Iterator[dict[str, str]]:
    """A bucket of moto's; yields the settings that lead to it."""
    pytest.importorskip("moto", reason="moto is not installed, so no bucket was tried.")
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    # What moto keeps belongs to the process, not to its server: another test's bucket would still be full.
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"), timeout=20).close()
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b").create_bucket(
        Bucket="paper"
    )
    try:
        yield {
            "MASTHEAD_STORAGE_URL": "s3://paper/one", "MASTHEAD_STORAGE_ENDPOINT": endpoint, "MASTHEAD_STORAGE_KEY": "a",
            "MASTHEAD_STORAGE_SECRET": "b",
        }  # fmt: skip
    finally:
        server.stop()
