"""The last step of a restore: what was made ready beside takes the place of what is there.

Until `ready` is written, nothing of the old has been touched. From then on the step is finished whatever happens, by
the restore itself or by the next start: each entry is moved once, and moving goes on where it stopped.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from masthead.kit import files

STAGE = ".restoring"
BEFORE = ".before-restore"
_NEW, _READY = "new", "ready"
STAYS = frozenset({STAGE, BEFORE, "static"})
"""In the data folder: what a restore leaves where it is."""


def stage(data: Path) -> Path:
    """An empty folder below `data` in which everything is made ready."""
    shutil.rmtree(data / STAGE, ignore_errors=True)
    (data / STAGE / _NEW).mkdir(parents=True, mode=0o700)
    return data / STAGE / _NEW


def say_ready(data: Path, word: str) -> None:
    """From now on the new replaces the old, even if we are killed. `word` names this restore."""
    files.flush_folder(data / STAGE / _NEW)
    files.write_whole(data / STAGE / _READY, json.dumps({"word": word}).encode())


def pending(data: Path) -> str:
    """The word of a restore that was made ready and not finished; empty when there is none."""
    path = data / STAGE / _READY
    return str(json.loads(path.read_text())["word"]) if path.is_file() else ""


def finish(data: Path) -> bool:
    """Put the new in the place of the old, which lies in `.before-restore` until it is all done. Whether there was any."""
    if not pending(data):
        return False
    new, old, arrived = data / STAGE / _NEW, data / BEFORE, data / STAGE / "arrived"
    old.mkdir(exist_ok=True)
    done = set(arrived.read_text().splitlines()) if arrived.is_file() else set()
    for name in sorted({p.name for p in data.iterdir()} - STAYS - done):
        _away(data / name, old / name)
    for path in sorted(new.iterdir()):
        # Noted before it is moved: what is noted is never taken for the old.
        with arrived.open("a") as said:
            said.write(f"{path.name}\n")
            said.flush()
            os.fsync(said.fileno())
        path.rename(data / path.name)
    files.flush_folder(data)
    shutil.rmtree(data / STAGE)
    shutil.rmtree(old, ignore_errors=True)
    return True


def _away(path: Path, to: Path) -> None:
    if to.is_dir() and not to.is_symlink():
        shutil.rmtree(to)
    path.rename(to)
