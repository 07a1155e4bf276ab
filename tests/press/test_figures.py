"""Desk figures: people are counted, machines are not, and nothing tells who read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from masthead.kit import clock
from masthead.people.models import User
from masthead.press import figures, run
from masthead.press.models import ReadDay, ReadMinute, ReferralDay
from masthead.stories import actions, diary
from tests import reader

NOON = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture(autouse=True)
def a_fresh_counter(monkeypatch):
    monkeypatch.setattr(figures, "counter", figures.Counter())


@pytest.fixture
def story(title):
    filed = actions.file_story(title=title, section=title.sections.first(), copy=actions.Copy(headline="Tide mill", body="<p>x</p>"))
    one = actions.publish_as_filed(story=filed)
    diary.work_off()
    return one


@pytest.mark.parametrize("warm", [True, False])
def test_a_read_is_counted_once_wherever_it_is_answered(title, story, warm) -> None:
    if not warm:
        run.store_of(title).remove("/")
    reader.get(title, "/", user_agent=FIREFOX, referer="https://News.Example.org:8080/path?q=private")
    reader.get(title, "/", user_agent=FIREFOX)
    assert figures.counter.reads == {"/": 2}
    assert figures.counter.hosts == {"news.example.org": 1}


@pytest.mark.parametrize(
    "agent",
    ["", "curl/8.0", "Googlebot/2.1 (+http://www.google.com/bot.html)", "Mozilla/5.0 (compatible; bingbot/2.0)",
     "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)", "facebookexternalhit/1.1", "python-requests/2",
     "Mozilla/5.0 (X11) HeadlessChrome/120", "Feedfetcher-Google", "Mozilla/5.0"],
)  # fmt: skip
def test_machines_are_left_out(title, story, agent) -> None:
    reader.get(title, "/", user_agent=agent)
    assert figures.counter.reads == {}


@pytest.mark.parametrize(
    "agent",
    [FIREFOX, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0",
     "Mozilla/5.0 (Linux; Android 14; CUBOT X70) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36", "Lynx/2.9.0"],
)  # fmt: skip
def test_people_are_not_taken_for_machines(agent) -> None:
    assert figures.is_machine(agent.lower().encode()) is False


def test_feeds_pictures_heads_missing_pages_and_prefetches_are_no_reads(title, story) -> None:
    for path in ("/feed.rss", "/robots.txt", "/no-such-page/", "/sitemap.xml"):
        reader.get(title, path, user_agent=FIREFOX)
    reader.get(title, "/", method="HEAD", user_agent=FIREFOX)
    reader.get(title, "/", user_agent=FIREFOX, sec_purpose="prefetch")
    assert figures.counter.reads == {}


def test_figures_are_kept_by_minute_and_by_the_papers_day(title, story, client) -> None:
    title.time_zone = "Asia/Tokyo"
    title.save()
    with clock.frozen(NOON):
        for _ in range(3):
            for _ in range(2):
                figures.counter.note(story.path, FIREFOX.lower().encode(), b"https://testserver/x")
                figures.counter.note(story.path, FIREFOX.lower().encode(), b"https://social.example/@a")
            assert figures.flush(title) == 4
            clock.advance(timedelta(minutes=4))
        assert list(ReadMinute.objects.values_list("reads", flat=True)) == [4, 4, 4]
        assert ReadDay.objects.get().reads == 12
        assert list(ReferralDay.objects.values_list("host", "reads")) == [("social.example", 6)]
        assert figures.read_since(title, clock.now() - timedelta(minutes=10)) == [(story.path, 8)]
        client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
        page = client.get("/newsroom/figures/").content.decode()
        assert "Tide mill" in page and "12 reads today" in page and "social.example" in page
        assert sum(reads for _, reads in figures.by_hour(title)) == 12
        clock.advance(timedelta(hours=3, minutes=30))
        assert figures.read_today(title) == []


def test_no_column_could_hold_a_reader() -> None:
    columns = {f.name for model in (ReadMinute, ReadDay, ReferralDay) for f in model._meta.fields}
    assert columns == {"id", "title", "minute", "day", "path", "host", "reads"}
    assert connection.vendor


def test_old_minutes_go(title) -> None:
    with clock.frozen(NOON):
        figures.counter.note("/", FIREFOX.lower().encode(), b"")
        assert figures.work_off(title) == 1
        assert figures.work_off(title) == 0
        clock.advance(timedelta(hours=27))
        figures.counter._due = 0.0
        figures.work_off(title)
        assert (ReadMinute.objects.count(), ReadDay.objects.count()) == (0, 1)


def test_made_up_hosts_do_not_fill_the_memory(title) -> None:
    for n in range(3000):
        figures.counter.note("/", FIREFOX.lower().encode(), f"https://h{n}.example/".encode())
    assert len(figures.counter.hosts) == 1000
