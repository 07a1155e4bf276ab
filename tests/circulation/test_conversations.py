"""Following a conversation: how many comments came since the last letter, from whoever keeps them."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from masthead.circulation import conversations, following, targets
from masthead.comments import moderating, reading, rules
from masthead.kit import clock
from masthead.stories import actions, diary
from masthead.stories.models import Story
from masthead.titles.models import Title
from tests import reader
from tests.circulation.made import follower, story
from tests.comments.made import moderator, says, talking
from tests.comments.made import reader as somebody

WORDS = (
    "The stones were laid by my grandfather.", "Who is to pay for it all?", "It was high water twice this spring.", "A wall of nine metres is a prison.",
    "Ask the people of Marrow Street.", "Boats must still get out, too.", "The old plan was cheaper by half.",
)  # fmt: skip
CAME: dict[int, list[datetime]] = {}


def comments(title: Title, stories: Collection[int], since: datetime) -> conversations.Moments:
    """Comments kept in a list, as a room for them tells circulation of its own."""
    return {pk: [at for at in CAME.get(pk, []) if at > since] for pk in stories}


@pytest.fixture
def talk(title, at_dawn):
    CAME.clear()
    talking(title)
    conversations.told_by(comments)
    yield lambda one, count: CAME.setdefault(one.pk, []).extend([clock.now()] * count)
    conversations.told_by(reading.moments, reading.liveliest)


def client_page(title: Title, path: str) -> str:
    return str(reader.get(title, path).text)


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


def test_the_real_conversation_is_followed_from_its_page(title, at_dawn, deliver) -> None:
    talking(title)
    wall = story(title, "The wall")
    page = client_page(title, wall.path)
    assert f"/comments/follow/?what={quote(wall.path + '#conversation', safe='')}" in page
    follower(title, "ada@example.org", f"{wall.path}#conversation")
    clock.advance(timedelta(minutes=5))
    first = [says(wall, "It is high time that the wall is raised."), says(wall, "Who pays for all of that stone?")]
    moderating.decide(first[0], "reject", moderator(title), rule=next(iter(rules.BOOK)))
    clock.advance(timedelta(minutes=30))
    assert "The wall: 1 new comment" in text(deliver(), 0), "what was removed does not count"


def test_the_weeks_best_conversation_goes_with_the_weekly_letter(title, at_dawn, deliver) -> None:
    talking(title)
    quay, wall, new = story(title, "The quay"), story(title, "The wall"), story(title, "The bridge", ("Harbour",))
    for n, one in enumerate((quay, quay, quay, wall, wall, wall, wall)):
        says(one, WORDS[n])
    ada = follower(title, "ada@example.org", "/topics/harbour/", pace="weekly", weekday=0)
    follower(title, "bo@example.org", "/topics/harbour/")
    following.reckon(ada)
    clock.advance(timedelta(minutes=31))
    sink = deliver()
    assert new.display_headline in text(sink, 0)
    assert f"This week’s best conversation:\nThe wall: 4 comments by 4 readers\nhttp://testserver{wall.path}#conversation" in text(sink, 0)
    assert "best conversation" in sink.to("ada@example.org")[0].get_body(("html",)).get_content()
    assert "best conversation" not in sink.to("bo@example.org")[0].get_body(("plain",)).get_content()


def test_the_weeks_best_conversation_is_one_that_readers_may_see(title, at_dawn) -> None:
    talking(title)
    quay, wall = story(title, "The quay"), story(title, "The wall")
    somebody_new = somebody()
    for n, one in enumerate((quay, quay, quay, wall, wall, wall, wall)):
        says(one, WORDS[n])
    says(quay, "One person, many words.", somebody_new)
    assert conversations.best_of_week(title).headline == "The quay", "four people on both: what was said first"
    actions.withdraw(story=Story.objects.get(pk=quay.pk), by="desk")
    assert conversations.best_of_week(title).headline == "The wall", "the gate is asked though the list is known"
    assert conversations.best_of_week(title, {wall.pk}) is None
    clock.advance(timedelta(days=8))
    assert conversations.best_of_week(title) is None


def test_where_the_paper_has_no_conversation_nobody_follows_one(title, at_dawn) -> None:
    wall = story(title, "The wall")
    assert targets.at(title, f"{wall.path}#conversation") is None
    talking(title)
    assert targets.at(title, f"{wall.path}#conversation").name == "What readers say: The wall"


def test_a_conversation_has_feeds_and_what_is_removed_leaves_them(title, at_dawn, django_capture_on_commit_callbacks) -> None:
    talking(title)
    wall = story(title, "The wall & the quay")
    said = [says(wall, WORDS[n]) for n in range(3)]
    base = f"{wall.path}comments/feed."
    rss, atom = (ElementTree.fromstring(reader.get(title, base + kind).text.encode()) for kind in ("rss", "atom"))
    assert rss.findtext("channel/title") == "What readers say: The wall & the quay"
    assert sorted(one.findtext("description").strip() for one in rss.iter("item")) == sorted(f"<p>{words}</p>" for words in WORDS[:3])
    assert len(atom.findall("{http://www.w3.org/2005/Atom}entry")) == 3
    with django_capture_on_commit_callbacks(execute=True):
        moderating.decide(said[0], "reject", moderator(title), rule=next(iter(rules.BOOK)))
    left = json.loads(reader.get(title, base + "json").text)["items"]
    assert {one["content_text"] for one in left} == set(WORDS[1:3])
    assert WORDS[0] not in reader.get(title, base + "rss").text
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(story=Story.objects.get(pk=wall.pk), by="desk")
        diary.work_off()
    assert all(reader.get(title, base + kind).status != 200 for kind in ("rss", "atom", "json"))
