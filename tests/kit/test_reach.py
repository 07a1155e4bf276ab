"""The ways in which a name, an address or a slow sender could lead us astray, with real sockets."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from masthead.kit import fetch, reach

FIRST, SECOND = "127.0.0.1", "127.0.0.2"
"""The first stands for a public computer, the second for one inside our own network."""


@contextlib.contextmanager
def listening(address: str, serve: Callable[[socket.socket], None], port: int = 0) -> Iterator[tuple[int, list[str]]]:
    """A server of the plainest kind; yields its port and the list of those who came."""
    came: list[str] = []
    with socket.create_server((address, port)) as server:

        def run() -> None:
            while True:
                try:
                    connected, peer = server.accept()
                except OSError:
                    return
                came.append(peer[0])
                with connected, contextlib.suppress(OSError):
                    connected.recv(4096)
                    serve(connected)

        threading.Thread(target=run, daemon=True).start()
        yield server.getsockname()[1], came


def hello(connected: socket.socket) -> None:
    connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")


def redirects_to(place: str) -> Callable[[socket.socket], None]:
    return lambda connected: connected.sendall(f"HTTP/1.1 302 Found\r\nLocation: {place}\r\n\r\n".encode())


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """A resolver of our own: each name has a list of answers, given one after the other."""
    known: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def look_up(host, port, *args, **more):  # type: ignore[no-untyped-def]
        if host not in known:
            return real(host, port, *args, **more)
        answer = known[host].pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answer]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def only_first(address: str) -> bool:
    return address == FIRST


def test_a_name_that_answers_public_then_private_gains_nothing(names) -> None:
    with listening(FIRST, hello) as (port, _), listening(SECOND, hello, port) as (_, inside):
        names["rebind.example"] = [[FIRST], [SECOND], [SECOND]]
        assert fetch.get(f"http://rebind.example:{port}/", most=100, allows=only_first).data == b"hello"
        assert len(names["rebind.example"]) == 2, "the name was asked for once only"
        with pytest.raises(fetch.NotFetched, match="not on the public internet"):
            fetch.get(f"http://rebind.example:{port}/", most=100, allows=only_first)
        assert inside == []


def test_a_name_with_one_private_address_among_public_ones_is_refused(names) -> None:
    with listening(FIRST, hello) as (port, came):
        names["mixed.example"] = [[FIRST, SECOND]]
        with pytest.raises(fetch.NotFetched, match="not on the public internet"):
            fetch.get(f"http://mixed.example:{port}/", most=100, allows=only_first)
        assert came == []


def test_the_name_is_judged_anew_on_every_redirect(names) -> None:
    with listening(SECOND, hello) as (port, inside), listening(FIRST, redirects_to("/again"), port) as (_, came):
        names["rebind.example"] = [[FIRST], [SECOND]]
        with pytest.raises(fetch.NotFetched, match="not on the public internet"):
            fetch.get(f"http://rebind.example:{port}/", most=100, allows=only_first)
        assert (len(came), inside) == (1, [])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
        "localhost", "①②⑦.⓪.⓪.①", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::7f00:1]", "[::]", "0.0.0.0",
        "[2002:7f00:1::]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[fe80::5efe:7f00:1]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[fec0::1]", "[fd00::1]",
    ],
)  # fmt: skip
def test_no_spelling_of_a_private_address_is_asked(host) -> None:
    with listening(FIRST, hello) as (port, came):
        for way in (
            lambda: fetch.get(f"http://{host}:{port}/", most=100),
            lambda: fetch.post(f"http://{host}:{port}/", {"a": "b"}),
        ):
            with pytest.raises(fetch.NotFetched, match=r"public internet|no computer|not an address|does not exist"):
                way()
        assert came == []


@pytest.mark.parametrize("place", ["http://127.0.0.2/", "http://2130706434/", "http://[::1]/", "//0x7f000002/x", "file:///etc/passwd"])
def test_no_redirect_leads_inside(place) -> None:
    with listening(FIRST, redirects_to(place)) as (port, _), pytest.raises(fetch.NotFetched):
        fetch.get(f"http://{FIRST}:{port}/", most=100, allows=only_first)


@pytest.mark.parametrize(
    "address, public",
    [
        ("64:ff9b::5db8:d70e", True), ("64:ff9b:1::5db8:d70e", False), ("2002:5db8:d70e::1", True),
        ("::93.184.215.14", False), ("::ffff:93.184.215.14", True), ("192.88.99.1", False), ("198.18.0.1", False),
        ("240.0.0.1", False), ("255.255.255.255", False), ("2001:db8::1", False), ("2a00:5efe::5efe:5db8:d70e", True),
        ("2a00:1::5efe:a00:1", False), ("ff02::1", False),
    ],
)  # fmt: skip
def test_what_counts_as_public(address, public) -> None:
    assert reach.is_public(address) is public


def _drip_body(connected: socket.socket) -> None:
    connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(200):
        connected.sendall(b"x")
        time.sleep(0.05)


def _drip_headers(connected: socket.socket) -> None:
    connected.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(200):
        connected.sendall(b"x")
        time.sleep(0.05)


def _drip_without_length(connected: socket.socket) -> None:
    connected.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    for _ in range(200):
        connected.sendall(b"x")
        time.sleep(0.05)


def _drip_one_chunk(connected: socket.socket) -> None:
    connected.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n")
    for _ in range(200):
        connected.sendall(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize("drip", [_drip_body, _drip_headers, _drip_without_length, _drip_one_chunk])
def test_a_sender_that_drips_is_left_when_the_time_is_over(drip, monkeypatch) -> None:
    monkeypatch.setattr(fetch, "WHOLE", 0.6)
    with listening(FIRST, drip) as (port, _):
        start = time.monotonic()
        with pytest.raises(fetch.NotFetched, match="took longer"):
            fetch.get(f"http://{FIRST}:{port}/", most=1_000_000, allows=only_first)
        assert 0.5 < time.monotonic() - start < 2


def test_one_that_says_nothing_is_left(monkeypatch) -> None:
    monkeypatch.setattr(reach, "SECONDS", 0.3)
    with listening(FIRST, lambda connected: time.sleep(5)) as (port, _):
        start = time.monotonic()
        with pytest.raises(fetch.NotFetched, match="in time"):
            fetch.get(f"http://{FIRST}:{port}/", most=100, allows=only_first)
        assert time.monotonic() - start < 2


def test_an_answer_that_never_ends_is_cut(monkeypatch) -> None:
    def pour(connected: socket.socket) -> None:
        connected.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            connected.sendall(b"x" * 65_536)

    with listening(FIRST, pour) as (port, _), pytest.raises(fetch.NotFetched, match="larger than 2 MB"):
        fetch.get(f"http://{FIRST}:{port}/", most=2_000_000, allows=only_first)


def test_what_proves_who_we_are_goes_to_the_first_computer_only() -> None:
    heard: list[bytes] = []

    def listen_to(connected: socket.socket, answer: bytes) -> None:
        connected.sendall(answer)

    def serve(answer: Callable[[], bytes]) -> contextlib.AbstractContextManager[int]:
        @contextlib.contextmanager
        def run() -> Iterator[int]:
            with socket.create_server((FIRST, 0)) as server:

                def loop() -> None:
                    while True:
                        try:
                            connected, _ = server.accept()
                        except OSError:
                            return
                        with connected:
                            heard.append(connected.recv(4096))
                            listen_to(connected, answer())

                threading.Thread(target=loop, daemon=True).start()
                yield server.getsockname()[1]

        return run()

    other: list[int] = []
    with (
        serve(lambda: b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") as port,
        serve(lambda: f"HTTP/1.1 302 x\r\nLocation: http://{FIRST}:{other[0]}/\r\n\r\n".encode()) as first,
    ):
        other.append(port)
        got = fetch.get(f"http://{FIRST}:{first}/", most=10, allows=only_first, proof={"x-api-key": "word-of-ours"})
    assert got.data == b"ok"
    assert [b"word-of-ours" in each for each in heard] == [True, False]
