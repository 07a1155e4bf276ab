"""A table of stories: CSV with named columns, one row a story. The columns are listed in docs/move-in.md."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil import parser as dates

from masthead.kit import html
from masthead.ops.moving_in import CannotMoveIn
from masthead.ops.moving_in.markup import Markup
from masthead.ops.moving_in.value import Image, Moved, Named

COLUMNS = {
    "id": "its number or name there; empty: its address",
    "headline": "the headline (must be there)",
    "body": "text with blank lines between paragraphs, or HTML",
    "standfirst": "the summary above the text",
    "kicker": "one or two words above the headline",
    "section": "name of the section",
    "topics": "names, with semicolons between them",
    "byline": "names of the writers, with semicolons between them",
    "published": "date and time; without a zone, the paper's own; empty: a draft",
    "changed": "date and time of the last change that matters",
    "state": "public or draft; empty: public where there is a date",
    "url": "its old address: it will lead to the new one",
    "picture": "address or file name of the lead picture",
    "caption": "its caption",
    "credit": "its credit",
    "alt": "what it shows, for those who cannot see it",
    "language": "BCP 47 tag, where it is not the paper's",
}


class Table:
    """A CSV file in UTF-8, its separator found by itself. Raises CannotMoveIn for one without a headline column."""

    def __init__(self, path: Path, zone: ZoneInfo, base: str = "") -> None:
        self.path, self.zone, self.base = path, zone, base
        csv.field_size_limit(min(sys.maxsize, 50_000_000))
        with path.open(encoding="utf-8-sig", newline="") as file:
            begin = file.readline()
            self.separator = max(",;\t", key=begin.count)
            file.seek(0)
            names = next(csv.reader(file, delimiter=self.separator), [])
        self.names = [name.strip().lower() for name in names]
        if "headline" not in self.names:
            raise CannotMoveIn(f"{path.name} has no column “headline”; its first line must name the columns. Nothing was taken in.")

    @property
    def unknown(self) -> list[str]:
        """Columns that we do not know and leave out."""
        return [name for name in self.names if name and name not in COLUMNS]

    def stories(self) -> Iterator[Moved]:
        """The rows, in order. A row that cannot be decoded raises CannotMoveIn; what came before it was taken in."""
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, delimiter=self.separator)
            next(rows)
            number = 1
            try:
                for number, row in enumerate(rows, 2):
                    if any(cell.strip() for cell in row):
                        yield self._story(dict(zip(self.names, (cell.strip() for cell in row), strict=False)), number)
            except UnicodeDecodeError:
                raise CannotMoveIn(f"{self.path.name} is not UTF-8 after line {number}; save it as UTF-8 and run this again.") from None

    def _story(self, said: dict[str, str], number: int) -> Moved:
        markup = Markup(lambda _: None, self.base)
        published, fault = self._time(said.get("published", ""))
        changed, _ = self._time(said.get("changed", ""))
        url, picture = said.get("url", ""), said.get("picture", "")
        state = said.get("state", "").lower() or ("public" if published else "draft")
        return Moved(
            key=said.get("id") or url or f"line {number}: {said.get('headline', '')}",
            kind="story",
            headline=html.to_text(said.get("headline", "")),
            pieces=markup.pieces(said.get("body", "")),
            url=url,
            slug=url.rstrip("/").rpartition("/")[2] if "?" not in url else "",
            standfirst=html.to_text(said.get("standfirst", "")),
            kicker=said.get("kicker", ""),
            language=said.get("language", ""),
            state="public" if state in ("public", "published", "publish", "live") else "draft",
            published_at=published,
            changed_at=changed,
            sections=(Named(said["section"]),) if said.get("section") else (),
            topics=tuple(_names(said.get("topics", ""))),
            credits=tuple(_names(said.get("byline", ""))),
            lead=Image(picture, said.get("caption", ""), said.get("credit", ""), said.get("alt", "")) if picture else None,
            faults=(*markup.faults, *([fault] if fault else [])),
        )

    def _time(self, said: str) -> tuple[datetime | None, str]:
        if not said:
            return None, ""
        try:
            at = datetime.fromisoformat(said) if said[:4].isdigit() else dates.parse(said)
        except (ValueError, OverflowError):
            return None, f"“{said[:40]}” is not a date; write 2026-11-24 09:30."
        return (at if at.tzinfo else at.replace(tzinfo=self.zone)), ""


def _names(said: str) -> Iterator[Named]:
    for name in said.split(";"):
        if name.strip():
            yield Named(name.strip())
