"""Following a conversation: how many comments came since the last letter, from whoever keeps them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import pytest

from masthead.circulation import conversations, targets
from masthead.kit import clock
from masthead.stories import actions
from masthead.stories.models import Story
from masthead.titles.models import Title
from tests.circulation.made import follower, story

CAME: dict[int, list[datetime]] = {}


def comments(title: Title, stories: Collection[int], since: datetime) -> conversations.Moments:
    """Comments kept in a list, as a room for them tells circulation of its own."""
    return {pk: [at for at in CAME.get(pk, []) if at > since] for pk in stories}


@pytest.fixture
def talk(title, at_dawn):
    CAME.clear()
    conversations.told_by(comments)
    yield lambda one, count: CAME.setdefault(one.pk, []).extend([clock.now()] * count)
    conversations.told_by(None)


def text(sink, n: int) -> str:
    return sink.to("ada@example.org")[n].get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_a_letter_says_how_many_came_since_the_last(title, talk, deliver) -> None:
    wall, quay = story(title, "The wall"), story(title, "The quay")
    follower(title, "ada@example.org", f"{wall.path}#conversation", f"{quay.path}#conversation")
    clock.advance(timedelta(minutes=10))
    talk(wall, 3), talk(quay, 1)
    clock.advance(timedelta(minutes=25))
    sink = deliver()
    assert sink.to("ada@example.org")[0]["Subject"] == "What readers say: The wall"
    assert f"The wall: 3 new comments\nhttp://testserver{wall.path}#conversation" in text(sink, 0) and "The quay: 1 new comment\n" in text(sink, 0)
    clock.advance(timedelta(days=1))
    assert len(deliver().taken) == 1, "nothing new, no letter"
    talk(quay, 2)
    clock.advance(timedelta(days=1))
    assert "The quay: 2 new comments" in text(deliver(), 1) and "The wall" not in text(sink, 1)


def test_a_withdrawn_storys_conversation_is_not_named(title, talk, deliver) -> None:
    wall = story(title, "Canary wall")
    follower(title, "ada@example.org", f"{wall.path}#conversation")
    clock.advance(timedelta(minutes=10))
    talk(wall, 3)
    actions.withdraw(story=Story.objects.get(pk=wall.pk), by="desk")
    clock.advance(timedelta(minutes=25))
    assert deliver().taken == []
    assert targets.at(title, f"{wall.path}#conversation") is None


def test_without_comments_there_is_nothing_to_follow(title, at_dawn) -> None:
    assert targets.at(title, f"{story(title, 'The wall').path}#conversation") is None
