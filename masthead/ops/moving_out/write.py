"""`masthead export`: the parts as JSON lines, the originals as files, a WordPress export, and what it all is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from masthead.kit import clock, files
from masthead.ops.moving_out import CannotMoveOut, wxr_out
from masthead.pictures.models import Picture
from masthead.titles import leaving
from masthead.titles.models import Title

FORM = 1
PAPER = "paper.json"
_TITLE = ("name", "tagline", "town", "base_url", "language", "time_zone", "contact_email", "about", "corrections_policy")


@dataclass(frozen=True, slots=True)
class Step:
    """A part that is written: its name and how many rows or files it has."""

    name: str
    number: int


def write(title: Title, folder: Path) -> Iterator[Step]:
    """Write the paper into `folder`; yields each part when it is whole. Raises CannotMoveOut.

    A folder with an export of ours is written anew; one with other files is refused.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / PAPER).is_file():
        raise CannotMoveOut(f"{folder} holds files that are not an export of ours. Please name an empty folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        yield from _write(title, folder)
    except OSError as error:
        raise CannotMoveOut(f"The export is not whole: {error}. Make room or name another folder, and run it again.") from None


def _write(title: Title, folder: Path) -> Iterator[Step]:
    counts = {}
    for part in leaving.parts():
        counts[part.name] = _lines(folder / f"{part.name}.jsonl", part.rows(title), set(part.fields))
        yield Step(part.name, counts[part.name])
    counts["picture files"] = _originals(folder / "pictures")
    yield Step("picture files", counts["picture files"])
    counts["wordpress.xml"] = wxr_out.write(title, folder / "wordpress.xml")
    yield Step("wordpress.xml", counts["wordpress.xml"])
    about: dict[str, Any] = {name: getattr(title, name) for name in _TITLE}
    whole = {"form": FORM, "masthead": version("masthead"), "made_at": clock.now().isoformat(), "paper": about, "counts": counts}
    files.write_whole(folder / PAPER, json.dumps(whole, indent=1, ensure_ascii=False).encode())


def _lines(path: Path, rows: Iterator[dict[str, Any]], fields: set[str]) -> int:
    number = 0
    fresh = path.with_name(f".{path.name}")
    with fresh.open("w", encoding="utf-8") as file:
        for row in rows:
            number += 1
            if set(row) != fields:
                raise CannotMoveOut(f"{path.stem} has fields that are not documented: {sorted(set(row) ^ fields)}. Please report this.")
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    fresh.replace(path)
    return number


def _originals(folder: Path) -> int:
    folder.mkdir(exist_ok=True)
    number = 0
    for picture in Picture.objects.order_by("pk").iterator():
        target = folder / picture.file.name.rpartition("/")[2]
        if not target.exists() or target.stat().st_size != picture.file.size:
            with picture.file.storage.open(picture.file.name) as original, target.open("wb") as copy:
                shutil.copyfileobj(original, copy)
        number += 1
    return number
