"""A network in front is told of every change, through a real receiver; nothing is forgotten when it does not answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from masthead.kit import clock
from masthead.press import answers, purging, run
from masthead.press.entries import key_of
from masthead.press.models import Purge
from masthead.press.store import Printed
from masthead.stories import actions, diary
from tests import reader

pytestmark = pytest.mark.slow


class Receiver(ThreadingHTTPServer):
    """Writes down what it is told, and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[tuple[str, str, dict[str, str], bytes]] = []
        self.status, self.retry_after = 200, ""


class _Handler(BaseHTTPRequestHandler):
    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.told.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.server.status)
        if self.server.retry_after:
            self.send_header("Retry-After", self.server.retry_after)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PURGE = _take

    def log_message(self, *args: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def front(settings, receiver, monkeypatch):
    """A function that puts a network of some kind before the paper."""
    monkeypatch.setattr(answers.edge, "seconds", 0)

    def put(kind: str, **more: str) -> None:
        own = {"cdn.kind": kind, "cdn.zone": "z1", "cdn.token": "t1", "cdn.urls": f"http://127.0.0.1:{receiver.server_port}", **more}
        old = settings.CONFIG
        settings.CONFIG = SimpleNamespace(get=lambda name: own[name] if name in own else old.get(name), url=old.url, data=old.data)

    return put


def told(kind: str, receiver: Receiver) -> tuple[str, str, str, list[str]]:
    """Method, path without its query, proof, and the pages named, of the last call."""
    method, path, headers, body = receiver.told[-1]
    if kind == "cloudflare":
        return method, path, headers["authorization"], json.loads(body)["files"]
    if kind == "fastly":
        return method, path, headers["fastly-key"], json.loads(body)["surrogate_keys"]
    if kind == "bunny":
        return method, path.partition("?")[0], headers["accesskey"], [path.partition("?url=")[2]]
    return method, headers["host"], headers["authorization"], [path]


@pytest.mark.parametrize(
    "kind, said",
    [
        ("cloudflare", ("POST", "/zones/z1/purge_cache", "Bearer t1", ["http://testserver/a/"])),
        ("fastly", ("POST", "/service/z1/purge", "t1", [f"page-{key_of('/a/')}"])),
        ("bunny", ("POST", "/purge", "t1", ["http%3A%2F%2Ftestserver%2Fa%2F"])),
        ("purge", ("PURGE", "testserver", "Bearer t1", ["/a/"])),
    ],
)
def test_each_network_in_its_own_words(title, front, receiver, kind, said) -> None:
    front(kind)
    run.store_of(title).put(Printed("/a/", b"one", "text/html"))
    assert purging.work_off(title) == 1
    assert told(kind, receiver) == said
    row = Purge.objects.get()
    assert (row.surface, row.path, row.tries) == (kind, "/a/", 0) and row.done_at >= row.asked_at
    assert purging.work_off(title) == 0 and len(receiver.told) == 1
    run.store_of(title).put(Printed("/a/", b"one", "text/html"))
    assert Purge.objects.count() == 1, "an equal page is no change"
    run.store_of(title).remove("/a/")
    assert purging.work_off(title) == 1 and len(receiver.told) == 2
    run.store_of(title).remove("/a/")
    assert Purge.objects.count() == 2


def test_a_network_that_fails_is_asked_again(title, front, receiver, monkeypatch) -> None:
    front("cloudflare")
    receiver.status, receiver.retry_after = 503, "7"
    run.store_of(title).put(Printed("/a/", b"one", "text/html"))
    assert purging.work_off(title) == 0
    row = Purge.objects.get()
    assert row.tries == 1 and "503" in row.said and row.done_at is None
    assert timedelta(seconds=6) < row.due_at - clock.now() <= timedelta(seconds=7)
    assert purging.work_off(title) == 0 and len(receiver.told) == 1, "not before it is due"
    receiver.status = 200
    Purge.objects.update(due_at=clock.now())
    assert purging.work_off(title) == 1
    assert Purge.objects.get().said == ""


def test_a_cache_that_has_it_not_is_content(title, front, receiver) -> None:
    front("purge")
    receiver.status = 404
    run.store_of(title).put(Printed("/a/", b"one", "text/html"))
    assert purging.work_off(title) == 1


def test_a_crash_between_row_and_page_loses_nothing(title, front, receiver, monkeypatch) -> None:
    front("purge")
    store = run.store_of(title)

    class Killed(BaseException):
        pass

    def kill(path: str) -> None:
        raise Killed

    store.warned.append(kill)
    with pytest.raises(Killed):
        store.put(Printed("/a/", b"one", "text/html"))
    assert purging.work_off(title) == 0, "not before the page may be there"
    Purge.objects.update(due_at=clock.now())
    assert purging.work_off(title) == 1


def test_a_kill_reaches_the_network_for_every_page_that_showed_the_story(title, front, receiver) -> None:
    front("cloudflare")
    copy = actions.Copy(headline="Bell tower opens", body="<p>The tower opened on Friday.</p>")
    story = actions.publish_as_filed(
        story=actions.file_story(title=title, section=title.sections.first(), copy=copy)
    )
    diary.work_off()
    for path in ("/", "/feed.rss"):
        assert "Bell tower" in reader.get(title, path).text
    while purging.work_off(title):
        pass
    receiver.told.clear()
    actions.withdraw(story=story, reason="wrong")
    diary.work_off()
    while purging.work_off(title):
        pass
    files = {f for _, _, _, body in receiver.told for f in json.loads(body)["files"]}
    assert {f"http://testserver{path}" for path in (story.path, "/", "/feed.rss", "/world/")} <= files


@pytest.mark.parametrize(
    "own, word",
    [({"kind": "acme"}, "acme"), ({"kind": "fastly", "cdn.zone": ""}, "cdn.zone"), ({"kind": "purge", "cdn.urls": ""}, "cdn.urls")],
)
def test_settings_that_cannot_be_used_are_named(front, own, word) -> None:
    front(own.pop("kind"), **own)
    with pytest.raises(purging.CannotPurge, match=word):
        purging.network()


def test_without_a_network_nothing_is_written(title) -> None:
    run.store_of(title).put(Printed("/a/", b"one", "text/html"))
    assert not Purge.objects.exists() and purging.network() is None
