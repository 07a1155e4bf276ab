"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write `data` so that `path` holds the old bytes or the new ones after a crash at any moment.

    Written beside, flushed to the disk, renamed over; then the folder is flushed too. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".part-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise
    flush_folder(path.parent)


def write_many(files: Sequence[tuple[Path, bytes]]) -> dict[Path, OSError]:
    """`write_whole` for each of `files`, waiting for the disk as good as once: it is asked to flush all of them side by side.

    Returns what could not be written, and why; there the old bytes stay.
    """
    failed: dict[Path, OSError] = {}
    staged: list[tuple[Path, str]] = []
    for path, data in files:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".part-", dir=path.parent)
            staged.append((path, name))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except OSError as error:
            failed[path] = error

    def settle(one: tuple[Path, str]) -> None:
        path, name = one
        try:
            if path not in failed:
                _flush(name)
                Path(name).chmod(0o644)
                os.replace(name, path)
        except OSError as error:
            failed[path] = error
        if path in failed:
            with contextlib.suppress(OSError):
                os.unlink(name)

    def settle_folder(folder: Path) -> None:
        try:
            flush_folder(folder)
        except OSError as error:
            failed.update({path: error for path, _ in staged if path.parent == folder})

    if staged:
        with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(staged)), "masthead-flush") as hands:
            list(hands.map(settle, staged))
            list(hands.map(settle_folder, {path.parent for path, _ in staged}))
    return failed


SIDE_BY_SIDE = 10


def _flush(name: str) -> None:
    handle = os.open(name, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_folder(folder: Path) -> None:
    """Make renames and removals in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
