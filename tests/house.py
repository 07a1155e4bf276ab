"""A real house: `masthead init` and `masthead run` as processes of their own, and a real browser before it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import template

COMMAND = [sys.executable, "-m", "masthead.project.cli"]


@dataclass
class House:
    home: Path
    port: int
    process: subprocess.Popen | None
    env: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def inbox(self) -> Path:
        return self.home / "data" / "wire" / "in"

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def status(self, path: str) -> int:
        """The status of the answer, whatever its body is."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def wait_for(self, path: str, word: str, seconds: float = 8) -> float:
        """Seconds until `word` stands on the page at `path`. Fails the test when it does not come."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            if word in self.get(path)[1]:
                return time.monotonic() - start
            time.sleep(0.03)
        pytest.fail(f"“{word}” did not appear on {path} within {seconds} s")

    def start(self) -> None:
        """Start the server again, after it was killed; returns when it answers."""
        with (self.home / "log").open("a") as log:
            self.process = subprocess.Popen([*COMMAND, "run"], env=self.env, cwd=self.home, stdout=log, stderr=log)
        for _ in range(300):
            try:
                self.get("/robots.txt")
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        pytest.fail((self.home / "log").read_text()[-2000:])

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait(timeout=10)

    def sign_in(self) -> tuple[str, str]:
        lines = (self.home / "data" / "staff-sign-in.txt").read_text().splitlines()
        return lines[0].partition(": ")[2], lines[1].partition(": ")[2]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    home: Path, *init: str, settings: dict[str, str] | None = None, from_nothing: bool = False
) -> Iterator[House]:
    """Set up a paper in `home` and serve it, with `settings` in the environment. `from_nothing`: as a newcomer does,
    with every migration run."""
    if not from_nothing:
        (home / "data").mkdir(parents=True, exist_ok=True)
        template.copy(template.migrated(), home / "data" / "masthead.sqlite3")
    port = _free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_") and k != "DJANGO_SETTINGS_MODULE"}
    env |= {"MASTHEAD_HOME": str(home), "MASTHEAD_SERVER_PORT": str(port), **(settings or {})}
    subprocess.run([*COMMAND, "init", *init], env=env, cwd=home, check=True, capture_output=True)
    house = House(home, port, None, env)
    try:
        house.start()
        yield house
    finally:
        if house.process:
            house.process.terminate()
            house.process.wait(timeout=20)


def chromium() -> str:
    """The path of a Chromium; skips the test, saying so, where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("No Chromium is installed, so pages were not looked at in a browser.")
    return found


BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
