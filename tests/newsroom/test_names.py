"""A changed name reaches every page that shows it; an address the paper needs is refused."""

from __future__ import annotations

import pytest

from masthead.people.models import User
from masthead.press import run
from masthead.stories import actions, diary
from masthead.stories.models import Topic
from masthead.titles.models import Section
from tests import reader


@pytest.fixture
def desk(client, title):
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    copy = actions.Copy(headline="Bridge opens", body="<p>Open.</p>", topics=(actions.CopyTopic("Bridges"),))
    story = actions.file_story(title=title, section=title.sections.first(), copy=copy)
    client.story = actions.publish_as_filed(story=story)
    diary.work_off()
    return client


def test_a_renamed_topic_is_renamed_on_its_pages(desk, title) -> None:
    topic = Topic.objects.get()
    data = {"name": "Crossings", "slug": "bridges", "kind": "subject", "title": title.pk, "code": "", "description": ""}
    answer = desk.post(f"/newsroom/snippets/stories/topic/edit/{topic.pk}/", data)
    assert answer.status_code == 302
    assert run.catch_up(title) >= 1
    assert "Crossings" in reader.get(title, desk.story.path).text


@pytest.mark.parametrize("slug", ["corrections", "newsroom", "2026"])
def test_a_section_cannot_take_an_address_of_the_house(desk, title, slug) -> None:
    data = {"title": title.pk, "name": "X", "slug": slug, "description": "", "sort_order": 3}
    answer = desk.post("/newsroom/snippets/titles/section/add/", data)
    assert answer.status_code == 200
    assert not Section.objects.filter(slug=slug).exists()


def test_rules_and_sources_can_be_opened(desk) -> None:
    for path in ("/newsroom/snippets/wire/rule/", "/newsroom/snippets/wire/source/", "/newsroom/snippets/titles/title/"):
        assert desk.get(path).status_code == 200, path
