"""A small town's stories, followers, and a mail server that takes what leaves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from masthead.kit import clock
from tests.mailroom.conftest import _sink, mail, postman, sink  # noqa: F401
from tests.mailroom.sink import Sink

MORNING = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
"""A Monday, half an hour before letters leave."""


@pytest.fixture
def at_dawn():
    with clock.frozen(MORNING) as at:
        yield at


@pytest.fixture
def publish(title):
    """Publish a story of our own on topics, as the desk does."""
    from masthead.stories import diary
    from masthead.stories.models import StoryTopic
    from tests.circulation.made import story

    def made(headline: str, *topics, **more):
        one = story(title, headline, topics, **more)
        diary.work_off()
        return one

    assert StoryTopic
    return made


@pytest.fixture
def deliver(title, postman, sink):  # noqa: F811
    """Plan what is due and deliver everything."""
    from masthead.circulation import editions

    def all_of_it() -> Sink:
        editions.plan_due(title)
        while postman.round():
            pass
        return sink

    return all_of_it
