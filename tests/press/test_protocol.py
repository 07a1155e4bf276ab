"""The fast lane says what uvicorn alone says, byte for byte but for the order of headers; and holds no one's memory."""

from __future__ import annotations

import contextlib
import gzip
import random
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import brotli
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.kit import clock
from masthead.press import protocol
from masthead.press.server import PressServer
from masthead.press.store import Printed, Store
from masthead.project.serving import Server

BODY = b"<!doctype html><title>Quay</title>" + b"<p>The tide came in.</p>" * 400
PICTURE = bytes(range(256)) * 40


async def behind(scope, receive, send) -> None:
    """The application behind: says what it was asked, so that a request read in two ways would show."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    said = f"{scope['method']} {scope['path']}?{scope['query_string'].decode()} {len(body)}".encode()
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", str(len(said)).encode())]})
    await send({"type": "http.response.body", "body": said})


@dataclass
class Running:
    port: int
    server: uvicorn.Server

    def say(self, *parts: bytes, seconds: float = 0.6, pause: float = 0.0) -> bytes:
        """Send raw bytes and give back all that comes until silence or the end."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as line:
            got = b""
            with contextlib.suppress(OSError):
                for part in parts:
                    line.sendall(part)
                    time.sleep(pause)
                while chunk := line.recv(65536):
                    got += chunk
                    if _whole(got, parts):
                        break
            return got


def _whole(got: bytes, parts: tuple[bytes, ...]) -> bool:
    """One answer with all of its body has come for a single request."""
    if b"".join(parts).count(b"HTTP/1.1") > 1 or b"\r\n\r\n" not in got:
        return False
    head, _, body = got.partition(b"\r\n\r\n")
    sizes = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(sizes) and not parts[0].startswith(b"HEAD") and len(body) >= int(sizes[0].split(b":")[1])


@contextlib.contextmanager
def running(store: Store, http: object) -> Iterator[Running]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(PressServer(behind, lambda host: store), http=http, lifespan="off", access_log=False,
                            server_header=False, log_level="critical", loop="uvloop")  # fmt: skip
    server = Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Running(listening.getsockname()[1], server)
    server.should_exit = True
    thread.join(timeout=5)


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    store = Store(Path(tmp_path_factory.mktemp("press")), 10_000_000)
    store.put(Printed("/", BODY, "text/html; charset=utf-8"))
    store.put(Printed("/a-story/", BODY * 2, "text/html; charset=utf-8"))
    store.put(Printed("/gone/", BODY, "text/html; charset=utf-8", status=410))
    store.put(Printed("/p.webp", PICTURE, "image/webp"))
    return store


@pytest.fixture(scope="module")
def both(store) -> Iterator[tuple[Running, Running]]:
    with running(store, protocol.protocol_for(lambda host: store)) as ours, running(store, "httptools") as plain:
        yield ours, plain


def told(answer: bytes) -> list[tuple[bytes, list[bytes], bytes]]:
    """Each answer in a stream: status line, headers in any order but for the date, body."""
    found = []
    while answer:
        head, _, rest = answer.partition(b"\r\n\r\n")
        status, *headers = head.split(b"\r\n")
        headers = sorted(h.lower() for h in headers if not h.lower().startswith((b"date:", b"last-modified:")))
        length = next((int(h.split(b":")[1]) for h in headers if h.startswith(b"content-length:")), 0)
        if b" 304 " in status:
            length = 0
        found.append((status, headers, rest[:length]))
        answer = rest[length:] if length <= len(rest) else b""
    return found


GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
REQUESTS = {
    "plain": GET + b"\r\n",
    "brotli": GET + b"Accept-Encoding: gzip, deflate, br\r\n\r\n",
    "gzip": GET + b"accept-encoding: gzip\r\n\r\n",
    "br forbidden": GET + b"Accept-Encoding: br;q=0, gzip\r\n\r\n",
    "head": b"HEAD / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\n\r\n",
    "keep-alive": GET + b"Connection: keep-alive\r\n\r\n",
    "close": GET + b"Connection: close\r\n\r\n",
    "connection list": GET + b"Connection: keep-alive, close\r\n\r\n",
    "range": b"GET /p.webp HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9\r\n\r\n",
    "range beyond": b"GET /p.webp HTTP/1.1\r\nHost: x\r\nRange: bytes=99999-\r\n\r\n",
    "range if": b"GET /p.webp HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9\r\nIf-Range: \"a\"\r\n\r\n",
    "range of a page": GET + b"Range: bytes=0-9\r\n\r\n",
    "since": GET + b"If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n\r\n",
    "since long ago": GET + b"If-Modified-Since: Fri, 01 Jan 2010 00:00:00 GMT\r\n\r\n",
    "since nonsense": GET + b"If-Modified-Since: soon\r\n\r\n",
    "since and tag": GET + b"If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\nIf-None-Match: \"x\"\r\n\r\n",
    "two tags": GET + b"If-None-Match: \"x\"\r\nIf-None-Match: *\r\n\r\n",
    "two tags, last none": GET + b"If-None-Match: *\r\nIf-None-Match: \"x\"\r\n\r\n",
    "two encodings": GET + b"Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n\r\n",
    "head of a range": b"HEAD /p.webp HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9\r\n\r\n",
    "options": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "connect": b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "trace": b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
    "h2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "two lengths": GET + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "length list": GET + b"Content-Length: 3, 3\r\n\r\nabc",
    "negative length": GET + b"Content-Length: -1\r\n\r\n",
    "length with plus": GET + b"Content-Length: +3\r\n\r\nabc",
    "chunked in disguise": GET + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked behind a tab": GET + b"Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\nGET /a-story/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "chunk with extension": GET + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n",
    "chunk too long": GET + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    "carriage return alone": GET + b"X: a\rTransfer-Encoding: chunked\r\n\r\n",
    "picture": b"GET /p.webp HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\n\r\n",
    "gone": b"GET /gone/ HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\n\r\n",
    "unknown": b"GET /none/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "query": b"GET /?a=1 HTTP/1.1\r\nHost: x\r\n\r\n",
    "escaped": b"GET /%61-story/ HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\n\r\n",
    "absolute": b"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "old": b"GET / HTTP/1.0\r\nHost: x\r\n\r\n",
    "older": b"GET /\r\n\r\n",
    "odd method": b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
    "lower method": b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
    "post": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
    "get with body": GET + b"Content-Length: 3\r\n\r\nabc",
    "length and chunked": GET + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked hidden": GET + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "folded": GET + b"X: a\r\n b\r\n\r\n",
    "bare newline": b"GET / HTTP/1.1\nHost: x\n\n",
    "nul": GET + b"X: a\x00b\r\n\r\n",
    "obs-text": GET + b"X: \xe9\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": GET + b"Host: y\r\n\r\n",
    "empty name": GET + b": a\r\n\r\n",
    "no colon": GET + b"nothing\r\n\r\n",
    "huge header": GET + b"X: " + b"a" * 60_000 + b"\r\n\r\n",
    "huge path": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "many headers": GET + b"".join(b"X-%d: 1\r\n" % n for n in range(400)) + b"\r\n",
    "expect": GET + b"Expect: 100-continue\r\n\r\n",
    "upgrade": GET + b"Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    "pipelined": GET + b"Accept-Encoding: br\r\n\r\n" + GET + b"Accept-Encoding: gzip\r\n\r\n" + GET + b"Connection: close\r\n\r\n",
    "hidden second": GET + b"Content-Length: 60\r\n\r\nGET /a-story/ HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\n\r\n      ",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", REQUESTS)
def test_the_same_answer_as_uvicorn_alone(both, name) -> None:
    ours, plain = both
    assert told(ours.say(REQUESTS[name])) == told(plain.say(REQUESTS[name]))


@pytest.mark.slow
def test_a_page_that_has_not_changed_is_not_sent_again(both) -> None:
    ours, plain = both
    tag = next(line for line in ours.say(REQUESTS["brotli"]).split(b"\r\n") if line.startswith(b"etag"))[6:]
    for match in (tag, b"W/" + tag, b'"x", ' + tag, b"*", b'"other"'):
        request = GET + b"Accept-Encoding: br\r\nIf-None-Match: " + match + b"\r\n\r\n"
        assert told(ours.say(request)) == told(plain.say(request))
        assert (b" 304 " in ours.say(request)) == (match != b'"other"')


def test_bodies_are_what_was_printed(both) -> None:
    (_, _, packed), = told(both[0].say(REQUESTS["brotli"]))  # fmt: skip
    assert brotli.decompress(packed) == BODY
    (_, _, packed), = told(both[0].say(REQUESTS["gzip"]))  # fmt: skip
    assert gzip.decompress(packed) == BODY


def test_byte_by_byte(both) -> None:
    ours, plain = both
    request = REQUESTS["brotli"]
    pieces = [request[n : n + 1] for n in range(len(request))]
    assert told(ours.say(*pieces, pause=0.001)) == told(plain.say(request))


def test_fast_and_slow_requests_on_one_line(both) -> None:
    with socket.create_connection(("127.0.0.1", both[0].port), timeout=2) as line:
        for request, status in ((REQUESTS["gzip"], b"200"), (REQUESTS["unknown"], b"404"), (REQUESTS["post"], b"404")) * 3:
            line.sendall(request)
            got = b""
            while not _whole(got, (request,)):
                got += line.recv(65536)
            assert got.split()[1] == status


PARTS = st.sampled_from(
    [b"GET ", b"HEAD ", b"POST ", b"/", b"/a-story/", b"?x", b" HTTP/1.1", b" HTTP/1.0", b"\r\n", b"\r\n\r\n", b"\n", b"Host: x",
     b"Content-Length: 5", b"Content-Length: 0", b"Transfer-Encoding: chunked", b"0\r\n\r\n", b"Connection: close", b"Accept-Encoding: br",
     b": ", b"\t", b" ", b"\x00", b"hello", b"If-None-Match: *", b"Expect: 100-continue"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(PARTS, min_size=2, max_size=14), whole=st.booleans())
@pytest.mark.slow
def test_whatever_is_sent_is_read_as_uvicorn_reads_it(both, parts, whole) -> None:
    ours, plain = both
    data = b"".join(parts)
    if whole:
        data = b"GET / HTTP/1.1\r\nHost: x\r\n" + data + b"\r\n\r\n"
    assert told(ours.say(data, seconds=0.15)) == told(plain.say(data, seconds=0.15))


@pytest.mark.slow
def test_half_a_request_is_given_up_and_an_idle_line_closed(store, monkeypatch) -> None:
    monkeypatch.setattr(protocol, "HEADER_SECONDS", 0.3)
    monkeypatch.setattr(protocol, "IDLE_SECONDS", 0.6)
    monkeypatch.setattr(protocol, "ROUND_SECONDS", 0.05)
    with running(store, protocol.protocol_for(lambda host: store)) as ours:
        for start in (b"GET / HTT", b"", REQUESTS["brotli"] + b"GET"):
            with socket.create_connection(("127.0.0.1", ours.port), timeout=3) as line:
                line.sendall(start)
                with contextlib.suppress(ConnectionResetError):
                    while line.recv(65536):
                        pass
        assert not ours.server.server_state.connections


def test_a_drip_of_bytes_does_not_buy_time(store, monkeypatch) -> None:
    monkeypatch.setattr(protocol, "HEADER_SECONDS", 0.4)
    monkeypatch.setattr(protocol, "ROUND_SECONDS", 0.05)
    with running(store, protocol.protocol_for(lambda host: store)) as ours:
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", ours.port), timeout=3) as line, contextlib.suppress(OSError):
            line.sendall(b"GET / HTTP/1.1\r\n")
            while time.monotonic() - began < 5:
                line.sendall(b"X: y\r\n")
                time.sleep(0.05)
        assert time.monotonic() - began < 3


@pytest.mark.slow
def test_a_reader_that_never_reads_holds_little_and_is_cut_off(store, monkeypatch) -> None:
    monkeypatch.setattr(protocol, "STUCK_SECONDS", 0.5)
    monkeypatch.setattr(protocol, "ROUND_SECONDS", 0.05)
    with running(store, protocol.protocol_for(lambda host: store)) as ours:
        lines = [socket.create_connection(("127.0.0.1", ours.port), timeout=0.2) for _ in range(5)]
        waiting = 0
        for _ in range(3000):
            for line in lines:
                with contextlib.suppress(OSError):
                    line.send(b"GET /a-story/ HTTP/1.1\r\nHost: x\r\n\r\n" if random.random() < 0.5 else REQUESTS["brotli"], socket.MSG_DONTWAIT)  # fmt: skip
            waiting = max([waiting, *(_unread(c) for c in list(ours.server.server_state.connections))])
        assert waiting < 4 * protocol.MOST_UNREAD
        deadline = time.monotonic() + 5
        while ours.server.server_state.connections and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not ours.server.server_state.connections
        for line in lines:
            line.close()


def _unread(connection: object) -> int:
    try:
        return connection.transport.get_write_buffer_size()  # type: ignore[attr-defined]
    except Exception:
        return 0


def test_a_page_whose_time_is_over_is_not_handed_out(tmp_path) -> None:
    store = Store(tmp_path, 1_000_000)
    store.put(Printed("/", BODY, "text/html", valid_until=clock.now() + timedelta(seconds=1)))
    with running(store, protocol.protocol_for(lambda host: store)) as ours:
        assert b" 200 " in ours.say(REQUESTS["brotli"])
        time.sleep(1.1)
        assert b" 404 " in ours.say(REQUESTS["brotli"])


