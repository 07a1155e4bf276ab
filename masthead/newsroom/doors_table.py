"""The table of docs/doors.md, made from the URL configuration and the doorkeeper's lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from masthead.newsroom.doors import CLOSED, OPEN, SELF, Door, door_of
from masthead.people.roles import GRANTS, Deed, Role
from masthead.stories.permissions import ON_OWN

HEAD = """# Every address and who may open it

Made by `manage.py doors` from the URL configuration, Wagtail's own addresses included; a test asks that it is up to
date and walks all of it with every role. *look*: GET; *send*: POST. *yes*; *own*: one's own stories while they are
not public; *–*: refused; *self*: about one's own account; *all*: without signing in. Editors of one section may do it
in that section alone; what belongs to no section asks for a role in the whole paper. Another paper's things are a 404.
Staff with all powers (the first account) may do what a keyholder may.

"""


@dataclass(frozen=True, slots=True)
class Address:
    """One line of the URL configuration."""

    route: str
    name: str
    callback: Any = None


def addresses() -> list[Address]:
    """All addresses of the house, in the order in which they are tried."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: Iterable[Any], route: str, space: str) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield Address(here, f"{space}{pattern.name or ''}", pattern.callback)


def allowed(asked: str, role: str) -> str:
    """Whether `role` may, in a word of the table."""
    if asked in (OPEN, SELF):
        return {OPEN: "all", SELF: "self"}[asked]
    if asked == CLOSED:
        return "–"
    if Deed(asked) in GRANTS[role]:
        return "yes"
    return "own" if asked in ON_OWN and Deed.WRITE in GRANTS[role] else "–"


def text() -> str:
    """The whole page."""
    roles = list(Role.values)
    lines = [f"| address | name | {' | '.join(roles)} |", "|---" * (2 + len(roles)) + "|"]
    lines += [_line(one, roles) for one in addresses()]
    return HEAD + "\n".join(lines) + "\n"


def _line(one: Address, roles: list[str]) -> str:
    route = re.sub(r"\|", r"\\|", one.route)
    if not one.route.startswith("newsroom/"):
        return f"| `/{route}` | the readers’ door | " + " | ".join("all" for _ in roles) + " |"
    found = door_of(one.name)
    return f"| `/{route}` | {one.name or '(none)'} | " + " | ".join(_cell(found, role) for role in roles) + " |"


def _cell(found: Door, role: str) -> str:
    look, send = allowed(found.look, role), allowed(found.send, role)
    return look if look == send else f"look {look}, send {send}"
