"""From SQLite to PostgreSQL, and from the disk to a bucket: everything copied, then counted on both sides.

The old place is only read. Rows are copied table by table in one transaction: either all of the paper is there, or
nothing. Search indexes are not copied but made anew by the paper itself, because each engine has its own kind.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connections, models, transaction

from masthead.kit.buckets import Bucket
from masthead.ops.keeping import CannotKeep

AT_A_TIME = 500
OLD, NEW = "moving_from", "default"
OF_THE_ENGINE = ("wagtailsearch",)
"""Rooms whose tables are another on each engine; ours are empty, because nothing is indexed there (settings)."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A table or a folder: how many rows or files there were, and are now."""

    name: str
    before: int
    after: int


def move_rows(source: Path) -> Iterator[Moved]:
    """Copy every row of the SQLite database at `source` into the PostgreSQL of the settings; yields each table counted.

    Raises CannotKeep, and nothing is kept then: for a database that is not empty, another version, a count that differs.
    """
    if connections[NEW].vendor != "postgresql":
        raise CannotKeep("Set database.url to the PostgreSQL database that the paper is to move into, then run this again.")
    if not source.is_file():
        raise CannotKeep(f"There is no database at {source}.")
    _open(source)
    try:
        _refuse_another_version()
        call_command("migrate", interactive=False, verbosity=0)
        _refuse_a_paper()
        with transaction.atomic(using=NEW):
            yield from _copy()
    finally:
        connections[OLD].close()
        del connections.settings[OLD]


def _open(source: Path) -> None:
    with closing(sqlite3.connect(source)) as old:
        if (said := old.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise CannotKeep(f"The database is damaged ({said}). Nothing was moved. Restore a backup first.")
    connections.settings[OLD] = {**connections.settings[NEW], "ENGINE": "django.db.backends.sqlite3", "NAME": str(source), "OPTIONS": {}}


def _refuse_another_version() -> None:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[OLD])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotKeep("The old database is of another version. Start this version with it once (“masthead init”), then move.")


def _refuse_a_paper() -> None:
    if apps.get_model("titles.Title").objects.using(NEW).exists():
        raise CannotKeep("There is a paper in that PostgreSQL database already. Nothing was changed. Name an empty one.")


def tables() -> list[type[models.Model]]:
    """Every table that a model stands for, those of many-to-many fields too."""
    found = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
    found = [m for m in found if m._meta.app_label not in OF_THE_ENGINE]
    return sorted({m._meta.db_table: m for m in found}.values(), key=lambda m: m._meta.db_table)


def _copy() -> Iterator[Moved]:
    with connections[NEW].cursor() as cursor:
        _let_references_wait(cursor)
        # What migrations put there comes again with the old rows, by its own numbers.
        names = ", ".join(f'"{m._meta.db_table}"' for m in tables())
        cursor.execute(f"TRUNCATE {names} CASCADE")
    for model in tables():
        yield _table(model)
    yield _cache()
    _go_on_counting()
    _index_anew()


def _let_references_wait(cursor: Any) -> None:
    """Tables are copied in the order of their names, so references are proven at the end."""
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _table(model: type[models.Model]) -> Moved:
    columns = [field.attname for field in model._meta.local_concrete_fields]
    rows = model._base_manager.using(OLD).order_by("pk").values_list(*columns).iterator(AT_A_TIME)
    waiting: list[tuple[Any, ...]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == AT_A_TIME:
            _insert(model, waiting)
            waiting = []
    _insert(model, waiting)
    return _counted(model._meta.db_table)


def _insert(model: type[models.Model], rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    to, fields = connections[NEW], model._meta.local_concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    ready = [[field.get_db_prep_save(value, to) for field, value in zip(fields, row, strict=True)] for row in rows]
    with to.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})', ready)  # noqa: S608


def _counted(table: str) -> Moved:
    counts = []
    for alias in (OLD, NEW):
        with connections[alias].cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608
            counts.append(cursor.fetchone()[0])
    moved = Moved(table, *counts)
    if moved.before != moved.after:
        raise CannotKeep(f"{table} had {moved.before} rows and has {moved.after} now. Nothing was moved.")
    return moved


def _cache() -> Moved:
    """Tries that were counted are of no use to anybody afterwards."""
    return Moved("people_counted", 0, 0)


def _go_on_counting() -> None:
    """The next new row gets a number after the highest."""
    from django.core.management.color import no_style

    to = connections[NEW]
    with to.cursor() as cursor:
        for line in to.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(line)


def _index_anew() -> None:
    """Have the worker write the search indexes; until then the newest stories are found first."""
    apps.get_model("stories.Story").objects.using(NEW).update(indexed=False)
    apps.get_model("stories.Clipping").objects.using(NEW).all().delete()


def move_files(data: Path, originals: Path, bucket: Bucket) -> Iterator[Moved]:
    """Copy originals and deliveries into the bucket; yields each folder counted and its bytes compared. Safe to repeat.

    Raises BucketError, CannotKeep.
    """
    for name, folder in (("originals", originals), ("kept", data / "wire" / "kept")):
        files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        there = dict(bucket.everything(f"{name}/"))
        for path in files:
            key = f"{name}/{path.relative_to(folder).as_posix()}"
            if there.get(key) != path.stat().st_size:
                body = path.read_bytes()
                bucket.put(key, body)
                if hashlib.sha256(bucket.get(key)).digest() != hashlib.sha256(body).digest():
                    raise CannotKeep(f"{key} is another in the bucket than on the disk. Please run it again.")
        after = dict(bucket.everything(f"{name}/"))
        arrived = sum(after.get(f"{name}/{p.relative_to(folder).as_posix()}") == p.stat().st_size for p in files)
        if arrived != len(files):
            raise CannotKeep(f"{len(files) - arrived} files of {name} are not in the bucket. Please run it again.")
        yield Moved(name, len(files), arrived)
