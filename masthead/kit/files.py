"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace `path` with `data` so that a crash at any moment leaves the old file or the new one.

    Written beside, flushed to the disk, renamed over; then the folder is flushed too. Raises OSError.
    """
    handle, name = _begin(path)
    try:
        _fill(handle, data)
        _land(handle, name, path, mode)
    except BaseException:
        _leave(name)
        raise
    flush_folder(path.parent)


def write_many(files: Sequence[tuple[Path, bytes]]) -> dict[Path, OSError]:
    """`write_whole` for each of `files`, with the flushing side by side: the disk does it in the time of a few.

    Returns what could not be written, and why; there the old bytes stay.
    """
    failed: dict[Path, OSError] = {}
    staged: list[tuple[int, str, Path]] = []
    for path, data in files:
        try:
            handle, name = _begin(path)
        except OSError as error:
            failed[path] = error
            continue
        try:
            _fill(handle, data)
            staged.append((handle, name, path))
        except OSError as error:
            failed[path] = error
            _leave(name)

    def settle(some: Sequence[tuple[int, str, Path]]) -> None:
        for handle, name, path in some:
            try:
                _land(handle, name, path, 0o644)
            except OSError as error:
                failed[path] = error
                _leave(name)

    def settle_folders(some: Sequence[Path]) -> None:
        for folder in some:
            try:
                flush_folder(folder)
            except OSError as error:
                failed.update({path: error for _, _, path in staged if path.parent == folder})

    if staged:
        with ThreadPoolExecutor(SIDE_BY_SIDE, "masthead-flush") as hands:
            list(hands.map(settle, _dealt(staged)))
            list(hands.map(settle_folders, _dealt(sorted({path.parent for _, _, path in staged}))))
    return failed


SIDE_BY_SIDE = 10
"""Flushes that wait for the disk at a time."""

T = TypeVar("T")


def _dealt(things: Sequence[T]) -> list[Sequence[T]]:
    """`things` in as many parts as there are hands."""
    return [part for n in range(SIDE_BY_SIDE) if (part := things[n::SIDE_BY_SIDE])]


def _begin(path: Path) -> tuple[int, str]:
    """A new file beside `path`, open for writing."""
    name = f"{path.parent}/.part-{secrets.token_hex(6)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        return os.open(name, flags, 0o600), name
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(name, flags, 0o600), name


def _fill(handle: int, data: bytes) -> None:
    """Write all of `data`; closes the file if that fails."""
    try:
        with open(handle, "wb", closefd=False) as file:
            file.write(data)
    except BaseException:
        os.close(handle)
        raise


def _land(handle: int, name: str, path: Path, mode: int) -> None:
    """Flush what was written, and put it in its place; closes the file in any case."""
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    Path(name).chmod(mode)
    os.replace(name, path)


def _leave(name: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(name)


def flush_folder(folder: Path) -> None:
    """Make renames and removals in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
