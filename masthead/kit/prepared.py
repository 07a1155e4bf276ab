"""A question to the database that is put into SQL once, and asked many times with other values.

Django writes the SQL of a query set anew for every asking: about a millisecond of processor time, ten times what SQLite
takes to answer. That is as it should be on a screen of the newsroom; where one comment asks twenty questions it is most of
what a comment costs. Here the query set is written once for each thread (a thread has its own connection), with slots for
values, and read with Django's own iterables: models, `select_related`, `values_list` as always. No `prefetch_related`.

    _OF_READER = Prepared(lambda: Comment.objects.filter(author=Slot("reader"), at__gt=Slot("since")).order_by("-at"))
    _OF_READER.all(reader=reader.pk, since=yesterday)
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler

T = TypeVar("T")


class Slot(Expression):
    """The place of a value in a prepared question. It stands on the right side of a lookup."""

    def __init__(self, name: str, output_field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class Slots(Expression):
    """The places of several values, on the right side of a lookup with `__in`."""

    def __init__(self, names: tuple[str, ...], output_field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=output_field)
        self.names = names

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        return f"({', '.join(['%s'] * len(self.names))})", [Slot(name) for name in self.names]


class _Written(Generic[T]):
    """The question as one thread asks it."""

    def __init__(self, rows: QuerySet[Any, T]) -> None:
        compiler: Any = rows.query.get_compiler(connection=connection)
        self._sql, self._params = compiler.as_sql()
        converters = compiler.get_converters([row[0] for row in compiler.select[: compiler.col_count]])
        compiler.get_converters = lambda _expressions: converters
        compiler.as_sql = lambda *_, **__: (self._sql, self._bound)
        rows.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        self.rows, self._read = rows, cast("Callable[[QuerySet[Any, T]], Iterable[T]]", rows._iterable_class)
        self._bound: tuple[Any, ...] = ()

    def ask(self, values: dict[str, Any]) -> list[T]:
        self._bound = tuple(_value(values[p.name]) if isinstance(p, Slot) else p for p in self._params)
        return list(self._read(self.rows))


def _value(value: Any) -> Any:
    if value is None:
        raise ValueError("Nothing equals NULL: a prepared question takes no None.")
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


class Prepared(Generic[T]):
    """A query set with slots, made by `make` when it is first asked.

    Values are numbers, strings, booleans and aware datetimes. Raises KeyError when one is missing, ValueError for None.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, T]]) -> None:
        self._make, self._local = make, threading.local()

    def all(self, **values: Any) -> list[T]:
        """Every row."""
        written: _Written[T] | None = getattr(self._local, "written", None)
        if written is None:
            written = self._local.written = _Written(self._make())
        return written.ask(values)

    def first(self, **values: Any) -> T | None:
        """The first row; None when there is none. The query set itself says how many are read."""
        rows = self.all(**values)
        return rows[0] if rows else None


_SIZES = (1, 8, 32, 128, 400)
"""Keys in one question: a few sizes, so that few questions are written. The last key is repeated to fill one."""


class PreparedMany(Generic[T]):
    """A query set about many keys at once: `make` gets what stands on the right side of `__in`.

    Rows come a piece of keys after another, in the order of the query set within each piece.
    """

    def __init__(self, make: Callable[[Any], QuerySet[Any, T]]) -> None:
        def sized(size: int) -> Prepared[T]:
            return Prepared(lambda: make(Slots(tuple(f"key{n}" for n in range(size)))))

        self._sized = {size: sized(size) for size in _SIZES}

    def all(self, keys: Iterable[int]) -> list[T]:
        """Every row of `keys`; none of no keys."""
        left, found = list(dict.fromkeys(keys)), []
        while left:
            some, left = left[: _SIZES[-1]], left[_SIZES[-1] :]
            size = next(size for size in _SIZES if size >= len(some))
            filled = some + some[-1:] * (size - len(some))
            found += self._sized[size].all(**{f"key{n}": key for n, key in enumerate(filled)})
        return found
