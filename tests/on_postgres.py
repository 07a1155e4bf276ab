"""The same tests on PostgreSQL: `python -m tests.on_postgres [pytest's arguments]`. Starts a cluster of its own and takes it away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import engines

ROOMS = [f"tests/{room}" for room in ("stories", "promises", "exchange", "circulation", "mailroom")]
USUAL = ["-m", "not slow", "-n", "2", "--dist", "loadfile", *(room for room in ROOMS if (Path(__file__).parents[1] / room).is_dir())]
"""The rooms whose work is done in the database; `tests` as an argument runs them all, some minutes longer."""


def main(arguments: list[str]) -> int:
    with engines.postgres() as server:
        env = {**os.environ, "MASTHEAD_DATABASE_URL": server.url}
        return subprocess.run([sys.executable, "-m", "pytest", *(arguments or USUAL)], env=env).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
