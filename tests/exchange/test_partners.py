"""Between houses: signed ninjs, taken by another Masthead as a source of the kind webhook; kills go first, nothing is lost."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from masthead.exchange import sending, sharing
from masthead.exchange.models import Partner, Sending, Share
from masthead.kit import clock
from masthead.stories import actions, diary
from masthead.stories.models import Story
from masthead.titles.models import Title
from masthead.wire import folder
from masthead.wire.arrivals import push
from masthead.wire.models import Rule, Source
from tests.conftest import small_paper

KEY = "whsec_" + base64.b64encode(b"a secret of thirty-two letters..").decode()


@pytest.fixture
def title(db, fresh_store) -> Title:
    made = small_paper()
    made.base_url = "http://paper.example"
    made.save()
    return made


@pytest.fixture
def theirs():
    """Another house's door: keeps what comes and answers as the test wants."""

    class Door(BaseHTTPRequestHandler):
        status, came = 202, []

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            type(self).came.append((dict(self.headers.items()), body))
            self.send_response(type(self).status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *said: object) -> None:
            pass

    Door.came = []
    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Door, f"http://127.0.0.1:{server.server_port}/wire/push/word"
    server.shutdown()


@pytest.fixture
def partner(title, theirs) -> Partner:
    made = Partner(title=title, name="The Far Paper", address=theirs[1])
    sending.keep_secret(made, KEY)
    made.save()
    return made


@pytest.fixture
def story(title) -> Story:
    copy = actions.Copy(headline="Ferry stops at noon", body="<p>" + "The ferry stops at the quay. " * 20 + "</p>", credits=(actions.CopyCredit("Mia Solberg"),))
    return actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.first(), copy=copy))


def everybody(address: str) -> bool:
    return True


def settle() -> None:
    while diary.work_off():
        pass
    while sending.work_off(allows=everybody):
        pass


def test_a_story_an_update_and_a_kill_arrive_in_another_house(title, theirs, partner, story, settings) -> None:
    """The receiving side is our own intake, in a paper that knows nothing of the first."""
    door, _ = theirs
    sharing.offer(story=story, partner=partner)
    settle()
    actions.correct(story=story, kind="correction", text="It was two ferries.")
    settle()
    actions.obey(story=Story.objects.get(pk=story.pk), orders=actions.Orders("canceled", reason="Wrong."), by="The agency")
    settle()
    assert [json.loads(body)["pubstatus"] for _, body in door.came] == ["usable", "usable", "canceled"]
    assert "Ferry" not in door.came[-1][1].decode(), "a kill carries no word of the story"

    far = Title.objects.create(name="The Far Paper", base_url="http://far.example", time_zone="UTC")
    section = far.sections.create(name="News", slug="news")
    Rule.objects.create(title=far, section=section, language="*")
    source = Source(title=far, kind=Source.Kind.WEBHOOK, name="The Test Paper", slug="test-paper")
    source.save()
    push.new_secret(source)
    from masthead.wire import credentials

    credentials.keep_push(source, base64.b64decode(KEY.removeprefix("whsec_")).decode())
    source.save()
    folder.prepare()
    watch = folder.Watch(far)
    states = []
    for headers, body in door.came:
        answer = push.receive(source, {k.lower(): v for k, v in headers.items()}, body)
        assert answer.status == 202, answer.words
        for _ in range(400):
            with clock.frozen(clock.now()):
                watch.look()
            if not list(folder.inbox().rglob("*.json")):
                break
            threading.Event().wait(0.01)
        there = Story.objects.filter(title=far).first()
        states.append((there.display_headline, there.state, there.order_pubstatus) if there else None)
    assert states[0] == ("Ferry stops at noon", "published", "usable")
    assert states[-1] == ("Ferry stops at noon", "withdrawn", "canceled")
    forged = {**{k.lower(): v for k, v in door.came[0][0].items()}, "webhook-id": "another"}
    assert push.receive(source, forged, door.came[0][1]).status in (400, 401, 403)


def test_what_is_not_taken_is_sent_again_and_the_kill_goes_first(title, theirs, partner, story) -> None:
    door, _ = theirs
    other = actions.publish_as_filed(
        story=actions.file_story(title=title, section=title.sections.first(), copy=actions.Copy(headline="Tower opens", body="<p>It opens.</p>"))
    )
    for one in (other, story):
        sharing.offer(story=one, partner=partner)
    door.status = 503
    assert sending.work_off(allows=everybody) == 0
    assert {row.tries for row in Sending.objects.all()} == {1} and "503" in Sending.objects.first().said
    actions.withdraw(story=story, reason="Wrong.")
    while diary.work_off():
        pass
    door.status, door.came = 202, []
    Sending.objects.update(due_at=clock.now())
    while sending.work_off(allows=everybody):
        pass
    said = [json.loads(body) for _, body in door.came]
    assert said[0]["pubstatus"] == "canceled" and "usable" in [one["pubstatus"] for one in said]
    assert not [one for one in said if one["uri"].endswith(str(story.uid)) and one["pubstatus"] == "usable"]
    assert not Sending.objects.filter(done_at=None).exists()


def test_addresses_within_are_not_asked(partner, story) -> None:
    sharing.offer(story=story, partner=partner)
    assert sending.work_off() == 0 and Sending.objects.get().done_at is None


def test_an_embargo_travels_along(title, theirs, partner, story) -> None:
    until = clock.now().replace(microsecond=0)
    share = sharing.offer(story=story, partner=partner, embargo_until=until)
    assert sending.ninjs(share)["embargoed"] == until.isoformat()
    assert Share.objects.get().state == "sent" or Share.objects.filter(state="sent").exists()


def test_no_secret_no_sending(title, theirs, story) -> None:
    bare = Partner.objects.create(title=title, name="Bare", address=theirs[1])
    sharing.offer(story=story, partner=bare)
    assert sending.work_off(allows=everybody) == 0
    assert "no signing secret" in Sending.objects.get().said and theirs[0].came == []
