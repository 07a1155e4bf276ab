"""WebSub as publisher: who is told, when, and what happens while the hub is away. The hub is a real server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest

from masthead.kit import clock
from masthead.press import hubs
from masthead.press.models import Ping
from masthead.stories import actions, diary
from masthead.stories.models import Story
from tests import reader

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Hub:
    """Answers with `status` and keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[dict[str, list[str]]] = []
        self.status = 204
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                hub.told.append(parse_qs(body))
                self.send_response(hub.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@pytest.fixture
def hub(title) -> Iterator[Hub]:
    one = Hub()
    title.hub = one.url
    title.save()
    yield one
    one.server.shutdown()
    one.server.server_close()


def anywhere(address: str, port: int = 0) -> bool:
    """The test's hub is on this machine."""
    return True


def publish(title, **more) -> Story:
    copy = actions.Copy(headline="Ferry sails", body="<p>It does.</p>", topics=(actions.CopyTopic("Boats"),))
    story = actions.file_story(title=title, section=title.sections.first(), copy=copy)
    story = actions.publish_as_filed(story=story)
    diary.work_off()
    return story


def tell(seconds: float = 3) -> int:
    clock.advance(timedelta(seconds=seconds))
    return hubs.work_off(anywhere)


def test_the_hub_is_told_of_every_feed_that_changed_once(title, hub) -> None:
    with clock.frozen(NOW):
        story = publish(title)
        actions.correct(story=story, kind="correction", text="It does not.")
        diary.work_off()
        assert hubs.work_off(anywhere) == 0, "news that comes together is told together"
        bases = ["/", "/world/", "/topics/boats/"]
        wanted = {f"http://testserver{base}feed.{kind}" for base in bases for kind in ("rss", "atom", "json")}
        assert tell() == 9
        assert {one["hub.url"][0] for one in hub.told} == wanted and len(hub.told) == 9
        assert {one["hub.mode"][0] for one in hub.told} == {"publish"}
        assert tell() == 0
        actions.withdraw(story=story)
        diary.work_off()
        assert tell() == 9, "what was withdrawn is told too"
        assert "Told last at" in hubs.standing(title)


def test_feeds_name_their_hub(title, hub) -> None:
    publish(title)
    assert f'<link rel="hub" href="{hub.url}"/>' in reader.get(title, "/feed.atom").text
    assert f'<atom:link rel="hub" href="{hub.url}"/>' in reader.get(title, "/feed.rss").text
    assert f'"hubs":[{{"type":"WebSub","url":"{hub.url}"}}]' in reader.get(title, "/feed.json").text


def test_a_hub_that_is_away_is_asked_again(title, hub) -> None:
    with clock.frozen(NOW):
        hub.status = 503
        publish(title)
        assert tell() == 0
        assert {p.attempts for p in Ping.objects.all()} == {1}
        assert "did not take the last news" in hubs.standing(title)
        assert tell() == 0 and len(hub.told) == 9, "not at once"
        hub.status = 202
        assert tell(20) == 9
        assert {p.state for p in Ping.objects.all()} == {"done"}


def test_a_hub_that_never_answers_is_given_up(title, hub) -> None:
    with clock.frozen(NOW):
        hub.status = 500
        publish(title)
        for _ in range(hubs.MAX_ATTEMPTS):
            tell(3600)
        assert {p.state for p in Ping.objects.all()} == {"failed"}
        before = len(hub.told)
        tell(36000)
        assert len(hub.told) == before
        publish(title)
        assert tell() == 0 and len(hub.told) > before, "the next news is told again"


def test_no_hub_no_rows_and_no_hub_inside_the_house(title) -> None:
    publish(title)
    assert Ping.objects.count() == 0
    title.hub = "http://127.0.0.1:9/"
    title.save()
    with clock.frozen(NOW):
        publish(title)
        clock.advance(timedelta(seconds=3))
        assert hubs.work_off() == 0
        assert "is not on the public internet" in Ping.objects.first().error
