"""What machines are told: robots.txt, the reservation of mining, sitemaps, where agency copy may be found, hubs."""

from __future__ import annotations

import json
import urllib.robotparser
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from lxml import etree

from masthead.kit import clock
from masthead.people.models import Organisation
from masthead.press import run
from masthead.stories import actions, diary
from masthead.stories.models import Story
from masthead.titles.outlets import CRAWLERS, check_robots
from tests import reader

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOC = "//*[local-name()='loc']/text()"


def published(title, headline: str, agency: Organisation | None = None, at: datetime = NOW, **fields) -> Story:
    with clock.frozen(at):
        copy = actions.Copy(headline=headline, body=f"<p>{headline}.</p>")
        story = actions.file_story(title=title, section=title.sections.first(), copy=copy)
        Story.objects.filter(pk=story.pk).update(agency=agency, **fields)
        story = actions.publish_as_filed(story=Story.objects.get(pk=story.pk))
        diary.work_off()
    return story


def changed(title, **fields) -> None:
    """What the keyholder's screen does."""
    for name, value in fields.items():
        setattr(title, name, value)
    title.clean_fields(exclude={"base_url"})
    title.save()
    run.mark_stale(title, f"title:{title.pk}")
    run.catch_up(title)


def locs(title, path: str) -> list[str]:
    return etree.fromstring(reader.get(title, path).body).xpath(LOC)


@pytest.mark.parametrize(
    "policy, training, answering, tdm",
    [("welcome", True, True, False), ("no-training", False, True, True), ("none", False, False, True)],
)
def test_the_policy_is_said_everywhere_at_once(title, policy, training, answering, tdm) -> None:
    story = published(title, "Ferry sails")
    changed(title, machines=policy, mining_terms="https://terms.example.org/", robots="Disallow: /old/")
    robots = reader.get(title, "/robots.txt").text
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(robots.splitlines())
    for crawler in CRAWLERS:
        assert rules.can_fetch(crawler.name, story.path) is (training if crawler.learns else answering), crawler
    for engine in ("Googlebot", "bingbot", "DuckDuckBot", "Googlebot-News"):
        assert rules.can_fetch(engine, story.path)
        assert not rules.can_fetch(engine, "/newsroom/") and not rules.can_fetch(engine, "/old/x")
    page = reader.get(title, story.path).text
    assert ('<meta name="tdm-reservation" content="1">' in page) is tdm
    assert ('<meta name="tdm-policy" content="https://terms.example.org/">' in page) is tdm
    answer = reader.get(title, "/.well-known/tdmrep.json")
    assert answer.headers["content-type"].startswith("application/json")
    assert json.loads(answer.text)[-1]["tdm-reservation"] == int(tdm)


def test_an_agency_reserves_for_its_own_stories_where_the_paper_does_not(title) -> None:
    agency = Organisation.objects.create(name="Aldine Wire", slug="aldine")
    story = published(title, "Agency ferry", agency, duties=[{"kind": "no-data-mining"}])
    published(title, "Our ferry")
    changed(title, machines="welcome")
    assert [(r["location"], r["tdm-reservation"]) for r in json.loads(reader.get(title, "/.well-known/tdmrep.json").text)] == [
        (story.path, 1),
        ("/*", 0),
    ]
    assert '<meta name="tdm-reservation"' in reader.get(title, story.path).text
    assert '<meta name="tdm-reservation"' not in reader.get(title, "/").text


@pytest.mark.parametrize("text, good", [("Disallow: /x/\n# why", True), ("User-agent: X\nAllow: /", True), ("<b>", False), ("Foo: 1", False)])
def test_only_lines_of_robots_txt_are_taken(text, good) -> None:
    if good:
        check_robots(text)
        return
    with pytest.raises(ValidationError):
        check_robots(text)


def test_sitemaps_go_by_months_of_the_papers_zone(title) -> None:
    changed(title, time_zone="America/New_York")
    late = published(title, "Late in October", at=datetime(2026, 11, 1, 3, 30, tzinfo=UTC))
    new = published(title, "Now")
    with clock.frozen(NOW):
        months = [loc for loc in locs(title, "/sitemap.xml") if "pages" not in loc]
        assert months == ["http://testserver/sitemap-2026-11.xml", "http://testserver/sitemap-2026-10.xml"]
        assert locs(title, "/sitemap-2026-10.xml") == [f"http://testserver{late.path}"]
        assert locs(title, "/sitemap-2026-11.xml") == [f"http://testserver{new.path}"]
        assert "http://testserver/world/" in locs(title, "/sitemap-pages.xml")
        assert reader.get(title, "/sitemap-2026-09.xml").status == 404
        assert reader.get(title, "/sitemap-2026-13.xml").status == 404
        before = reader.get(title, "/sitemap-2026-10.xml").text
        clock.advance(timedelta(hours=1))
        actions.correct(story=late, kind="correction", text="It was late.")
        diary.work_off()
        assert reader.get(title, "/sitemap-2026-10.xml").text != before, "lastmod follows a correction"
        actions.withdraw(story=new)
        diary.work_off()
        assert reader.get(title, "/sitemap-2026-11.xml").status == 404
        assert len(locs(title, "/sitemap.xml")) == 2


def test_a_withdrawn_story_leaves_the_news_sitemap_without_waiting_its_turn(title) -> None:
    with clock.frozen(NOW):
        story, other = published(title, "Withdrawn soon"), published(title, "Stays")
        diary.work_off()
        assert len(locs(title, "/sitemap-news.xml")) == 2
        run.soon.set()  # As beside a worker, which prints later what may wait.
        try:
            actions.withdraw(story=story)
            diary.work_off()
        finally:
            run.soon.clear()
        assert locs(title, "/sitemap-news.xml") == [f"http://testserver{other.path}"]


def test_the_news_sitemap_holds_two_days_to_the_second(title) -> None:
    story = published(title, "Two days old")
    with clock.frozen(NOW + timedelta(days=2, seconds=-1)):
        assert locs(title, "/sitemap-news.xml") == [f"http://testserver{story.path}"]
        clock.advance(timedelta(seconds=1))
        assert locs(title, "/sitemap-news.xml") == [], "without any worker"


def test_the_news_sitemap_holds_a_thousand(title, monkeypatch) -> None:
    from masthead.press import sitemaps

    monkeypatch.setattr(sitemaps, "IN_THE_NEWS", 2)
    for n in range(3):
        published(title, f"Story {n}", at=NOW + timedelta(minutes=n))
    with clock.frozen(NOW + timedelta(hours=1)):
        assert [loc.rsplit("/", 2)[1] for loc in locs(title, "/sitemap-news.xml")] == ["story-2", "story-1"]
    assert sitemaps.IN_THE_NEWS <= 1000


ORIGINAL = "https://aldine.example.org/ferry"


@pytest.mark.parametrize(
    "paper, source, url, canonical, robots, listed",
    [
        ("own", "", ORIGINAL, "own", "max-image-preview:large", True),
        ("source", "", ORIGINAL, ORIGINAL, "max-image-preview:large", False),
        ("source", "", "", None, "noindex, follow, max-image-preview:large", False),
        ("noindex", "", ORIGINAL, None, "noindex, follow, max-image-preview:large", False),
        ("noindex", "own", ORIGINAL, "own", "max-image-preview:large", True),
        ("own", "noindex", ORIGINAL, None, "noindex, follow, max-image-preview:large", False),
    ],
)
def test_agency_copy_in_search_engines(title, paper, source, url, canonical, robots, listed) -> None:
    agency = Organisation.objects.create(name="Aldine Wire", slug="aldine", wire_address=source)
    changed(title, wire_address=paper)
    story = published(title, "Agency ferry", agency=agency, original_url=url)
    ours = published(title, "Our ferry")
    with clock.frozen(NOW):
        tree = etree.HTML(reader.get(title, story.path).text)
        found = tree.xpath("//link[@rel='canonical']/@href")
        assert found == ([] if canonical is None else [f"http://testserver{story.path}" if canonical == "own" else canonical])
        assert tree.xpath("//meta[@name='robots']/@content") == [robots]
        assert tree.xpath("//meta[@property='og:url']/@content") == [f"http://testserver{story.path}"]
        for path in ("/sitemap-2026-11.xml", "/sitemap-news.xml"):
            assert (f"http://testserver{story.path}" in locs(title, path)) is listed, path
            assert f"http://testserver{ours.path}" in locs(title, path)
        assert "Agency ferry" in reader.get(title, "/feed.rss").text, "feeds are for readers, not for search engines"


def test_a_source_that_changes_its_policy_changes_its_pages(title) -> None:
    agency = Organisation.objects.create(name="Aldine Wire", slug="aldine")
    story = published(title, "Agency ferry", agency=agency)
    assert "noindex" not in reader.get(title, story.path).text
    agency.wire_address = "noindex"
    agency.save()
    run.mark_stale(title, f"source:{agency.pk}")
    run.catch_up(title)
    assert "noindex" in reader.get(title, story.path).text
    assert reader.get(title, "/sitemap-2026-11.xml").status == 404


def test_a_phone_can_put_the_paper_on_its_home_screen(title) -> None:
    icon = reader.get(title, "/favicon.ico")
    assert (icon.status, icon.headers["content-type"], icon.body[:4]) == (200, "image/x-icon", b"\0\0\1\0")
    said = json.loads(reader.get(title, "/paper.webmanifest").text)
    assert (said["name"], said["start_url"], said["display"], said["lang"]) == (title.name, "/", "standalone", "en")
    assert reader.get(title, said["icons"][0]["src"]).status == 200
    front = reader.get(title, "/")
    assert '<link rel="manifest" href="/paper.webmanifest">' in front.text and "manifest-src 'self'" in front.headers["content-security-policy"]
