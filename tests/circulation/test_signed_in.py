"""Following as a reader who is signed in in the conversation: no letter asks, and the state is said in words."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from masthead.circulation import following, targets
from masthead.circulation.models import Follow, Follower
from masthead.mailroom.models import Outgoing
from masthead.people import readers
from masthead.public import signing_in
from tests import reader as papers
from tests.circulation.made import story, topic
from tests.comments.made import reader, talking

PAGE = "/comments/follow/?what=/topics/harbour/"


@pytest.fixture
def client(title) -> Client:
    talking(title)
    topic(title, "Harbour")
    one = Client()
    one.cookies[signing_in.COOKIE] = readers.open_session(reader("Ada", address="ada@example.org"))
    return one


def said(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    return re.sub(r"<[^>]+>", "", answer.content.decode().split("<main")[1].split("<select")[0])


def test_following_needs_no_letter_and_is_said_in_words(client) -> None:
    assert "Harbour. You do not follow this." in said(client)
    answer = client.post("/comments/follow/", {"what": "/topics/harbour/", f"pace-topic-{topic_pk()}": "weekly"})
    assert "Kept." in said(client, answer["Location"])
    assert "Harbour. You follow this: in the letter of one day a week." in said(client)
    one = Follower.objects.get()
    assert (one.address, one.confirmed_at is not None, Outgoing.objects.count()) == ("ada@example.org", True, 0)
    client.post("/comments/follow/", {"what": "/topics/harbour/", f"pace-topic-{topic_pk()}": "off"})
    assert "You do not follow this." in said(client) and not Follow.objects.exists()


def topic_pk() -> int:
    from masthead.stories.models import Topic

    return Topic.objects.get(slug="harbour").pk


def test_what_somebody_else_typed_under_my_address_still_waits(client, title) -> None:
    topic(title, "Chess")
    following.ask(title, "ada@example.org", [targets.at(title, "/topics/chess/")])
    client.post("/comments/follow/", {"what": "/topics/harbour/", f"pace-topic-{topic_pk()}": "daily"})
    assert dict(Follow.objects.values_list("target", "confirmed")) == {topic_pk(): True, topic(title, "Chess").pk: False}
    assert "You asked for this; it begins when you press" in said(client, "/comments/follow/?what=/topics/chess/")


def test_a_stranger_is_offered_the_form_and_the_way_in(client) -> None:
    page = Client().get(PAGE).content.decode()
    assert 'name="what" value="/topics/harbour/"' in page and 'href="/comments/mine/"' in page
    assert Client().post("/comments/follow/", {"what": "/topics/harbour/", f"pace-topic-{topic_pk()}": "daily"}).status_code == 200
    client.post("/comments/follow/", {"what": "/topics/harbour/", f"pace-topic-{topic_pk()}": "daily"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert not Follower.objects.exists()


def test_a_storys_page_leads_there_and_offers_its_writer(client, title) -> None:
    from masthead.people.models import Person
    from masthead.stories import actions

    Person.objects.create(name="Ana Pop", slug="ana-pop")
    one = story(title, "The wall", ("Harbour",))
    section = title.sections.first()
    page = papers.get(title, one.path).text
    assert f"/comments/follow/?what=%2Ftopics%2Fharbour%2F&amp;what=%2F{section.slug}%2F&amp;what=%2F" in page
    assert "Follow this conversation" in page and "Signed in here?" in page and actions


def test_ones_own_page_is_one_click_away(client) -> None:
    assert "You do not follow this." in said(client, "/comments/follow/")
    client.post("/comments/follow/", {"what": "/topics/harbour/", f"pace-topic-{topic_pk()}": "daily"})
    answer = client.get("/comments/follow/")
    assert answer.status_code == 303 and answer["Location"].startswith("/follow/mine/")
    assert "Harbour" in client.get(answer["Location"]).content.decode()
