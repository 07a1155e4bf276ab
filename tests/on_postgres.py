"""The same tests on PostgreSQL and Redis: `python -m tests.on_postgres [pytest's arguments]`. Starts both and takes them away."""

from __future__ import annotations

import os
import subprocess
import sys

from tests import engines

PROMISES = ["arranged", "canaries", "corrections", "duties", "embargo", "kill", "picture_terms", "scenarios", "sources", "tips"]
"""Those that ask the rooms themselves; the others start houses of their own, on engines of their own."""
ROOMS = ["stories", "exchange", "circulation", "mailroom", "comments", "ops", "people"]
"""Whose work is done in the database."""
USUAL = [
    ["-m", "not slow", "-n", "2", "--dist", "loadfile", *(f"tests/{room}" for room in (*ROOMS, "promises"))],
    ["-m", "slow and not soak and not transactional", "-n", "2", "--dist", "loadfile", *(f"tests/promises/test_{name}.py" for name in PROMISES)],
]
"""Run by `make grown`, one after the other. `tests` as an argument runs them all, many minutes longer."""


def main(arguments: list[str]) -> int:
    with engines.postgres() as server, engines.redis() as cache:
        env = {**os.environ, "MASTHEAD_DATABASE_URL": server.url, "MASTHEAD_CACHE_URL": cache}
        return max(subprocess.run([sys.executable, "-m", "pytest", *said], env=env).returncode for said in ([arguments] if arguments else USUAL))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
