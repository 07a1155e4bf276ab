"""What a paper takes along when it moves out: each room says what it holds, as plain rows with named fields.

A room below the doors adds its part from its AppConfig.ready:

    leaving.part("followers", "Readers who follow something.", {"email": "where letters go", ...}, rows)

`rows(title)` yields dicts of JSON values with exactly these fields. The keyholder's door writes them as JSON lines, and a
test asks that docs/move-out.md explains every field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from masthead.titles.models import Title

Rows = Callable[["Title"], Iterator[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the export: NAME.jsonl."""

    name: str
    about: str
    fields: Mapping[str, str]
    rows: Rows


_parts: dict[str, Part] = {}


def part(name: str, about: str, fields: Mapping[str, str], rows: Rows) -> None:
    """Have `rows` written as NAME.jsonl. `fields`: each field with what it means."""
    _parts[name] = Part(name, about, fields, rows)


def parts() -> tuple[Part, ...]:
    """Every part, by name."""
    return tuple(_parts[name] for name in sorted(_parts))
