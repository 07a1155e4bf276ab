"""A copy of the database while the paper runs, as it stood at one moment; and the way back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from masthead.ops.keeping import CannotKeep

SQLITE, POSTGRESQL = "sqlite", "postgresql"
NOT_COUNTED = ("sqlite_",)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy on disk: which engine it is for, where it lies, how many rows each table has."""

    engine: str
    file: Path
    rows: dict[str, int]


def engine() -> str:
    """The engine in use: sqlite or postgresql."""
    return connection.vendor


def sqlite_file() -> Path:
    """Where the SQLite database lies (in tests it may be a name that is no file)."""
    return Path(str(connection.settings_dict["NAME"]))


def take(folder: Path) -> Snapshot:
    """A copy of the database as of now, in `folder`. Raises CannotKeep."""
    return _from_sqlite(folder / "database.sqlite3") if engine() == SQLITE else _from_postgresql(folder / "database.sql")


def _from_sqlite(target: Path) -> Snapshot:
    connection.ensure_connection()
    # In one step: readers hold up no writer in WAL mode, and in several steps each write would begin the copy anew.
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if (said := copy.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise CannotKeep(f"The database is damaged ({said}); no backup was made of it. Older backups are untouched.")
        rows = count_sqlite(copy)
    return Snapshot(SQLITE, target, rows)


def count_sqlite(database: sqlite3.Connection) -> dict[str, int]:
    """Rows of every table, shadow tables of the search index included."""
    names = [r[0] for r in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    plain = [name for name in names if not name.startswith(NOT_COUNTED)]
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in plain}  # noqa: S608


def count_postgresql(cursor: Any) -> dict[str, int]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    counts = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608  a name from the catalogue
        counts[name] = cursor.fetchone()[0]
    return counts


@contextmanager
def _own_postgresql() -> Iterator[Any]:
    """A connection beside Django's, so that its long transaction is nobody else's."""
    import psycopg

    conf = connection.settings_dict
    given = {"dbname": conf["NAME"], "user": conf["USER"], "password": conf["PASSWORD"], "host": conf["HOST"], "port": conf["PORT"]}
    with psycopg.connect(**{k: v for k, v in given.items() if v}) as own:
        yield own


def _from_postgresql(target: Path) -> Snapshot:
    with _own_postgresql() as own, own.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        seen = cursor.fetchone()[0]
        _run("pg_dump", "--no-owner", "--no-privileges", f"--snapshot={seen}", f"--file={target}")
        rows = count_postgresql(cursor)
    return Snapshot(POSTGRESQL, target, rows)


def _run(program: str, *options: str) -> None:
    """Run one of PostgreSQL's own programs on the paper's database. Raises CannotKeep."""
    found = shutil.which(program)
    if not found:
        raise CannotKeep(f"{program} is not installed. Install PostgreSQL's client programs (apt install postgresql-client).")
    conf = connection.settings_dict
    named = {"PGHOST": conf["HOST"], "PGPORT": conf["PORT"], "PGUSER": conf["USER"], "PGPASSWORD": conf["PASSWORD"], "PGDATABASE": conf["NAME"]}
    env = {**os.environ, **{k: str(v) for k, v in named.items() if v}}
    done = subprocess.run([found, *options], env=env, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CannotKeep(f"{program} failed: {last}. Nothing was changed.")


def check_sqlite(file: Path, rows: dict[str, int]) -> None:
    """Raise CannotKeep unless the file is sound and every table has as many rows as were counted."""
    with closing(sqlite3.connect(file)) as database:
        said = database.execute("PRAGMA quick_check").fetchone()[0]
        if said != "ok" or count_sqlite(database) != rows:
            raise CannotKeep("The database does not come out of the backup as it went in. Nothing was changed; try an older one.")




def begin_anew_in_sqlite(file: Path, word: str, at: str, reason: str) -> None:
    """Write into a copy that a new life begins, not yet settled."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "INSERT INTO ops_installation (word, began_at, reason, settled) VALUES (?, ?, ?, 0)",
            (word.replace("-", ""), at, reason),
        )
    # Django opens it in WAL mode; the file alone must hold everything.
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode=DELETE")


def into_postgresql(dump: Path, word: str, at: str, reason: str) -> None:
    """Bring a dump into the paper's database in one transaction: all of it with the new life, or nothing.

    Tables that the dump does not know are dropped too. Raises CannotKeep.
    """
    plain = reason.replace("'", "’")
    with dump.open("a") as file:
        file.write(
            "\nINSERT INTO public.ops_installation (word, began_at, reason, settled)"
            f" VALUES ('{word}', '{at}', '{plain}', false);\n"
        )
    connection.close()
    head = dump.with_name("before.sql")
    head.write_text("DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
    _run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={head}", f"--file={dump}")


def count_live() -> dict[str, int]:
    """Rows of every table of the database in use."""
    if engine() == SQLITE:
        connection.ensure_connection()
        return count_sqlite(connection.connection)
    with connection.cursor() as cursor:
        return count_postgresql(cursor)


def is_empty() -> bool:
    """Whether the database in use holds no paper."""
    if engine() == SQLITE:
        file = Path(settings.DATA) / "masthead.sqlite3"
        if not file.exists() or not file.stat().st_size:
            return True
        with closing(sqlite3.connect(file)) as database:
            return not count_sqlite(database).get("titles_title")
    return "titles_title" not in connection.introspection.table_names() or not _papers()


def _papers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM titles_title")
        return int(cursor.fetchone()[0])
