"""Promise: not one byte before the second, everywhere after it; and nothing once the time is up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.stories import actions, diary
from masthead.stories.models import Story
from masthead.wire import intake
from tests import reader
from tests.promises.walk import leaks, shown_on
from tests.wire.made import g2

SECOND = datetime(2026, 11, 23, 18, 0, 0, tzinfo=UTC)
WORDS = ["Canary embargo", "Bridge to close"]


def deliver(title, data: bytes) -> None:
    intake.take(data, name="e.xml", source=intake.default_source(title))
    diary.work_off()


def test_an_embargoed_story_is_nowhere_before_and_everywhere_after(title) -> None:
    with clock.frozen(SECOND - timedelta(minutes=1)):
        deliver(title, g2(headline="Bridge to close", body="Canary embargo " * 20, embargoed="2026-11-23T18:00:00Z"))
        story = Story.objects.get()
        assert story.state == "published"
        assert leaks(title, story, WORDS) == []
        assert reader.get(title, story.path).status == 404
        clock.advance(timedelta(seconds=59))
        assert leaks(title, story, WORDS) == []
        clock.advance(timedelta(seconds=1))
        assert reader.get(title, story.path).status == 200, "the gate opens at its second without any worker"
        assert actions.release_due() == 1
        diary.work_off()
        assert {"article", "front", "section", "feed-rss", "sitemap-news"} <= shown_on(title, story, WORDS[1])
        assert story.path in reader.get(title, "/sitemap-2026-11.xml").text
        assert actions.release_due() == 0


@pytest.mark.slow
def test_an_empty_embargo_is_a_hold(title) -> None:
    deliver(title, g2(headline="Bridge to close", body="Canary embargo " * 20, embargoed=""))
    story = Story.objects.get()
    assert story.state == "held"
    assert leaks(title, story, WORDS) == []


@pytest.mark.slow
def test_an_expired_story_is_nowhere_from_its_second_on(title) -> None:
    with clock.frozen(SECOND - timedelta(hours=1)):
        deliver(title, g2(headline="Bridge to close", body="Canary embargo " * 20))
        story = Story.objects.get()
        actions.obey(story=story, orders=actions.Orders(expires_at=SECOND), by="Aldine Wire")
        diary.work_off()
        assert reader.get(title, story.path).status == 200
        clock.advance(timedelta(hours=1))
        for path in (story.path, "/", "/world/", "/feed.rss", "/sitemap.xml"):
            answer = reader.get(title, path)
            assert not any(w in answer.text for w in WORDS), path
        actions.release_due()
        diary.work_off()
        assert leaks(title, story, WORDS) == []
