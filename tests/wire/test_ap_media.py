"""The AP Media API's feed, played by a real server: cursor, key, texts, orders, and what goes wrong on the way."""

from __future__ import annotations

import json
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from masthead.stories.models import Story
from masthead.wire import credentials
from masthead.wire.arrivals import health, rounds
from masthead.wire.models import PictureOrder, Source, WireFile, WireItem
from masthead.wire.pictures_in import _bytes
from tests.wire.servers import loopback

KEY = "key-of-the-paper-77"
TEXTS = {
    "a": "The ferry stopped at noon, the harbour office said, and the queue before it grew through the afternoon.",
    "b": "Bakers in Ashcombe want a second oven for the old mill, where forty loaves a day are not enough any more.",
    "c": "A choir of lorry drivers sang on the quay until the rain came, and nobody went home before the last verse.",
}
NITF = """<nitf><body><body.head><hedline><hl1>{0}</hl1></hedline></body.head><body.content><block><p>{1}</p>
<p>Item {0} ends here, with a line of its own.</p></block></body.content></body></nitf>"""


class _Ap(BaseHTTPRequestHandler):
    pages: dict[str, list[dict]] = {}
    broken: set[str] = set()
    heard: list[tuple[str, str | None]] = []
    lost = False

    def do_GET(self) -> None:
        parts = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        self.heard.append((self.path, self.headers.get("x-api-key")))
        base = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        if self.headers.get("x-api-key") != KEY:
            return self._say(401, b"no")
        if parts.path.startswith("/text/"):
            name = parts.path.rpartition("/")[2]
            return self._say(500 if name in self.broken else 200, NITF.format(name, TEXTS.get(name, TEXTS['a'])).encode())
        if parts.path == "/picture":
            return self._say(200, b"picture")
        if self.lost and "seq" in query:
            return self._say(404, b"gone")
        seq = int(query.get("seq", "0"))
        items = self.pages.get(str(seq), [])
        following = f"{base}/feed?seq={seq + 1 if items else seq}"
        told = json.dumps({"data": {"items": [{"item": i} for i in items], "next_page": following}})
        self._say(200, told.replace("BASE", base).encode())

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def item(name: str, version: int = 1, **more: object) -> dict:
    return {
        "altids": {"itemid": name, "etag": f"{name}_{version}"},
        "uri": f"BASE/item/{name}",
        "version": version,
        "type": "text",
        "versioncreated": f"2026-11-23T0{version}:00:00Z",
        "pubstatus": "usable",
        "language": "en",
        "headline": f"{name.upper()}: {TEXTS.get(name, 'Ferry stops')[:30]}",
        "renditions": {"nitf": {"href": f"BASE/text/{name}", "format": "NITF"}},
        **more,
    }


@pytest.fixture
def ap(title) -> Iterator[Source]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Ap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _Ap.pages, _Ap.broken, _Ap.heard, _Ap.lost = {}, set(), [], False
    made = Source(title=title, kind="ap", name="AP", slug="ap", address=f"http://127.0.0.1:{server.server_port}/feed?q=productid:1")
    credentials.keep(made, KEY)
    made.save()
    yield made
    server.shutdown()
    server.server_close()


def look(source: Source) -> str:
    words = rounds.look(source, allows=loopback).words
    source.refresh_from_db()
    return words


def test_pages_are_followed_texts_fetched_and_the_cursor_kept(ap) -> None:
    _Ap.pages = {"0": [item("a"), item("b")], "1": [item("c")]}
    assert look(ap) == "3 items, 3 new or changed."
    assert Story.objects.filter(state="published").count() == 3
    assert "Item b ends here" in str(Story.objects.get(wire_items__guid="b").body)
    assert urllib.parse.unquote_plus(_Ap.heard[0][0]).startswith("/feed?q=productid:1 AND mindate:>20")
    assert ap.cursor["next"].endswith("seq=2")
    _Ap.heard.clear()
    assert look(ap) == "Nothing new since the last look."
    assert [path for path, _ in _Ap.heard] == ["/feed?seq=2"]
    _Ap.pages["2"] = [item("a", 2, headline="Ferry a sails")]
    look(ap)
    assert WireItem.objects.get(guid="a").versions.count() == 2
    assert health.health(ap) == ("well", True)


def test_a_kill_does_not_wait_for_a_text(ap) -> None:
    _Ap.pages = {"0": [item("a")]}
    look(ap)
    assert Story.objects.get().live
    _Ap.broken = {"a"}
    _Ap.pages["1"] = [item("a", 2, pubstatus="canceled")]
    look(ap)
    assert not Story.objects.get().live and WireItem.objects.get().killed


def test_a_text_that_cannot_be_had_waits_and_stops_no_other(ap) -> None:
    _Ap.pages, _Ap.broken = {"0": [item("a"), item("b")]}, {"a"}
    assert "The text of an item waits" in look(ap)
    assert [i.guid for i in WireItem.objects.all()] == ["b"]
    _Ap.broken = set()
    look(ap)
    assert set(WireItem.objects.values_list("guid", flat=True)) == {"a", "b"} and ap.cursor["waiting"] == []
    _Ap.broken, _Ap.pages["1"] = {"z"}, [item("z")]
    for _ in range(6):
        look(ap)
    assert WireItem.objects.filter(guid="z").exists() and ap.cursor["waiting"] == []
    assert not Story.objects.filter(wire_items__guid="z", state="published").exists(), "without a text no rule publishes"


def test_one_spoilt_item_stops_no_other(ap) -> None:
    _Ap.pages = {"0": [{"altids": "no object", "renditions": "nor this"}, {}, item("b", renditions={"nitf": {"href": 7}}), item("c")]}
    words = look(ap)
    assert WireItem.objects.filter(guid="c").exists() and "quarantine" in words and ap.failures == 0
    assert ap.cursor["next"].endswith("seq=1")


def test_a_cursor_that_was_lost_there_begins_anew_and_doubles_nothing(ap) -> None:
    _Ap.pages = {"0": [item("a")]}
    look(ap)
    _Ap.lost = True
    _Ap.pages = {"0": []}
    assert "we began anew" in look(ap) and WireFile.objects.count() == 1


def test_the_key_never_leaves_for_another_computer(ap, monkeypatch) -> None:
    other = ThreadingHTTPServer(("127.0.0.1", 0), _Ap)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    away = f"http://127.0.0.1:{other.server_port}"
    _Ap.pages = {"0": [item("a", renditions={"nitf": {"href": f"{away}/text/a"}})]}
    look(ap)
    assert [key for path, key in _Ap.heard if path.startswith("/text/")] == [None]
    assert "x-api-key" in credentials.headers(ap, ap.address.replace("/feed", "/picture"))
    assert credentials.headers(ap, f"{away}/picture") == {} == credentials.headers(ap, ap.address.replace("http:", "https:"))
    other.shutdown()
    other.server_close()


def test_pictures_are_fetched_with_the_key(ap, monkeypatch) -> None:
    from masthead.kit import fetch

    monkeypatch.setattr(fetch.get, "__kwdefaults__", {**fetch.get.__kwdefaults__, "allows": loopback})
    base = ap.address.rpartition("/feed")[0]
    assert _bytes(PictureOrder(source=ap, url=f"{base}/picture"), [__import__("pathlib").Path("/")]) == b"picture"


def test_a_wrong_key_and_a_wrong_address_are_said_in_words(ap) -> None:
    credentials.keep(ap, "wrong-word")
    words = look(ap)
    assert "401" in words and "wrong-word" not in words + ap.last_error
    credentials.keep(ap, KEY)
    ap.address = ap.address.replace("/feed", "/text/a")
    assert "not a feed of the AP Media API" in look(ap)
    ap.sealed = "gAAAA-not-ours"
    assert "Type the password again" in look(ap) and ap.failures == 3
