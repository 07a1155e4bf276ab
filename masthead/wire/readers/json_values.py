"""Values out of loosely kept JSON: whatever is not what it should be counts as absent, never as a fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from masthead.kit.private import DeskOnly
from masthead.wire.readers.times import parse_time

Object = dict[str, Any]


def text(value: Any) -> str | None:
    """A string or number as stripped text; None for all else and for nothing."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value).strip() or None


def first(obj: Object, *names: str) -> str | None:
    """The first of these fields that says something."""
    return next((said for name in names if (said := text(obj.get(name)))), None)


def number(value: Any) -> int | None:
    """A whole number that a version or an urgency may be."""
    said = text(value) or ""
    whole = said.partition(".")[0]
    return int(whole) if whole.isascii() and whole.isdigit() and len(whole) < 10 else None


def objects(value: Any) -> list[Object]:
    """The objects in an array, in an object keyed by name (the key as `name`), or the object itself as a list."""
    if isinstance(value, list):
        return [each for each in value if isinstance(each, dict)]
    if isinstance(value, dict):
        inner = [{"name": key, **each} for key, each in value.items() if isinstance(each, dict)]
        return inner or [value]
    return []


def texts(value: Any) -> tuple[str, ...]:
    """Strings of an array, or the one string; of objects their value, name or code."""
    values = value if isinstance(value, list) else [value]
    said = (first(v, "value", "name", "literal", "code") if isinstance(v, dict) else text(v) for v in values)
    return tuple(dict.fromkeys(s for s in said if s))


def notes(*values: Any) -> tuple[DeskOnly, ...]:
    """Notes for editors, each in the type that never leaves the desk."""
    return tuple(DeskOnly(each) for value in values for each in texts(value))


def times(obj: Object, names: Mapping[str, tuple[str, ...]]) -> Object:
    """Item fields from JSON fields: each moment in UTC, and `naive_times` for those that came without a zone."""
    found: Object = {}
    naive: list[str] = []
    for field, sources in names.items():
        moment = parse_time(first(obj, *sources))
        if moment is None:
            continue
        found[field] = moment.value
        if moment.naive:
            naive.append(field)
    return {**found, "naive_times": tuple(naive)} if naive else found


def walk(document: Any, *paths: str) -> Iterator[Object]:
    """The objects under the first of these dotted paths that leads to any."""
    for path in paths:
        at = document
        for step in filter(None, path.split(".")):
            at = at.get(step) if isinstance(at, dict) else None
        found = at if isinstance(at, list) else [at]
        hits = [each for each in found if isinstance(each, dict)]
        if hits:
            yield from hits
            return
