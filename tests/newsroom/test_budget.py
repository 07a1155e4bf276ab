"""The budget through its screen: what it shows, its filters and steps, and how little it asks of the database."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from masthead.kit import clock
from masthead.people.models import Organisation, Person
from masthead.stories import actions, index
from masthead.stories.models import Story
from tests.staff import hire
from tests.stories.test_flow import write

LIST = "/newsroom/stories/"


@pytest.fixture
def editor(title):
    return hire(title, "editor")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def shown(client, query: str = "") -> list[str]:
    """The headlines on the page, in their order."""
    page = client.get(LIST + query).content.decode()
    return re.findall(r'class="bd-story"><a href="[^"]+">([^<]+)</a>', page)


def test_a_row_says_where_a_story_stands(desk, title, editor) -> None:
    story = write(title, credits=(actions.CopyCredit("Ada Quill"),))
    actions.take(story=story, user=editor)
    actions.set_deadline(story=story, at=clock.now() - timedelta(hours=1), user=editor)
    page = desk.get(LIST).content.decode()
    for words in ("Bridge opens", "draft", "World", "Ada Quill", "ours", ">6<", "late", "editor", "since"):
        assert words in page, words


def test_the_newest_draft_is_what_the_desk_sees(desk, title) -> None:
    story = actions.publish_as_filed(story=write(title))
    story.headline = "Bridge opens wide"
    story.save_revision()
    assert shown(desk) == ["Bridge opens wide"]
    assert "changes not published" in desk.get(LIST).content.decode()


@pytest.fixture
def four(title, editor) -> None:
    """Four stories that differ in everything the filters ask for."""
    with clock.frozen(datetime(2026, 6, 1, 9, 0, tzinfo=UTC)):
        write(title, "Old ferry", user=editor)
    agency = Organisation.objects.create(name="Aldine Wire", slug="aldine-wire")
    actions.publish_as_filed(story=write(title, "Wired bridge", agency=agency))
    Story.objects.filter(desk_headline="Old ferry").update(filed_at=datetime(2026, 6, 1, 23, 30, tzinfo=UTC))
    sport = write(title, "Cup final", credits=(actions.CopyCredit("Ada Quill"),))
    actions.move(story=sport, section=title.sections.get(slug="sport"))
    actions.hold(story=write(title, "Held lantern"))


@pytest.mark.parametrize(
    ("query", "headlines"),
    [
        ("", ["Held lantern", "Cup final", "Wired bridge", "Old ferry"]),
        ("?state=held", ["Held lantern"]),
        ("?origin=wire", ["Wired bridge"]),
        ("?origin=ours&state=draft", ["Cup final", "Old ferry"]),
        ("?writer=quill", ["Cup final"]),
        ("?mine=1", ["Old ferry"]),
        ("?words=ferr", ["Old ferry"]),
        ("?words=ferry+bridge", ["Old ferry"]),
        ("?since=2026-06-01&until=2026-06-01", ["Old ferry"]),
        ("?until=2026-05-31", []),
        ("?order=filed", ["Held lantern", "Cup final", "Wired bridge", "Old ferry"]),
        ("?order=deadline", []),
        ("?state=junk&section=x&order=y&since=z&after=%00", ["Held lantern", "Cup final", "Wired bridge", "Old ferry"]),
    ],
)
def test_filters(desk, four, query, headlines) -> None:
    assert shown(desk, query) == headlines


def test_section_filter(desk, four, title) -> None:
    assert shown(desk, f"?section={title.sections.get(slug='sport').pk}") == ["Cup final"]


def test_a_credited_colleagues_stories_are_theirs(client, title) -> None:
    reporter = hire(title, "reporter")
    person = Person.objects.create(name="Ada Quill", slug="ada-quill", user=reporter)
    write(title, "Credited", credits=(actions.CopyCredit("Ada Quill", person=person),))
    write(title, "Another")
    client.force_login(reporter)
    assert shown(client, "?mine=1") == ["Credited"]


@pytest.mark.parametrize("order", ["changed", "filed", "deadline"])
def test_pages_by_cursor_show_every_story_once(desk, title, order) -> None:
    same = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
    made = Story.objects.bulk_create(
        Story(title=title, section=title.sections.first(), headline=f"Story {n}", desk_headline=f"Story {n}",
              live=False, changed_at=same, deadline=same, indexed=True) for n in range(67)
    )  # fmt: skip
    seen, query = [], f"?order={order}"
    for _ in range(5):
        page = desk.get(LIST + query).content.decode()
        seen += re.findall(r'id="story-(\d+)"', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        if not older:
            break
        query = older[1].replace("&amp;", "&")
    assert sorted(map(int, seen)) == sorted(s.pk for s in made)


def test_words_that_are_everywhere_are_sought_in_the_newest_and_that_is_said(desk, four, monkeypatch) -> None:
    monkeypatch.setattr(index, "MOST_FOUND", 2)
    assert shown(desk, "?words=open") == ["Held lantern", "Cup final"]
    assert "the newest 2 of them" in desk.get(f"{LIST}?words=open").content.decode()
    assert "very many stories" not in desk.get(f"{LIST}?words=ferry").content.decode()


def _queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection, ) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("role", ["editor", "reporter"])
def test_the_list_asks_the_same_few_questions_however_long_it_is(client, title, role) -> None:
    client.force_login(hire(title, role))
    counts = []
    for size in (1, 29):
        for n in range(size):
            story = write(title, f"Story {n}", credits=(actions.CopyCredit("Ada Quill"),))
            if n % 3 == 0:
                actions.publish_as_filed(story=story)
        counts += [(_queries(client, LIST), _queries(client, f"{LIST}?words=story"))]
    print(f"{role}: queries for 1 and 30 rows {counts}")
    assert counts[0] == counts[1] == (12, 13), "six of them are Django's and Wagtail's own"


def test_opening_the_form_asks_a_fixed_number_of_questions(desk, title) -> None:
    story = write(title)
    count = _queries(desk, f"/newsroom/stories/edit/{story.pk}/")
    print(f"form: {count} queries")
    assert count <= 40


@pytest.mark.parametrize(
    ("data", "state"),
    [
        ({"what": "ready"}, "ready"),
        ({"what": "mark_edited"}, "edited"),
        ({"what": "hold"}, "held"),
        ({"what": "delete"}, "draft"),
        ({}, "draft"),
    ],
)
def test_steps_from_the_list(desk, title, data, state) -> None:
    story = write(title)
    answer = desk.post(f"{LIST}{story.pk}/act/", data | {"next": f"{LIST}?state=draft"})
    assert answer.headers["Location"] == f"{LIST}?state=draft#story-{story.pk}"
    story.refresh_from_db()
    assert story.state == state


def test_moving_and_deadlines_from_the_list(desk, title) -> None:
    title.time_zone = "America/New_York"
    title.save()
    story, sport = write(title), title.sections.get(slug="sport")
    desk.post(f"{LIST}{story.pk}/act/", {"what": "move", "section": sport.pk})
    desk.post(f"{LIST}{story.pk}/act/", {"what": "set_deadline", "deadline": "2026-07-01T18:30"})
    story.refresh_from_db()
    assert (story.section, story.deadline) == (sport, datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    assert "1 Jul 18:30" in desk.get(LIST).content.decode()
    answer = desk.post(f"{LIST}{story.pk}/act/", {"what": "set_deadline", "deadline": "2026-03-08T02:30"}, follow=True)
    assert "does not exist on 08 March 2026" in answer.content.decode()
    story.refresh_from_db()
    assert story.deadline == datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/elsewhere/", ""])
def test_no_step_leads_out_of_the_newsroom(desk, title, target) -> None:
    story = write(title)
    assert desk.post(f"{LIST}{story.pk}/act/", {"what": "ready", "next": target}).headers["Location"] == LIST


def test_what_a_reporter_may_not_is_not_offered_and_not_done(client, title) -> None:
    story = write(title)
    client.force_login(hire(title, "reporter"))
    page = client.get(LIST).content.decode()
    assert 'value="take"' in page and 'value="hold"' not in page and "Publish…" not in page
    answer = client.post(f"{LIST}{story.pk}/act/", {"what": "hold"}, follow=True)
    assert "Your role does not let you hold a story" in answer.content.decode()
    story.refresh_from_db()
    assert story.state == "draft"


class TestSavedFilters:
    def test_kept_by_name_opened_first_and_let_go(self, desk, four, editor) -> None:
        desk.post(f"{LIST}filters/", {"name": "Wire today", "query": "origin=wire&evil=1", "opens": "1"})
        kept = editor.saved_filters.get()
        assert (kept.query, kept.opens) == ("origin=wire", True)
        assert desk.get(LIST).headers["Location"] == f"{LIST}?origin=wire"
        assert "Wire today" in desk.get(f"{LIST}?order=changed").content.decode()
        desk.post(f"{LIST}filters/", {"name": "Held", "query": "state=held", "opens": "1"})
        assert list(editor.saved_filters.values_list("name", "opens")) == [("Held", True), ("Wire today", False)]
        desk.post(f"{LIST}filters/", {"what": "forget", "filter": editor.saved_filters.get(name="Held").pk})
        assert desk.get(LIST).status_code == 200

    def test_they_are_ones_own(self, desk, editor, title) -> None:
        desk.post(f"{LIST}filters/", {"name": "Mine alone", "query": "mine=1"})
        client = Client()
        client.force_login(hire(title, "producer"))
        assert "Mine alone" not in client.get(LIST).content.decode()
        client.post(f"{LIST}filters/", {"what": "forget", "filter": editor.saved_filters.get().pk})
        assert editor.saved_filters.count() == 1
