"""The newsroom's first screen and the story list say where each story stands."""

from __future__ import annotations

import pytest

from masthead.people.models import User
from masthead.stories.models import Story
from masthead.wire import intake
from tests.wire.made import g2


@pytest.mark.parametrize(
    "more, words",
    [
        ({}, "published"),
        ({"embargoed": "2099-01-01T06:00:00Z"}, "embargoed until 01 Jan 06:00"),
        ({"pubstatus": "withheld"}, "withheld by the agency"),
    ],
)
def test_where_a_story_stands(client, title, more, words) -> None:
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    data = g2(headline="Ferry stops", body="It stopped. " * 20, **more)
    intake.take(data, name="f.xml", source=intake.default_source(title))
    assert Story.objects.get().standing == words
    page = client.get("/newsroom/stories/").content.decode()
    assert "Ferry stops" in page and words in page
