"""Nothing of another paper by mistake: where readers are answered and pages are printed, a question without a title raises.

It is asked of the words that go to the database, so no manager, no relation and no forgotten filter gets round it. A question
about rows that belong to a title must name the title, or reach them by a key of theirs or through a row that does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import connection, models

_FROM = re.compile(r'(?:\bFROM|^UPDATE) "(\w+)"(?: (?:AS )?(?!SET\b|WHERE\b|INNER\b|LEFT\b|ORDER\b|GROUP\b|LIMIT\b)"?(\w+)"?)?')
_TITLE = re.compile(r'"title_id"\)? (?:=|IN|IS)')
_open: ContextVar[bool] = ContextVar("masthead_across_titles", default=False)


class WithoutTitle(RuntimeError):
    """A question that might be answered with another paper's rows. It was not asked."""


@contextmanager
def guarded() -> Iterator[None]:
    """Within this, every question to the database keeps to a title. It may be entered again."""
    if _ask in connection.execute_wrappers:
        yield
        return
    with connection.execute_wrapper(_ask):
        yield


@contextmanager
def across() -> Iterator[None]:
    """Lift the guard for what belongs to a reader and not to a paper: their own account, over all papers of the house."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


def _ask(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if not _open.get() and (table := unscoped(sql)):
        raise WithoutTitle(f"A question about {table} names no title. It was not asked: {sql[:2000]}")
    return execute(sql, params, many, context)


@lru_cache(maxsize=4096)
def unscoped(sql: str) -> str:
    """The table that `sql` asks without a title; empty when there is none."""
    if sql.startswith("INSERT"):
        return ""
    tables = [(table, alias or table) for table, alias in _FROM.findall(sql) if table in _keys()]
    if not tables or _TITLE.search(sql):
        return ""
    if _reaching().search(sql):
        return ""
    for table, alias in tables:
        # With a value, a list or a row of the question around it: a mere join of two tables names nothing.
        names = "|".join(map(re.escape, _keys()[table]))
        if not re.search(rf'"?{alias}"?\."(?:{names})"\)? (?:=|IN) (?:%s|\()', sql):
            return table
    return ""


def _scoped() -> set[type[models.Model]]:
    return {model for model in apps.get_models() if _title_of(model)}


@lru_cache(maxsize=1)
def _reaching() -> re.Pattern[str]:
    """The columns, of whatever table, by which something is named that has a title: story_id, section_id..."""
    scoped = _scoped()
    fields = (field for model in apps.get_models(include_auto_created=True) for field in model._meta.local_concrete_fields)
    names = {field.column for field in fields if field.remote_field and field.remote_field.model in scoped}
    return re.compile(rf'"(?:{"|".join(sorted(map(re.escape, names)))})"\)? (?:=|IN) (?:%s|\()')


@lru_cache(maxsize=1)
def _keys() -> dict[str, frozenset[str]]:
    """For each table with a title: the columns by which one row of it is named."""
    return {
        model._meta.db_table: frozenset(field.column for field in model._meta.local_concrete_fields if field.primary_key or field.unique)
        for model in _scoped()
    }


def _title_of(model: type[models.Model]) -> bool:
    return any(f.name == "title" and f.remote_field and f.remote_field.model._meta.label == "titles.Title" for f in model._meta.local_concrete_fields)
