"""The same tests on PostgreSQL: `python -m tests.on_postgres [pytest's arguments]`. Starts a cluster of its own and takes it away."""

from __future__ import annotations

import os
import subprocess
import sys

from tests import engines

USUAL = ["-m", "not slow", "-n", "2", "--dist", "loadfile"]


def main(arguments: list[str]) -> int:
    with engines.postgres() as server:
        env = {**os.environ, "MASTHEAD_DATABASE_URL": server.url}
        return subprocess.run([sys.executable, "-m", "pytest", *(arguments or USUAL)], env=env).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
