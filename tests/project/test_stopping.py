"""Told to stop, the paper stops whole: nobody is left who holds its port or does its work."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.house import running


def born_of(parent: int) -> list[int]:
    """The processes that `parent` started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = stat.read_text().partition(" (")
        except OSError:  # it ended while we looked
            continue
        if int(rest.rpartition(") ")[2].split()[1]) == parent:
            found.append(int(pid))
    return found


@pytest.mark.slow
def test_with_several_processes_the_port_is_free_when_the_first_one_has_ended(tmp_path) -> None:
    with running(tmp_path, settings={"MASTHEAD_SERVER_WORKERS": "3"}) as house:
        neighbours = born_of(house.process.pid)
        assert len(neighbours) == 2
        house.process.terminate()
        assert house.process.wait(timeout=20) == 0
        assert not [pid for pid in neighbours if Path(f"/proc/{pid}").exists()]
        with socket.socket() as next_one:
            next_one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            next_one.bind(("127.0.0.1", house.port))
            next_one.listen()
