"""A background thread keeps its connection, and knows when somebody else wrote."""

from __future__ import annotations

import copy
import sqlite3
from pathlib import Path

import pytest
from django.db import connection

from masthead.kit import clock, connections

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(tmp_path: Path, monkeypatch):
    """A connection like those of the house, to a database file of its own."""
    from django.db.backends.sqlite3.base import DatabaseWrapper

    settings = copy.deepcopy(connection.settings_dict) | {"NAME": tmp_path / "paper.sqlite3"}
    settings |= {"CONN_MAX_AGE": 60, "ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL;"}}
    made = DatabaseWrapper(settings, "background")
    monkeypatch.setattr(connections, "connection", made)
    with made.cursor() as cursor:
        cursor.execute("CREATE TABLE story (headline TEXT)")
    yield made
    made.close()


def test_it_is_kept_from_one_task_to_the_next_until_it_is_old(own, monkeypatch) -> None:
    first = own.connection
    connections.tidy()
    assert own.connection is first
    later = clock.monotonic() + 61
    monkeypatch.setattr(clock, "monotonic", lambda: later)
    connections.tidy()
    assert own.connection is None


def test_it_is_let_go_when_something_failed_on_it(own) -> None:
    with pytest.raises(Exception, match="no such table"), own.cursor() as cursor:
        cursor.execute("SELECT * FROM missing")
    connections.tidy()
    assert own.connection is None


def test_it_knows_whether_somebody_else_wrote(own, tmp_path: Path) -> None:
    mark = connections.Watermark()
    assert mark.moved(), "the first look knows nothing yet"
    assert not mark.moved()
    with sqlite3.connect(tmp_path / "paper.sqlite3") as other:
        other.execute("INSERT INTO story VALUES ('Tern Bridge lifts again')")
    other.close()
    assert mark.moved()
    assert not mark.moved()
    own.close()
    assert mark.moved(), "what was written while the line was down is not known"
