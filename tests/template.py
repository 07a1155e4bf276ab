"""A database with every migration applied, made once for each state of the models and copied from then on.

Running two hundred migrations takes a quarter of a minute. Every test process, and every house that a test sets up,
would pay that again. `python -m tests.template` makes the copy ahead.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = Path(sys.prefix) / "test-databases"
SHAPES = ("*/migrations/*.py", "*/models.py", "*/models/*.py", "*/apps.py", "people/roles.py", "project/settings.py")
"""What decides the tables and the rows that migrations write."""


def _state() -> str:
    digest = hashlib.sha256()
    for package in sorted(f"{d.name}=={d.version}" for d in distributions()):
        digest.update(package.encode())
    for pattern in SHAPES:
        for file in sorted((ROOT / "masthead").glob(pattern)):
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def migrated() -> Path:
    """The path of a fully migrated, otherwise empty SQLite database. Never write to it: copy it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{_state()}.sqlite3"
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            _make(path)
    return path


def _make(path: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        env = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_")}
        env |= {"MASTHEAD_HOME": home, "MASTHEAD_PATHS_DATA": home, "DJANGO_SETTINGS_MODULE": "masthead.project.settings"}
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=env, cwd=ROOT, check=True)
        # By way of a backup: rows that still stand in the write-ahead log come with it.
        copy(Path(home) / "masthead.sqlite3", Path(home) / "whole")
        for old in sorted(KEPT.glob("*.sqlite3"), key=lambda p: p.stat().st_mtime)[:-8]:
            old.unlink()
        shutil.copy(Path(home) / "whole", path.with_suffix(".new"))
        path.with_suffix(".new").rename(path)


def copy(source: Path, target: Path) -> None:
    """Copy a database file, whatever its log holds."""
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()


if __name__ == "__main__":
    migrated()
