"""The conversation beside other systems: webhooks to a program that listens, a frame on a site that stays elsewhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from masthead.comments import hooks, moderating, writing
from masthead.comments.models import Hook
from masthead.mailroom.courier import Courier
from masthead.mailroom.models import Parcel
from masthead.press import run
from masthead.stories.models import Story
from tests.comments import made
from tests.reader import get


class Listener(ThreadingHTTPServer):
    """A program of the house that is told; it says 200, or what `answer` says."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answer = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.heard.append(({k.lower(): v for k, v in self.headers.items()}, self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(outer.answer)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def listener():
    server = Listener()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def carry(settings):
    shutil.rmtree(settings.DATA / "mail", ignore_errors=True)
    courier = Courier(allows=lambda _: True)

    def all_of_it() -> None:
        while courier.round():
            pass

    yield all_of_it
    courier.close()


@pytest.fixture
def paper(title):
    made.talking(title, own_sites="old.example, not_a_host, www.other.example")
    return title


def test_what_happens_is_told_signed_and_without_what_was_removed_meanwhile(paper, listener, carry) -> None:
    hook, secret = hooks.make(paper, "https://desk.example/hook")
    Hook.objects.filter(pk=hook.pk).update(url=f"http://127.0.0.1:{listener.server_port}/hook")
    story = made.story(paper)
    one, two = made.says(story, "A word about the wall"), made.says(story, "A word that is removed at once")
    moderating.decide(two, "reject", made.moderator(paper), rule="off-topic")
    writing.report(one, made.reader(), "attack")
    carry()
    told = [(headers, json.loads(body)) for headers, body in listener.heard]
    assert sorted(said["type"] for _, said in told) == ["comment.published", "comment.published", "comment.removed", "comment.reported"]
    for (headers, _), (_, body) in zip(told, listener.heard, strict=True):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = hmac.new(key, f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body, hashlib.sha256).digest()
        assert headers["webhook-signature"] == "v1," + base64.b64encode(signed).decode()
    about_two = [said["data"] for _, said in told if said["data"]["id"] == two.pk]
    assert len(about_two) == 2 and not any("text" in data for data in about_two) and {d["state"] for d in about_two} == {"removed"}
    assert next(s["data"] for _, s in told if s["type"] == "comment.reported")["reports"] == 1
    hook.refresh_from_db()
    assert hook.worked_at and secret not in str(Hook.objects.values())


def test_what_is_refused_is_seen_by_the_keyholder_and_a_deleted_hook_is_told_nothing(paper, listener, carry) -> None:
    hook, _ = hooks.make(paper, "https://desk.example/hook")
    Hook.objects.filter(pk=hook.pk).update(url=f"http://127.0.0.1:{listener.server_port}/")
    listener.answer = 410
    story = made.story(paper)
    made.says(story, "One")
    carry()
    hook.refresh_from_db()
    assert "nothing at this address" in hook.said
    made.says(story, "Two")
    hook.delete()
    carry()
    assert len(listener.heard) == 1 and not Parcel.objects.filter(state="queued").exists()


@pytest.mark.parametrize("url", ["http://desk.example/", "https://", "javascript:alert(1)", "https://" + "x" * 500])
def test_only_full_secure_addresses_become_hooks(paper, url) -> None:
    with pytest.raises(hooks.NotTaken):
        hooks.make(paper, url)


def test_a_keyholder_makes_one_and_sees_its_secret_once(paper, client) -> None:
    client.force_login(made.moderator(paper, "kay", "keyholder"))
    answer = client.post("/newsroom/talk/webhooks/", {"url": "https://desk.example/hook"})
    secret = re.search(r"whsec_[\w+/=]+", answer.content.decode())[0]
    again = client.get("/newsroom/talk/webhooks/").content.decode()
    assert "desk.example" in again and secret not in again
    client.post("/newsroom/talk/webhooks/", {"delete": str(Hook.objects.get().pk)})
    assert not Hook.objects.exists()


def test_a_frame_for_the_sites_that_the_paper_named_and_for_no_other(paper) -> None:
    story = made.story(paper)
    Story.objects.filter(pk=story.pk).update(original_url="https://www.other.example/2026/wall/?id=7")
    said = made.says(story, "Shown in a frame")
    for url in (f"https://old.example{story.path}", "https://www.other.example/2026/wall/?id=7"):
        led = Client().get("/comments/embed/", {"url": url})
        assert (led.status_code, led["Location"]) == (303, f"{story.path}comments/embed/")
    assert Client().get("/comments/embed/", {"url": "https://old.example/unknown/"}).status_code == 204
    assert Client().get("/comments/embed/", {"url": "//[broken"}).status_code == 204
    page = get(paper, f"{story.path}comments/embed/")
    policy = page.headers["content-security-policy"]
    assert "Shown in a frame" in page.text and '<base target="_blank">' in page.text and 'content="noindex"' in page.text
    assert "frame-ancestors 'self' https://old.example https://*.old.example https://www.other.example" in policy and "not_a_host" not in policy
    assert "frame-ancestors 'none'" in get(paper, story.path).headers["content-security-policy"]
    moderating.decide(said, "reject", made.moderator(paper), rule="off-topic")
    run.catch_up(paper)
    assert "Shown in a frame" not in get(paper, f"{story.path}comments/embed/").text
    made.talking(paper, own_sites="")
    assert get(paper, f"{made.story(paper, headline='Another').path}comments/embed/").status == 404


def test_the_script_for_other_sites_is_small_and_may_be_used_there() -> None:
    answer = Client().get("/comments/embed.js")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin" and len(answer.content) < 2_000
