"""Paths that come from outside and must stay inside."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote


class Outside(ValueError):
    """A name led out of its folder."""


def inside(folder: Path, name: str) -> Path:
    """The file `name` names below `folder`. Raises Outside for ways up, absolute names and links that leave it."""
    folder = folder.resolve()
    clean = unquote(name).replace("\\", "/")
    if clean.startswith("/") or "\x00" in clean:
        raise Outside(f"“{name}” is not a file name inside {folder.name}.")
    path = (folder / clean).resolve()
    if not path.is_relative_to(folder):
        raise Outside(f"“{name}” leads out of {folder.name}.")
    return path
