"""The grown paper from nothing: `make grown-demo`. PostgreSQL and Redis of its own, two web processes, two workers, the demo.

What the compose file sets up, for a machine without a container engine. Everything lies in a temporary folder and goes with Ctrl-C.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import engines
from tests.house import COMMAND, House


@dataclass
class Set:
    """All of its processes."""

    home: Path
    database: engines.Postgres
    env: dict[str, str]
    cache_port: int
    cache: subprocess.Popen = field(init=False)
    web: House = field(init=False)
    workers: list[subprocess.Popen] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)

    def start_cache(self) -> None:
        self.cache = engines.start_redis(self.cache_port, self.home)

    def counted(self) -> int:
        """How many things Redis counts now; -1 while it does not answer."""
        import redis

        try:
            return int(redis.Redis(port=self.cache_port).dbsize())
        except redis.exceptions.RedisError:
            return -1

    def start(self) -> None:
        """Returns when readers can be sent here."""
        log = (self.home / "web.log").open("w")
        env = self.env | {"MASTHEAD_SERVER_WORK": "false"}
        web = subprocess.Popen([*COMMAND, "run", "--workers", "2"], env=env, cwd=self.home, stdout=log, stderr=log)
        self.web = House(self.home, int(self.env["MASTHEAD_SERVER_PORT"]), web, env)
        for number in (1, 2):
            self.logs.append(self.home / f"worker{number}.log")
            self.workers.append(subprocess.Popen([*COMMAND, "worker"], env=self.env, cwd=self.home, stderr=self.logs[-1].open("w")))
        for _ in range(600):
            try:
                if self.web.get("/healthz/ready")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit((self.home / "web.log").read_text()[-2000:])

    def stop(self) -> None:
        for process in (self.web.process, *self.workers, self.cache):
            if process and process.poll() is None:
                process.terminate()
                process.wait(timeout=30)


@contextmanager
def running(home: Path, settings: Mapping[str, str] | None = None, *, quiet: bool = True) -> Iterator[Set]:
    """The whole set with the demo in it, in the folder `home`."""
    with engines.postgres() as database:
        env = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_") and k != "DJANGO_SETTINGS_MODULE"}
        cache_port = engines.free_port()
        env |= {
            "MASTHEAD_HOME": str(home), "MASTHEAD_SERVER_PORT": os.environ.get("MASTHEAD_SERVER_PORT") or str(engines.free_port()),
            "MASTHEAD_DATABASE_URL": database.url, "MASTHEAD_CACHE_URL": f"redis://127.0.0.1:{cache_port}/0",
            "MASTHEAD_SECRET_KEY": secrets.token_urlsafe(50), **(settings or {}),
        }  # fmt: skip
        set_ = Set(home, database, env, cache_port)
        set_.start_cache()
        try:
            subprocess.run([*COMMAND, "init", "--demo"], env=env, cwd=home, check=True, capture_output=quiet)
            set_.start()
            yield set_
        finally:
            set_.stop()


def main() -> None:
    """Set it up, say where it is, wait for Ctrl-C."""
    begun = time.monotonic()
    os.environ.setdefault("MASTHEAD_SERVER_PORT", "8000")
    with tempfile.TemporaryDirectory(prefix="masthead-grown-") as name, running(Path(name), quiet=False) as set_:
        print(f"\n  Ready after {time.monotonic() - begun:.0f} s, at {set_.web.url}/ (sign in at /newsroom/ as above)")
        print(f"  PostgreSQL:   {set_.database.url}\n  Redis:        redis://127.0.0.1:{set_.cache_port}/0")
        print(f"  Web:          processes {set_.web.process.pid} and its neighbour (masthead run --workers 2)")
        print(f"  Workers:      processes {', '.join(str(one.pid) for one in set_.workers)} (masthead worker): one works, the other stands ready")
        print("  Try kill -9 on any of them. Ctrl-C takes everything away.", flush=True)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            signal.pause()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
