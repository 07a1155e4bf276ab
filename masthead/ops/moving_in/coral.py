"""Coral (5 and later): the collections `stories`, `comments` and `users` as `mongoexport` writes them, in one folder.

Each is a file with a document a line, or one JSON list (`--jsonArray`): stories.json, comments.json, users.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from masthead.ops.moving_in import CannotMoveIn
from masthead.ops.moving_in.report import Report
from masthead.ops.moving_in.value import Remark, Talked

STATES = {"NONE": "approved", "APPROVED": "approved", "PREMOD": "waiting", "SYSTEM_WITHHELD": "waiting", "REJECTED": "deleted"}


def talks(folder: Path, report: Report) -> Iterator[Talked]:
    """The comments of every story. Memory goes with the number of comments. Raises CannotMoveIn."""
    addresses = {str(row.get("id")): str(row.get("url") or "") for row in _rows(folder, "stories", report)}
    users = {str(row.get("id")): row for row in _rows(folder, "users", report, needed=False)}
    found: dict[str, list[Remark]] = {}
    for row in _rows(folder, "comments", report):
        found.setdefault(str(row.get("storyID")), []).append(_remark(row, users.get(str(row.get("authorID")), {})))
    for story, remarks in found.items():
        yield Talked(addresses.get(story, ""), tuple(remarks))


def _rows(folder: Path, name: str, report: Report, *, needed: bool = True) -> Iterator[dict[str, Any]]:
    path = next((p for end in ("json", "jsonl") if (p := folder / f"{name}.{end}").is_file()), None)
    if path is None:
        if needed:
            raise CannotMoveIn(f"{folder} has no {name}.json. Export the collections stories, comments and users with mongoexport. Nothing was taken in.")
        report.fault(f"{name}.json", f"There is no {name}.json; comments stand without the names of their authors.")
        return
    with path.open(encoding="utf-8") as file:
        whole = file.read(1) == "["
        file.seek(0)
        try:
            if whole:
                yield from (row for row in json.load(file) if isinstance(row, dict))
                return
        except ValueError as error:
            raise CannotMoveIn(f"{path.name} is no JSON: {error}. Nothing was taken in.") from None
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line) if line.strip() else None
            except ValueError:
                report.fault(f"{path.name}, line {number}", "This line is no JSON; it was left out.", "Lines that are no JSON were left out.")
                continue
            if isinstance(row, dict):
                yield row


def _remark(row: dict[str, Any], user: dict[str, Any]) -> Remark:
    revisions = row.get("revisions") or [{}]
    reactions = (row.get("actionCounts") or {}).get("REACTION", 0)
    return Remark(
        key=str(row.get("id")),
        parent=str(row.get("parentID") or ""),
        author=str(user.get("username") or ""),
        text=str(revisions[-1].get("body") or ""),
        at=_moment(row.get("createdAt")),
        state="deleted" if row.get("deletedAt") else STATES.get(str(row.get("status")), "waiting"),
        email=str(user.get("email") or ""),
        likes=reactions if isinstance(reactions, int) else 0,
    )


def _moment(said: Any) -> str:
    """MongoDB's extended JSON: a string, or {"$date": a string or milliseconds}."""
    if isinstance(said, dict):
        said = said.get("$date")
        if isinstance(said, dict):
            said = said.get("$numberLong")
    if isinstance(said, int) or (isinstance(said, str) and said.isdigit()):
        return datetime.fromtimestamp(int(said) / 1000, tz=UTC).isoformat()
    return str(said or "").replace("Z", "+00:00")
