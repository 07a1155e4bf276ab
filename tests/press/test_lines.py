"""Story lines in print: the page, the box with each story, the feed, the end; nothing that the gate keeps shut."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.press import run
from masthead.stories import actions, diary
from masthead.stories.actions import lines
from masthead.stories.models import StoryLine
from tests import reader, scenes
from tests.press.filed import headlines, printed_since, published

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PAGE = "/stories-so-far/sea-wall/"


def sea_wall(title):
    """A line of three stories, a day apart; the second is an agency's."""
    made = []
    for n, agency in enumerate(("", "Aldine Wire", "")):
        made.append(published(title, f"Wall {n + 1}", agency=agency))
        clock.advance(timedelta(days=1))
    line = lines.begin(title=title, name="Sea wall", summary="The wall leaks.", stories=made, by="Nell")
    diary.work_off()
    return line, made


ground = scenes.ground(sea_wall, START)


@pytest.fixture
def title(scene):
    return scene.title


@pytest.fixture
def sea(scene):
    return scene.things


def test_the_page_lists_dated_developments_newest_first(title, sea) -> None:
    page = reader.get(title, PAGE).text
    assert headlines(page) == ["Wall 3", "Wall 2", "Wall 1"]
    assert re.findall(r'<h2 id="day-\d"><time datetime="([^"T]+)', page) == ["2026-11-22", "2026-11-21", "2026-11-20"]
    assert "The wall leaks." in page and "Developing" in page
    node = json.loads(re.findall(r'ld\+json">(.*?)</script>', page)[0])
    assert [i["url"].rpartition("/wall")[2] for i in node["mainEntity"]["itemListElement"]] == ["-3/", "-2/", "-1/"]


def test_each_story_has_a_box_of_what_came_before(title, sea) -> None:
    _, (first, second, third) = sea
    boxes = [reader.get(title, s.path).text.partition('class="line-box"')[2].partition("</section>")[0] for s in (first, second, third)]
    assert ["Earlier in this story" in box for box in boxes] == [False, True, True]
    assert [re.findall(r"Wall \d", box) for box in boxes] == [["Wall 3"], ["Wall 3", "Wall 1"], ["Wall 2", "Wall 1"]]
    assert all(f'href="{PAGE}"' in box for box in boxes)


def test_a_development_has_its_own_date_and_words(title, sea) -> None:
    line, (first, *_) = sea
    at = START - timedelta(days=5)
    lines.join(line=line, story=first, at=at, what="Surveyors find the first crack.")
    diary.work_off()
    page = reader.get(title, PAGE).text
    assert "Surveyors find the first crack." in page and 'datetime="2026-11-15T08:00:00+00:00"' in page


def test_the_desk_declares_the_end_with_a_sentence(title, sea) -> None:
    line, (first, *_) = sea
    with pytest.raises(lines.CannotLine, match="how it ended"):
        lines.conclude(line=line, outcome="  ")
    lines.conclude(line=line, outcome="The wall was rebuilt in March.", by="Nell")
    diary.work_off()
    for path in (PAGE, "/stories-so-far/", first.path):
        assert "The wall was rebuilt in March." in reader.get(title, path).text, path
    lines.resume(line=line, by="Nell")
    diary.work_off()
    for path in (PAGE, "/stories-so-far/", first.path):
        assert "The wall was rebuilt in March." not in reader.get(title, path).text, path


@pytest.mark.parametrize("file", ["feed.rss", "feed.atom", "feed.json"])
def test_a_line_can_be_followed_as_a_feed(title, sea, file) -> None:
    answer = reader.get(title, PAGE + file)
    assert answer.status == 200
    assert re.findall(r"Wall (\d)(?=<|\")", answer.text)[:1] == ["3"]
    fourth = published(title, "Wall 4")
    lines.join(line=sea[0], story=fourth)
    diary.work_off()
    assert "Wall 4" in reader.get(title, PAGE + file).text


def test_a_closed_story_is_in_no_line_and_a_line_without_stories_has_no_page(title, sea) -> None:
    line, made = sea
    lines.join(line=line, story=made[1], what="Words that only belong to the second")
    for n, story in enumerate(made):
        actions.withdraw(story=story)
        diary.work_off()
        for path in (PAGE, "/stories-so-far/", PAGE + "feed.rss"):
            text = reader.get(title, path).text
            assert story.display_headline not in text, (n, path)
    assert reader.get(title, PAGE).status == 404
    assert reader.get(title, PAGE + "feed.rss").status == 404
    assert "Sea wall" not in reader.get(title, "/stories-so-far/").text
    assert "only belong" not in reader.get(title, PAGE).text


def test_an_address_that_is_taken_gets_a_number_and_nothing_is_merged(title, sea) -> None:
    _, made = sea
    again = lines.begin(title=title, name="Sea wall", stories=made[:1])
    assert again.slug == "sea-wall-2"
    diary.work_off()
    assert reader.get(title, made[0].path).text.count('class="line-box"') == 2


def test_a_line_change_prints_the_line_and_its_stories_and_nothing_else(title, sea) -> None:
    line, made = sea
    other = published(title, "A ferry")
    for path in [*run.everything(title), PAGE + "feed.rss", "/stories-so-far/"]:
        run.print_page(title, path)
    told = printed_since(title, lambda: lines.retell(line=line, name="Sea wall", summary="It holds now."))
    assert told == {PAGE, "/stories-so-far/"}
    ended = printed_since(title, lambda: lines.conclude(line=line, outcome="It was rebuilt."))
    assert ended == {PAGE, "/stories-so-far/", *(s.path for s in made)}
    joined = printed_since(title, lambda: lines.join(line=line, story=other))
    assert joined == {PAGE, PAGE + "feed.rss", "/stories-so-far/", other.path, *(s.path for s in made)}


# --- what the wire calls ------------------------------------------------------------------------------------


def test_stories_of_one_event_come_to_stand_in_one_line(title, sea) -> None:
    one = published(title, "Quake felt", agency="Aldine Wire")
    two = published(title, "Tremor shakes coast", agency="Northline")
    assert lines.together(stories=[one]) is None
    line = lines.together(stories=[one, two, one], by="the wire")
    assert lines.together(stories=[two, one], by="the wire") == line
    three = published(title, "Third of the quake", agency="Third Wire")
    assert lines.together(stories=[two, three]) == line
    assert line.developments.count() == 3
    assert StoryLine.objects.count() == 2
    assert title.stories.filter(live=True).count() == 6, "three stories stay three stories"


def test_a_line_named_after_a_story_loses_its_name_with_the_story(title, sea) -> None:
    one = published(title, "Canary quake", agency="Aldine Wire")
    two = published(title, "Tremor shakes coast", agency="Northline")
    line = lines.together(stories=[one, two])
    diary.work_off()
    path = f"/stories-so-far/{line.slug}/"
    assert "canary" not in path
    assert "Canary quake" in reader.get(title, path).text
    actions.obey(story=one, orders=actions.Orders(pubstatus="canceled"), by="Aldine Wire")
    diary.work_off()
    for where in (path, "/stories-so-far/", two.path, path + "feed.rss"):
        assert "Canary quake" not in reader.get(title, where).text, where
    assert "<h1>Tremor shakes coast</h1>" in reader.get(title, path).text


def test_an_ended_line_is_left_alone_by_the_wire(title, sea) -> None:
    line, made = sea
    lines.conclude(line=line, outcome="Over.")
    new = published(title, "Wall again")
    assert lines.together(stories=[made[0], new]) != line
