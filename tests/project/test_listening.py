"""The worker hears that another process wrote, without being rung for."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from masthead.kit import connections
from masthead.project import worker


class _Mark(connections.Watermark):
    counts = True

    def __init__(self, line: sqlite3.Connection) -> None:
        super().__init__()
        self._line, self._last = line, 0

    def moved(self) -> bool:
        last, self._last = self._last, self._line.execute("PRAGMA data_version").fetchone()[0]
        return last != self._last


@pytest.fixture
def house(tmp_path: Path, title, monkeypatch):
    own = sqlite3.connect(tmp_path / "paper.sqlite3", check_same_thread=False)
    own.execute("CREATE TABLE story (headline)")
    own.commit()
    monkeypatch.setattr(worker.diary, "bell", threading.Event())
    made = worker.Worker(title)
    made._written = _Mark(own)
    assert made._written.moved()
    yield made
    own.close()


def _wait(house: worker.Worker, seconds: float) -> float:
    began = time.monotonic()
    house._wait(seconds)
    return time.monotonic() - began


def test_the_wait_ends_when_another_process_wrote(house, tmp_path) -> None:
    def write() -> None:
        with sqlite3.connect(tmp_path / "paper.sqlite3") as other:
            other.execute("INSERT INTO story VALUES ('Tern Bridge lifts again')")
        other.close()

    soon = threading.Timer(0.1, write)
    soon.start()
    assert _wait(house, 20) < 10 and house._is_due(), "it was heard, and is looked for"
    soon.join()
    house._looked = time.monotonic()
    assert not house._is_due(), "once"


def test_it_ends_when_rung_and_else_when_the_time_is_over(house) -> None:
    assert _wait(house, 0.1) >= 0.1 and not house._heard
    soon = threading.Timer(0.1, worker.diary.bell.set)
    soon.start()
    assert _wait(house, 20) < 10 and not house._heard
    soon.join()
