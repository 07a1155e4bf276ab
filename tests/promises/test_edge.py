"""Promise: what the clock decides holds at its second, in the hour that comes twice, and when the clock is put forward or back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.press import run
from masthead.stories import actions, diary
from masthead.stories.models import Story
from masthead.wire import intake
from tests import reader
from tests.wire.made import g2

WORD = "Canary embargo"
TWICE = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""02:30 in Berlin, for the first of two times; it is 02:30 again an hour later."""


def deliver(title, until: str) -> Story:
    data = g2(headline="Bridge to close", body=f"{WORD} " * 20, embargoed=until)
    intake.take(data, name="e.xml", source=intake.default_source(title))
    diary.work_off()
    return Story.objects.get()


def seen(title, story: Story) -> list[str]:
    """Where a reader finds the story, by asking only: no worker goes round."""
    places = {story.path: WORD, "/": "Bridge to close", "/world/": "Bridge to close", "/feed.rss": "Bridge to close"}
    return [path for path, word in places.items() if word in reader.get(title, path).text]


@pytest.mark.parametrize(
    "said, second",
    [
        ("2026-10-25T02:30:00+02:00", TWICE),
        ("2026-10-25T02:30:00+01:00", TWICE + timedelta(hours=1)),
        ("2026-03-29T01:59:59+01:00", datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)),
        ("2026-03-29T03:00:00+02:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    ],
    ids=["the first 02:30", "the second 02:30", "before the hour that is not", "after the hour that is not"],
)
def test_the_second_of_an_embargo_while_clocks_change(title, said, second) -> None:
    title.time_zone = "Europe/Berlin"
    title.save()
    with clock.frozen(second - timedelta(hours=2)):
        story = deliver(title, said)
        for _ in range(4):
            assert seen(title, story) == []
            clock.advance(timedelta(minutes=29, seconds=59))
        clock.advance(timedelta(seconds=3))
        assert seen(title, story) == []
        clock.advance(timedelta(seconds=1))
        assert len(seen(title, story)) == 4


def test_a_clock_that_was_ahead_and_is_put_back(title) -> None:
    second = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    with clock.frozen(second - timedelta(hours=1)):
        story = deliver(title, "2026-11-23T18:00:00Z")
        clock.advance(timedelta(hours=1))
        actions.release_due()
        diary.work_off()
        assert len(seen(title, story)) == 4
        clock.advance(timedelta(minutes=-40))
        assert seen(title, story) == [], "without a worker"
        actions.release_due()
        diary.work_off()
        run.catch_up(title)
        assert seen(title, story) == [] and reader.get(title, story.path).status == 404
        clock.advance(timedelta(minutes=39, seconds=59))
        assert seen(title, story) == []
        clock.advance(timedelta(seconds=1))
        assert len(seen(title, story)) == 4, "at its second again, and again without a worker"


def test_a_clock_that_is_put_forward_past_an_expiry(title) -> None:
    with clock.frozen(datetime(2026, 11, 23, 18, 0, tzinfo=UTC)):
        story = deliver(title, "2026-11-23T17:00:00Z")
        actions.obey(story=story, orders=actions.Orders(expires_at=clock.now() + timedelta(hours=5)), by="The agency")
        diary.work_off()
        assert len(seen(title, story)) == 4
        clock.advance(timedelta(days=300))
        assert seen(title, story) == []
