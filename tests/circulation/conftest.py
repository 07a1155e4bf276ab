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
def deliver(title, postman, sink):  # noqa: F811
    """Plan what is due and deliver everything."""
    from masthead.circulation import editions
    from masthead.mailroom.models import Outgoing
    from masthead.stories import diary

    def all_of_it() -> Sink:
        # The question whether somebody wants letters is another test's.
        Outgoing.objects.filter(key__startswith="confirm:").delete()
        diary.work_off(names=("circulation",))
        editions.plan_due(title)
        while postman.round():
            pass
        return sink

    return all_of_it
