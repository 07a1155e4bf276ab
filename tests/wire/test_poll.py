"""Sources that are asked: a real HTTP server, conditional requests, back-off, honest words."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories.models import Story
from masthead.wire.arrivals import health, rounds
from masthead.wire.arrivals.looked import Looked
from masthead.wire.models import Source, WireFile, WireItem

pytestmark = pytest.mark.slow
FEED = """<rss version="2.0"><channel><title>Aldine</title><item><guid isPermaLink="false">f7</guid><title>Ferry stops</title>
<description>The ferry stopped at noon and the queue before it grew all through the long afternoon, the port said.</description></item></channel></rss>"""


class _Site(BaseHTTPRequestHandler):
    answer: tuple[int, str, str] = (200, "application/rss+xml", FEED)
    asked: list[str | None] = []

    def do_GET(self) -> None:
        status, kind, body = self.answer
        self.asked.append(self.headers.get("If-None-Match"))
        if self.headers.get("If-None-Match") == '"one"' and status == 200:
            status, body = 304, ""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("ETag", '"one"')
        if status == 503:
            self.send_header("Retry-After", "900")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def source(title) -> Iterator[Source]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _Site.answer, _Site.asked = (200, "application/rss+xml", FEED), []
    yield Source.objects.create(
        title=title,
        kind="web",
        name="Aldine",
        slug="aldine",
        address=f"http://127.0.0.1:{server.server_port}/feed.rss",
    )
    server.shutdown()
    server.server_close()


def look(source: Source) -> Looked:
    found = rounds.look(source, allows=lambda address: address == "127.0.0.1")
    source.refresh_from_db()
    return found


def test_copy_is_taken_once_and_then_asked_for_with_its_etag(source) -> None:
    assert look(source) == Looked("1 items, 1 new or changed.", True, 1)
    assert Story.objects.get().live
    assert look(source).words == "Nothing new since the last look."
    assert _Site.asked == [None, '"one"']
    assert health.health(source) == ("well", True)


def test_a_changed_entry_is_a_new_version(source) -> None:
    look(source)
    _Site.answer = (200, "application/rss+xml", FEED.replace("all through the", "for most of a"))
    Source.objects.update(etag="")
    source.refresh_from_db()
    assert look(source).new == 1
    assert WireItem.objects.get().versions.count() == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, "text/html", "<!DOCTYPE html><title>Log in</title>"), "web page"),
        ((200, "application/rss+xml", "<rss><channel></channel></rss>"), "no entries"),
        ((200, "application/rss+xml", "junk"), "no news format"),
        ((404, "text/plain", "x"), "404"),
    ],
)
def test_what_is_no_copy_is_an_error_that_loses_nothing(source, answer, words) -> None:
    look(source)
    good, _Site.answer = source.last_ok_at, answer
    Source.objects.update(etag="")
    source.refresh_from_db()
    found = look(source)
    assert not found.well and words in found.words
    assert (source.failures, source.last_ok_at, source.etag) == (1, good, "")
    assert not health.health(source)[1]
    assert Story.objects.get().live


def test_failures_lengthen_the_pause_and_retry_after_is_obeyed(source) -> None:
    _Site.answer = (500, "text/plain", "")
    for usual in (300, 600, 1200, 2400, 3600, 3600):
        look(source)
        pause = (source.next_look_at - source.last_looked_at).total_seconds()
        assert usual <= pause <= usual * (1 + rounds.JITTER) + 1
    _Site.answer = (503, "text/plain", "")
    Source.objects.update(failures=0)
    source.refresh_from_db()
    look(source)
    assert (source.next_look_at - source.last_looked_at).total_seconds() >= 899
    assert rounds.due() == []


def test_one_that_fails_delays_no_other(source, title) -> None:
    Source.objects.create(title=title, kind="web", name="Gone", slug="gone", address="http://nowhere.invalid/feed")
    assert {s.slug for s in rounds.due()} == {"aldine", "gone"}
    rounds.work_off()
    assert {s.slug: bool(s.last_error) for s in Source.objects.exclude(address="")} == {"aldine": True, "gone": True}
    assert "not on the public internet" in Source.objects.get(slug="aldine").last_error


def test_a_source_gone_quiet_by_its_own_rhythm(source) -> None:
    source.usual_gap, source.last_item_at, source.last_looked_at = 600, clock.now() - timedelta(hours=3), clock.now()
    assert health.health(source)[0].startswith("gone strangely quiet")
    source.usual_gap = 86_400
    assert health.health(source) == ("well", True)


def test_the_page_of_sources(client, source) -> None:
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    assert "not asked yet" in client.get("/newsroom/wire/sources/").content.decode()
    page = client.post(f"/newsroom/wire/sources/{source.pk}/look/", follow=True).content.decode()
    assert "not on the public internet" in page
    assert WireFile.objects.count() == 0
