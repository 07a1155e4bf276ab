"""The newsroom's first screen: what calls for somebody, what goes out next; nothing of another paper's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from masthead.kit import clock
from masthead.stories import actions
from masthead.titles.models import Section, Title
from tests.staff import hire
from tests.stories.test_flow import write


@pytest.fixture
def editor(title):
    return hire(title, "editor")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def panels(client) -> dict[str, str]:
    """Each panel of the screen by its heading."""
    page = client.get("/newsroom/").content.decode()
    found = [part.partition("</section>")[0] for part in page.split("<section")[1:]]
    return {part.partition("<h2")[2].partition("</h2>")[0].rpartition(">")[2] or _linked(part): part for part in found}


def _linked(part: str) -> str:
    return part.partition("<h2")[2].partition("</a>")[0].rpartition(">")[2]


def test_each_story_stands_where_somebody_must_act(desk, title, editor) -> None:
    actions.ready(story=write(title, "Ready one"), user=editor)
    actions.hold(story=write(title, "Held one"), user=editor)
    write(title, "My draft", user=editor)
    soon = write(title, "Embargoed one")
    soon.embargo_until = clock.now() + timedelta(hours=3)
    soon.save()
    actions.publish_as_filed(story=soon)
    late = write(title, "Late one")
    actions.set_deadline(story=late, at=clock.now() + timedelta(hours=1), user=editor)
    shown = panels(desk)
    for heading, headline in (
        ("To be edited", "Ready one"),
        ("Held", "Held one"),
        ("My drafts", "My draft"),
        ("Going out next", "Embargoed one"),
        ("Deadlines", "Late one"),
        ("In the paper", "Embargoed one"),
    ):
        assert headline in shown[heading], (heading, list(shown))
    assert "To be published" not in shown
    assert "embargo ends" in shown["Going out next"]


def test_another_papers_desk_is_not_shown_and_the_questions_are_counted(desk, title, editor) -> None:
    other = Title.objects.create(name="Elsewhere", base_url="http://elsewhere", language="en", time_zone="UTC")
    Section.objects.create(title=other, name="News", slug="news")
    actions.publish_as_filed(story=write(other, "Not ours"))
    write(title, "Ours")
    desk.get("/newsroom/")
    with CaptureQueriesContext(connection) as few:
        assert "Not ours" not in desk.get("/newsroom/").content.decode()
    for n in range(12):
        actions.publish_as_filed(story=write(title, f"Ours {n}"))
        actions.hold(story=write(title, f"Held {n}"), user=editor)
    with CaptureQueriesContext(connection) as many:
        desk.get("/newsroom/")
    assert len(many) == len(few)


def test_the_menus_search_finds_stories(desk, title) -> None:
    answer = desk.get("/newsroom/pages/search/", {"q": "bridge"})
    assert answer["Location"] == "/newsroom/stories/?words=bridge"
