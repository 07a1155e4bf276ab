"""Feeds and sitemaps: valid, and agency copy goes out as headline and summary only."""

from __future__ import annotations

import json

import feedparser
import pytest
from lxml import etree

from masthead.kit import clock
from masthead.stories import actions, diary
from masthead.wire import intake
from tests import reader
from tests.wire.made import g2


@pytest.fixture
def paper(title):
    copy = actions.Copy(
        headline="Own <story> & more",
        standfirst="What it says.",
        body="<p>Own canary text.</p><p>More of it.</p>",
        credits=(actions.CopyCredit("Ada Quill"),),
        topics=(actions.CopyTopic("Bridges"),),
    )
    own = actions.file_story(title=title, section=title.sections.first(), copy=copy)
    actions.publish_as_filed(story=own)
    data = g2(headline="Agency story", body="Agency beginning. " * 12 + "Agency canary text. " * 20)
    intake.take(data, name="a.xml", source=intake.default_source(title))
    diary.work_off()
    return title


@pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom", "/world/feed.rss", "/topics/bridges/feed.atom"])
def test_feeds_are_valid_and_hold_back_agency_text(paper, path) -> None:
    answer = reader.get(paper, path)
    etree.fromstring(answer.body)
    feed = feedparser.parse(answer.body)
    assert not feed.bozo, feed.bozo_exception
    titles = [e.title for e in feed.entries]
    assert any("Own <story>" in t or "Own &lt;story&gt;" in t for t in titles), titles
    assert all(e.id.startswith("urn:uuid:") for e in feed.entries)
    assert "Own canary text" in answer.text
    assert "Agency canary text" not in answer.text


def test_the_json_feed(paper) -> None:
    answer = reader.get(paper, "/feed.json")
    feed = json.loads(answer.text)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert {i["title"] for i in feed["items"]} == {"Own <story> & more", "Agency story"}
    assert "Agency canary text" not in answer.text


@pytest.mark.parametrize("path, schema", [("MONTH", "sitemap.xsd"), ("/sitemap-pages.xml", "sitemap.xsd"), ("/sitemap-news.xml", "sitemap-news-all.xsd")])
def test_sitemaps_follow_their_schema(paper, shared, path, schema) -> None:
    folder = shared / "tools" / "page-checks" / "xsd-and-vocab"
    path = path.replace("MONTH", f"/sitemap-{clock.now():%Y-%m}.xml")
    document = etree.fromstring(reader.get(paper, path).body)
    rules = etree.XMLSchema(etree.parse(str(folder / schema)))
    assert rules.validate(document), rules.error_log
    assert len(document) >= 2


def test_structured_data_names_authors_and_source(paper) -> None:
    page = reader.get(paper, "/world/").text
    path = page[page.index('href="/20') + 6 :].split('"')[0]
    text = reader.get(paper, path).text
    block = text.split('<script type="application/ld+json">')[1].split("</script>")[0]
    data = json.loads(block)
    graph = data.get("@graph", [data])
    assert any(node["@type"] == "NewsArticle" for node in graph)
