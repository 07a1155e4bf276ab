"""`masthead wire parse` for people: each item as a card, empty fields left out, notes for editors marked."""

from __future__ import annotations

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

_FIRST = (
    "headline",
    "standfirst",
    "byline",
    "authors",
    "dateline",
    "pubstatus",
    "embargoed_until",
    "embargo_open",
)
_DESK = "ednotes"
_LAST = ("body_first", "body_last", "media", "repairs", "warnings")
_NOT_SHOWN = ("body",)
_LONGEST = 300
_STATUS_STYLE = {"usable": "green", "withheld": "yellow", "canceled": "bold red"}


def show(found: dict[str, Any], console: Console | None = None) -> None:
    """Print one contract dict (see `contract.reading_dict`) as readable text."""
    console = console or Console()
    count = len(found["items"])
    noun = "item" if count == 1 else "items"
    console.print(Text(f"{found['file']}: {found['format']}, {count} {noun}", style="bold"), soft_wrap=True)
    for number, item in enumerate(found["items"], start=1):
        console.print(_card(item, number))
    for sentence in found["errors"]:
        console.print(Text(sentence, style="bold red"))


def _card(item: dict[str, Any], number: int) -> Panel:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name in _ordered(item):
        table.add_row(name.replace("_", " "), _value(name, item[name]))
    return Panel(table, title=f"{number}. {item['type']}", title_align="left")


def _ordered(item: dict[str, Any]) -> list[str]:
    middle = [name for name in item if name not in (*_FIRST, *_LAST, *_NOT_SHOWN, _DESK, "type")]
    wanted = (*_FIRST, *middle, *_LAST, _DESK)
    return [name for name in wanted if name in item]


def _value(name: str, value: object) -> RenderableType:
    if name == _DESK and isinstance(value, list):
        return Group(*(Text(f"desk only: {note}", style="magenta") for note in value))
    if name == "media" and isinstance(value, list):
        return Group(*(Text(_medium(one)) for one in value))
    if isinstance(value, list):
        return Text(_short("; ".join(str(part) for part in value)))
    return Text(_short(str(value)), style=_STATUS_STYLE.get(str(value), "") if name == "pubstatus" else "")


def _medium(one: dict[str, Any]) -> str:
    size = f"{one['width']} x {one['height']}" if one.get("width") and one.get("height") else None
    parts = (one.get("type"), size, one.get("caption"), one.get("credit"), one.get("url"))
    return _short(" | ".join(str(part) for part in parts if part))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
