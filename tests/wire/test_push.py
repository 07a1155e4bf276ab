"""What is sent to us: signed webhooks, and a WebSub hub that is a real server and calls our real address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import shutil
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories.models import Story
from masthead.wire import credentials, folder
from masthead.wire.arrivals import health, push, rounds, websub
from masthead.wire.models import Source, WireItem
from tests.wire.servers import loopback
from tests.wire.test_remote_files import RSS, landed, read_them


@pytest.fixture(autouse=True)
def _empty_inbox(db) -> None:
    shutil.rmtree(folder.inbox(), ignore_errors=True)


@pytest.fixture
def hook(title) -> tuple[Source, str]:
    source = Source.objects.create(title=title, kind="webhook", name="Aldine", slug="aldine")
    return source, push.new_secret(source)


def send(client, source: Source, key: str, data: bytes, *, stamp: int | None = None, more: dict | None = None):  # type: ignore[no-untyped-def]
    stamp = int(clock.now().timestamp()) if stamp is None else stamp
    headers = {"webhook-id": "m1", "webhook-timestamp": str(stamp), "webhook-signature": push.sign(key, "m1", stamp, data)}
    return client.post(
        f"/wire/push/{source.push_key}", data, content_type="application/xml", headers={**headers, **(more or {})}
    )


def test_a_signed_delivery_is_kept_then_read(client, hook) -> None:
    source, key = hook
    assert health.health(source) == ("nothing was sent yet", True)
    data = RSS.format("hook").encode()
    answer = send(client, source, key, data, more={"Masthead-Filename": "../ferry.xml"})
    assert (answer.status_code, answer["Cache-Control"]) == (202, "no-store")
    assert (folder.inbox() / "aldine" / "ferry.xml").read_bytes() == data
    read_them(source)
    assert Story.objects.get().live and WireItem.objects.get().source == source
    source.refresh_from_db()
    assert health.health(source) == ("well", True)
    assert send(client, source, key, data).status_code == 202
    read_them(source)
    assert WireItem.objects.get().versions.count() == 1, "sent twice changes nothing"


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The worked example of the specification's reference libraries: another house must be able to sign for us."""
    key, data = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    signed = push.sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, data)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "change, status, words",
    [
        ({"webhook-signature": "v1,AAAA"}, 403, "signature is wrong"),
        ({"webhook-signature": ""}, 403, "signature is wrong"),
        ({"webhook-signature": "v1,ü%%"}, 403, "signature is wrong"),
        ({"webhook-id": "m2"}, 403, "signature is wrong"),
        ({"webhook-id": ""}, 401, "are needed"),
        ({"webhook-timestamp": "yesterday"}, 401, "are needed"),
    ],
)
def test_what_is_not_signed_leaves_no_trace_but_a_line(client, hook, change, status, words) -> None:
    source, key = hook
    answer = send(client, source, key, RSS.format(1).encode(), more=change)
    assert answer.status_code == status and words in answer.content.decode()
    source.refresh_from_db()
    assert not (folder.inbox() / "aldine").exists() and not health.health(source)[1]


@pytest.mark.parametrize("off, status", [(-301, 401), (-299, 202), (299, 202), (301, 401)])
def test_the_replay_window(client, hook, off, status) -> None:
    source, key = hook
    with clock.frozen(clock.now()):
        stamp = int(clock.now().timestamp()) + off
        assert send(client, source, key, RSS.format(1).encode(), stamp=stamp).status_code == status


def test_other_refusals(client, hook, settings, monkeypatch) -> None:
    source, key = hook
    assert client.get(f"/wire/push/{source.push_key}").status_code == 405
    assert client.post("/wire/push/" + "x" * 43, b"x", content_type="text/xml").status_code == 404
    assert send(client, source, key, b"  ").status_code == 400
    push.new_secret(source)
    assert send(client, source, key, b"<rss/>").status_code == 403, "the old secret is over"
    monkeypatch.setitem(settings.CONFIG.values, "wire.max_file_mb", 0)
    assert send(client, source, key, b"<rss/>").status_code == 413
    Source.objects.update(active=False)
    monkeypatch.setitem(settings.CONFIG.values, "wire.max_file_mb", 1)
    assert send(client, source, key, b"<rss/>").status_code == 410
    assert not (folder.inbox() / "aldine").exists()


def test_202_only_when_the_bytes_are_safe(client, hook, monkeypatch) -> None:
    source, key = hook
    (folder.inbox()).mkdir(parents=True)
    (folder.inbox() / "aldine").write_text("a file where the folder should be")
    answer = send(client, source, key, RSS.format(1).encode())
    assert answer.status_code == 503 and "send it again" in answer.content.decode()


class _Hub(BaseHTTPRequestHandler):
    """A feed that names its hub, and the hub: it asks back at once, as hubs do."""

    asked: list[dict[str, str]] = []
    verified: list[tuple[int, str]] = []
    lease, header_links = "864000", False

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        body = RSS.format("sub")
        if not self.header_links:
            tags = f'<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="{base}/hub"/>'
            tags += f'<link xmlns="http://www.w3.org/2005/Atom" href="{base}/feed?a=1&amp;b=2" rel="self"/>'
            body = body.replace("<item>", tags + "<item>", 1)
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        if self.header_links:
            self.send_header("Link", f'<{base}/hub>; rel="hub", <{base}/feed?a=1&b=2>; rel="self"')
        self.end_headers()
        self.wfile.write(body.encode())

    def do_POST(self) -> None:
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.asked.append(form)
        self.send_response(202)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def hub_asks(form: dict[str, str], **change: str) -> tuple[int, str]:
    said = {"hub.mode": "subscribe", "hub.topic": form["hub.topic"], "hub.challenge": "<b>word</b>", "hub.lease_seconds": _Hub.lease}
    try:
        with urllib.request.urlopen(f"{form['hub.callback']}?{urllib.parse.urlencode({**said, **change})}", timeout=5) as got:
            assert got.headers["Content-Type"].startswith("text/plain")
            return got.status, got.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


@pytest.fixture
def sub(transactional_db, title, live_server, settings, monkeypatch) -> Iterator[Source]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _Hub.asked, _Hub.lease, _Hub.header_links = [], "864000", False
    monkeypatch.setitem(settings.CONFIG.values, "server.url", live_server.url)
    yield Source.objects.create(
        title=title, kind="websub", name="Mira", slug="mira", every=60, address=f"http://127.0.0.1:{server.server_port}/feed"
    )
    server.shutdown()
    server.server_close()


def look(source: Source) -> str:
    words = rounds.look(source, allows=loopback).words
    source.refresh_from_db()
    return words


def post(url: str, data: bytes, signature: str) -> int:
    request = urllib.request.Request(url, data, {"X-Hub-Signature": signature, "Content-Type": "application/rss+xml"})
    with urllib.request.urlopen(request, timeout=5) as got:
        return int(got.status)


@pytest.mark.parametrize("in_headers", [False, True])
def test_websub_from_discovery_to_a_pushed_story(sub, in_headers) -> None:
    _Hub.header_links = in_headers
    assert "1 items, 1 new or changed. The hub was asked to push." in look(sub)
    form = _Hub.asked[0]
    assert form["hub.topic"].endswith("/feed?a=1&b=2") and len(form["hub.secret"]) < 200
    assert hub_asks(form, **{"hub.topic": "http://evil.example/"})[0] == 404
    assert hub_asks(form) == (200, "<b>word</b>")
    sub.refresh_from_db()
    assert websub.is_pushed(sub)
    pushed = RSS.format("pushed").encode()
    for method in ("sha1", "sha256", "sha512"):
        signed = hmac.new(form["hub.secret"].encode(), pushed, method).hexdigest()
        assert post(form["hub.callback"], pushed, f"{method}={signed}") == 202
    assert len(landed(sub)) == 1
    read_them(sub)
    assert set(WireItem.objects.values_list("guid", flat=True)) == {"sub", "pushed"}
    forged = RSS.format("forged").encode()
    for signature in ("", "md5=" + hashlib.md5(forged).hexdigest(), "sha256=" + "0" * 64, "sha256=", "ü"):
        with_ascii = signature.encode("ascii", "ignore").decode()
        assert post(form["hub.callback"], forged, with_ascii) == 202, "a liar is not told"
    assert landed(sub) == []
    sub.refresh_from_db()
    assert "was refused" in sub.last_error


def test_pushes_make_polling_rare_and_are_renewed_before_their_end(sub) -> None:
    look(sub)
    hub_asks(_Hub.asked[0])
    sub.refresh_from_db()
    assert "Pushes come until" in look(sub)
    assert (sub.next_look_at - sub.last_looked_at).total_seconds() >= websub.SELDOM - 1
    assert len(_Hub.asked) == 1
    with clock.frozen(clock.now() + timedelta(days=9, hours=1)):
        look(sub)
        assert len(_Hub.asked) == 2 and _Hub.asked[1]["hub.secret"] == _Hub.asked[0]["hub.secret"]
        assert websub.is_pushed(sub), "the old lease still runs"
    with clock.frozen(clock.now() + timedelta(days=11)):
        assert not websub.is_pushed(sub)
        look(sub)
        assert (sub.next_look_at - sub.last_looked_at).total_seconds() < 100, "polling takes over"


def test_a_hub_that_says_no_or_nothing_leaves_polling(sub) -> None:
    look(sub)
    assert "has not answered yet" in look(sub) and len(_Hub.asked) == 1
    assert (sub.next_look_at - sub.last_looked_at).total_seconds() < 100
    assert hub_asks(_Hub.asked[0], **{"hub.mode": "denied"})[0] == 200
    sub.refresh_from_db()
    assert sub.cursor["state"] == "denied" and not websub.is_pushed(sub)
    with clock.frozen(clock.now() + timedelta(hours=2)):
        look(sub)
        assert len(_Hub.asked) == 2, "asked again later"


def test_without_a_public_address_of_our_own_it_is_polled(sub, settings, monkeypatch) -> None:
    monkeypatch.setitem(settings.CONFIG.values, "server.url", "http://10.0.0.7")
    assert "server.url" in look(sub) and _Hub.asked == []


def test_the_secret_is_shown_once_and_lies_sealed(client, title) -> None:
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    source = Source.objects.create(title=title, kind="webhook", name="Aldine", slug="aldine")
    assert "has no signing secret yet" in client.get("/newsroom/wire/sources/").content.decode()
    page = client.post(f"/newsroom/wire/sources/{source.pk}/secret/").content.decode()
    source.refresh_from_db()
    key = base64.b64encode(credentials.push_secret(source).encode()).decode()
    assert f"whsec_{key}" in page and f"/wire/push/{source.push_key}" in page
    for address in ("/newsroom/wire/sources/", f"/newsroom/snippets/wire/source/edit/{source.pk}/"):
        assert key not in client.get(address).content.decode()
    assert client.get(f"/newsroom/wire/sources/{source.pk}/secret/").status_code == 405
