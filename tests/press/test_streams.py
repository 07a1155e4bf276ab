"""Lines that are held open for changes of a page: over real sockets, with readers who read and one who does not."""

from __future__ import annotations

import asyncio
import socket

import pytest
import uvicorn

from masthead.press import streams
from masthead.press.protocol import protocol_for
from masthead.press.server import PressServer
from masthead.press.store import Printed, Store

STORY = "/2026/11/24/a-story/"


def page(words: str) -> Printed:
    return Printed(STORY, f"<p>{words}</p>".encode(), "text/html; charset=utf-8")


@pytest.fixture
def store(tmp_path):
    one = Store(tmp_path, 1_000_000)
    one.put(page("first"))
    return one


async def _nothing(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _serving(store, work) -> None:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(100)
    config = uvicorn.Config(
        PressServer(_nothing, lambda host: store),
        http=protocol_for(lambda host: store),
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    task = asyncio.ensure_future(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        await work(listening.getsockname()[1])
    finally:
        server.should_exit = True
        await task


async def _listen(port: int, path: str = f"{STORY}comments/live", version: str = "1.1"):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/{version}\r\nHost: testserver\r\n\r\n".encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    return reader, writer, head.decode()


@pytest.mark.parametrize("version", ["1.1", "1.0"], ids=["fast lane", "by the application"])
def test_a_change_is_heard_once(store, version) -> None:
    async def work(port: int) -> None:
        reader, writer, head = await _listen(port, version=version)
        assert "200" in head.splitlines()[0] and "text/event-stream" in head and "no-store" in head
        assert (await asyncio.wait_for(reader.readuntil(b"\n\n"), 5)).endswith(b"retry: 5000\n\n")
        await asyncio.to_thread(store.put, page("second"))
        await asyncio.to_thread(store.put, page("third"))
        assert (await asyncio.wait_for(reader.readuntil(b"\n\n"), 5)).endswith(b"data: 1\n\n")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(reader.readuntil(b"\n\n"), 0.4)
        await asyncio.to_thread(store.put, page("third"))
        await asyncio.to_thread(store.remove, STORY)
        assert (await asyncio.wait_for(reader.readuntil(b"\n\n"), 5)).endswith(b"data: 1\n\n")
        writer.close()
        await asyncio.sleep(0.2)
        assert streams.hub.count == 0

    asyncio.run(_serving(store, work))


def test_there_is_no_line_for_what_is_not_there(store) -> None:
    async def work(port: int) -> None:
        for path in ("/2026/11/24/another/comments/live", "/comments/live"):
            _, writer, head = await _listen(port, path)
            assert "404" in head.splitlines()[0]
            writer.close()

    asyncio.run(_serving(store, work))


def test_who_does_not_read_is_cut_off_and_nobody_else(store) -> None:
    async def work(port: int) -> None:
        good, writer, _ = await _listen(port)
        deaf, deaf_writer, _ = await _listen(port)
        deaf_writer.transport.pause_reading()
        line = [one for lines in streams.hub._lines.values() for one in lines][1:]
        # What the system's own buffers hold is filled first, as on a line that is stuck.
        for one in line:
            one.transport.write(b":" * 8_000_000)
        assert streams.hub.count == 2
        for n in range(3):
            await asyncio.to_thread(store.put, page(f"number {n}"))
            await asyncio.sleep(0.15)
        assert streams.hub.count == 1
        writer.close()
        deaf_writer.close()
        assert good is not deaf

    asyncio.run(_serving(store, work))


def test_a_second_request_on_an_open_line_ends_it(store) -> None:
    async def work(port: int) -> None:
        reader, writer, _ = await _listen(port)
        await reader.readuntil(b"\n\n")
        writer.write(b"GET / HTTP/1.1\r\nHost: testserver\r\n\r\n")
        assert await asyncio.wait_for(reader.read(), 5) == b""
        assert streams.hub.count == 0

    asyncio.run(_serving(store, work))


def test_one_address_holds_so_many_lines_and_a_server_in_front_as_many_as_it_likes(store) -> None:
    class Line:
        def push(self, data: bytes) -> bool:
            return True

    async def work() -> None:
        hub = streams.Hub()
        lines = [Line() for _ in range(streams.MOST_EACH)]
        assert all(hub.join(store, STORY, line, "198.51.99.7") for line in lines)
        assert not hub.join(store, STORY, Line(), "198.51.99.7") and hub.join(store, STORY, Line(), "198.51.99.8")
        assert all(hub.join(store, STORY, Line(), "127.0.0.1") for _ in range(streams.MOST_EACH + 1))
        hub.leave(store, STORY, lines[0])
        assert hub.join(store, STORY, Line(), "198.51.99.7")

    asyncio.run(work())
