"""Slow senders and slow readers hold no thread of the application; what is streamed comes whole."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from masthead.project.handler import THREADS
from tests.house import House, running

pytestmark = pytest.mark.slow
MANY = THREADS + 16


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house"), "--name", "The Slow Paper", "--section", "News") as one:
        yield one


def line(house: House, sent: str, room: int = 0) -> socket.socket:
    one = socket.socket()
    if room:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    one.connect(("127.0.0.1", house.port))
    one.sendall(sent.replace("\n", "\r\n").encode())
    return one


def answers(house: House) -> float:
    """Seconds until the application itself answers."""
    begun = time.monotonic()
    assert house.get("/search/?q=ferry")[0] == 200
    return time.monotonic() - begun


def test_half_sent_forms(house) -> None:
    answers(house)
    half = f"POST /contact/ HTTP/1.1\nHost: localhost:{house.port}\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 5000\n\nname=A"
    held = [line(house, half) for _ in range(MANY)]
    assert answers(house) < 3
    for one in held:
        one.close()


def test_readers_that_read_nothing(house) -> None:
    asked = f"GET /search/?q=ferry HTTP/1.1\nHost: localhost:{house.port}\n\n" * 20
    held = [line(house, asked, room=2048) for _ in range(MANY)]
    assert answers(house) < 6
    for one in held:
        one.close()
