"""Older pages of lists: counted from the oldest, each story on exactly one, and a new story moves none of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.press import addresses, pages, run
from masthead.press.models import PrintedPage
from masthead.stories import actions, diary
from masthead.stories.models import Story
from tests import reader

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def publish(title, n: int) -> Story:
    clock.advance(timedelta(hours=5))
    copy = actions.Copy(headline=f"Tower number {n:02}", body="<p>It opened on Friday.</p>")
    return actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.first(), copy=copy))


@pytest.fixture
def ten(title, monkeypatch) -> list[Story]:
    monkeypatch.setattr(pages, "A_PAGE", 3)
    with clock.frozen(START):
        made = [publish(title, n) for n in range(10)]
        diary.work_off()
        yield made


def named(title, path: str) -> list[int]:
    """Numbers of the stories on a page of the list, as readers find them."""
    answer = reader.get(title, path)
    return [int(n) for n in dict.fromkeys(re.findall(r"Tower number (\d\d)", answer.text))] if answer.status == 200 else []


def links(title, path: str) -> dict[str, str]:
    return dict(re.findall(r'<link rel="(prev|next)" href="([^"]+)"', reader.get(title, path).text))


def test_each_story_stands_on_one_page_and_all_are_reached(title, ten) -> None:
    front = addresses.section(title.sections.first())
    assert named(title, front) == [9, 8, 7, 6]
    assert named(title, f"{front}page/2/") == [5, 4, 3]
    assert named(title, f"{front}page/1/") == [2, 1, 0]
    assert named(title, f"{front}page/3/") == [], "it is a part of the list itself"
    assert links(title, front) == {"next": f"{front}page/2/"}
    assert links(title, f"{front}page/2/") == {"prev": front, "next": f"{front}page/1/"}
    assert links(title, f"{front}page/1/") == {"prev": f"{front}page/2/"}
    assert 'class="page-number">Nov 20, 2026</p>' in reader.get(title, f"{front}page/1/").text
    assert 'class="page-number">Nov 21, 2026</p>' in reader.get(title, f"{front}page/2/").text


def test_a_new_story_prints_one_older_page_at_most(title, ten) -> None:
    front = addresses.section(title.sections.first())
    older = [f"{front}page/{n}/" for n in (1, 2)]
    for path in older:
        reader.get(title, path)
    entry = _entry_of(publish(title, 10))
    assert [path for path in run.affected(entry) if "/page/" in path] == [older[1]], "the one that leads to the list itself"
    diary.work_off()
    for n in (11, 12, 13):
        publish(title, n)
    diary.work_off()
    assert named(title, front) == [13, 12, 11, 10, 9] and links(title, older[1])["prev"] == f"{front}page/3/"
    assert named(title, f"{front}page/3/") == [8, 7, 6]


def test_a_withdrawn_story_moves_all_that_came_after_it(title, ten) -> None:
    front = addresses.section(title.sections.first())
    for n in (1, 2):
        reader.get(title, f"{front}page/{n}/")
    young = _entry_of(actions.withdraw(story=ten[9], reason="Wrong."))
    assert f"{front}page/1/" not in run.affected(young)
    old = _entry_of(actions.withdraw(story=ten[1], reason="Wrong."))
    assert f"{front}page/1/" in run.affected(old)
    diary.work_off()
    run.catch_up(title)
    assert named(title, f"{front}page/1/") == [3, 2, 0]
    assert named(title, front) == [8, 7, 6, 5, 4]
    assert not PrintedPage.objects.filter(path=f"{front}page/2/").exists() and reader.get(title, f"{front}page/2/").status == 404


def _entry_of(story: Story):
    from masthead.stories.models import DiaryEntry

    return DiaryEntry.objects.filter(story=story).order_by("-pk").first()
