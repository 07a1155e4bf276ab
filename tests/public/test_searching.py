"""The search page as a reader meets it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.press import run
from masthead.stories import actions, diary
from masthead.stories.models import Topic
from tests import reader

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


@pytest.fixture
def archive(title):
    for n, (headline, topic) in enumerate([("Harbour wall cracks", "Floods"), ("Ferry late again", "Boats")]):
        with clock.frozen(NOW + timedelta(hours=n)):
            copy = actions.Copy(headline=headline, body="<p>Words.</p>", topics=(actions.CopyTopic(topic),))
            story = actions.file_story(title=title, section=title.sections.all()[n], copy=copy)
            actions.publish_as_filed(story=story)
            diary.work_off()
    return title


def test_the_page_repeats_the_question_and_keeps_out_of_search_engines(archive) -> None:
    answer = reader.get(archive, "/search/?q=harbour&section=world&by=ours")
    assert answer.status == 200
    assert "Harbour wall cracks" in answer.text and "Ferry late" not in answer.text
    assert '<option value="world" selected>' in answer.text and '<option value="ours" selected>' in answer.text
    assert '<option value="floods">Floods</option>' in answer.text
    assert answer.headers["x-robots-tag"] == "noindex" and answer.headers["cache-control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "<script>" not in answer.text and "onclick" not in answer.text
    assert [e.path for e in run.store_of(archive).everything() if "search" in e.path] == []


@pytest.mark.parametrize(
    "query, there",
    [
        ("since=2026-11-24", ["Ferry"]),
        ("until=2026-11-23", ["Harbour"]),
        ("since=2026-11-23&until=2026-11-24", ["Ferry", "Harbour"]),
        ("topic=boats", ["Ferry"]),
        ("section=sport&q=ferry", ["Ferry"]),
        ("by=wire", []),
        ("q=herbour", ["Harbour"]),
        ("q=harbour&in=headlines", ["Harbour"]),
        ("q=words&in=headlines", []),
        ("section=nowhere&topic=nothing&by=x&before=-4&since=yesterday", []),
        ("before=99999999999999999999999&q=ferry", ["Ferry"]),
        ("q=" + "%00%F0%9F%9A%A2%22", []),
    ],
)
def test_filters(archive, query, there) -> None:
    with clock.frozen(NOW + timedelta(days=1)):
        answer = reader.get(archive, f"/search/?{query}")
    assert answer.status == 200
    assert [name for name in ("Ferry", "Harbour") if f"{name} " in answer.text] == there


def test_a_slip_is_said_and_a_wrong_day_too(archive) -> None:
    assert "Nothing has “herbour”. These stories have “harbour”." in reader.get(archive, "/search/?q=herbour").text
    assert "“31-12” is no day" in reader.get(archive, "/search/?q=ferry&since=31-12").text


def test_a_topic_that_only_a_hidden_story_has_is_no_filter(archive) -> None:
    Topic.objects.create(title=archive, name="Mayor arrested", slug="mayor-arrested")
    page = reader.get(archive, "/search/?topic=mayor-arrested").text
    assert "Mayor arrested" not in page
