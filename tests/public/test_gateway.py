"""The gateway: clean copy out for another system, corrections and kills as updates under the same guid."""

from __future__ import annotations

import json

import feedparser
import pytest

from masthead.stories import diary
from masthead.stories.models import Story
from masthead.wire import gateway, intake
from masthead.wire.models import Rule
from tests.wire.made import g2


def take(title, **said: object) -> None:
    intake.take(g2(**said), name="f.xml", source=intake.default_source(title))  # type: ignore[arg-type]
    diary.work_off()


@pytest.fixture
def feeds(client, title):
    def both():
        base = f"/gateway/{gateway.key(title)}/"
        answers = [client.get(base + form) for form in ("feed.rss", "feed.json")]
        assert [a.status_code for a in answers] == [200, 200]
        return feedparser.parse(answers[0].content), json.loads(answers[1].content), answers[0]

    return both


def test_a_correction_and_a_kill_are_updates_of_the_same_guid(feeds, title) -> None:
    take(title, headline="Ferry stops", body="At least 400 waited at the pier. " * 9)
    rss, ninjs, _ = feeds()
    (entry,), (item,) = rss.entries, ninjs
    assert (entry.title, item["headline"], item["pubstatus"]) == ("Ferry stops", "Ferry stops", "usable")
    assert "400 waited" in entry.content[0].value and "400 waited" in item["body_xhtml"]
    take(title, headline="Ferry stops", body="About 140 waited at the pier. " * 9, version=2)
    rss, ninjs, second = feeds()
    assert (rss.entries[0].id, ninjs[0]["uri"]) == (entry.id, item["uri"])
    assert "140 waited" in rss.entries[0].content[0].value and "400 waited" not in second.content.decode()
    assert ninjs[0]["versioncreated"] > item["versioncreated"]
    take(title, headline="", body="", version=3, pubstatus="canceled")
    rss, ninjs, third = feeds()
    assert (rss.entries[0].id, ninjs[0]["uri"], ninjs[0]["pubstatus"]) == (entry.id, item["uri"], "canceled")
    assert "waited" not in third.content.decode() + json.dumps(ninjs) and rss.entries[0].title == "Withdrawn"


def test_only_what_the_gate_lets_out_goes_out(feeds, title) -> None:
    take(
        title,
        headline="Secret ferry",
        body="Canary words. " * 20,
        embargoed="2999-01-01T00:00:00Z",
        ednote="Call 555 0199",
    )
    _, ninjs, answer = feeds()
    assert ninjs == [] and "anary" not in answer.content.decode()
    Rule.objects.update(action="hold")
    take(title, headline="Held ferry", body="Canary words. " * 20, guid="tag:x,2026:h")
    assert feeds()[1] == []


def test_notes_for_editors_stay_behind(feeds, title) -> None:
    take(title, headline="Ferry", body="It stopped. " * 20, ednote="Call 555 0199")
    assert "555 0199" not in feeds()[2].content.decode()


def test_a_poll_without_news_costs_a_few_bytes(client, feeds, title) -> None:
    take(title, headline="Ferry", body="It stopped. " * 20)
    address = f"/gateway/{gateway.key(title)}/feed.rss"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_the_word_is_needed(client, title) -> None:
    assert client.get(f"/gateway/{'0' * 32}/feed.rss").status_code == 404
    assert client.get("/gateway/feed.rss").status_code == 404
    assert Story.objects.count() == 0
