"""remark42's backup (`remark42 backup`): a line of JSON about users and posts, then a line a comment; often gzipped."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from masthead.ops.moving_in import CannotMoveIn
from masthead.ops.moving_in.report import Report
from masthead.ops.moving_in.value import Remark, Talked


def talks(path: Path, report: Report) -> Iterator[Talked]:
    """The comments of every page. Lines that are no JSON are reported and left out. Raises CannotMoveIn."""
    pages: dict[str, list[Remark]] = {}
    for number, row in _rows(path, report):
        if "version" in row:
            continue
        try:
            pages.setdefault(str(row["locator"]["url"]), []).append(_remark(row))
        except (KeyError, TypeError):
            report.fault(f"line {number}", "This is no comment of remark42; it was left out.", "Lines that are no comments were left out.")
    if not pages:
        raise CannotMoveIn(f"{path.name} is no backup of remark42: there are no comments in it. Nothing was taken in.")
    for address, remarks in pages.items():
        yield Talked(address, tuple(remarks))


def _rows(path: Path, report: Report) -> Iterator[tuple[int, dict[str, Any]]]:
    packed = path.read_bytes()[:2] == b"\x1f\x8b"
    try:
        with gzip.open(path, "rt", encoding="utf-8") if packed else path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    row = json.loads(line)
                except ValueError:
                    report.fault(f"line {number}", "This line is no JSON; it was left out.", "Lines that are no JSON were left out.")
                    continue
                if isinstance(row, dict):
                    yield number, row
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise CannotMoveIn(f"{path.name} cannot be read to its end: {error}. Nothing was taken in.") from None


def _remark(row: dict[str, Any]) -> Remark:
    user = row.get("user") or {}
    return Remark(
        key=str(row["id"]),
        parent=str(row.get("pid") or ""),
        author=str(user.get("name") or ""),
        text=str(row.get("text") or ""),
        at=_moment(str(row.get("time") or "")),
        state="deleted" if row.get("delete") else "approved",
        email=str(row.get("email") or ""),
        likes=int(row.get("score") or 0),
    )


def _moment(said: str) -> str:
    """Go writes nanoseconds; ISO 8601 here has six places at most."""
    head, dot, tail = said.partition(".")
    digits = "".join(c for c in tail if c.isdigit())[:6] if dot else ""
    zone = tail.lstrip("0123456789") if dot else ""
    return (f"{head}.{digits}{zone}" if digits else said).replace("Z", "+00:00")
