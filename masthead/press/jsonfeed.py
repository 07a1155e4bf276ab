"""JSON Feed 1.1 (jsonfeed.org). Agency copy goes out as headline and summary, our own in full."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from masthead.press import platemaker
from masthead.press.dates import iso
from masthead.press.proof import Page, SaidProof, StoryProof

VERSION = "https://jsonfeed.org/version/1.1"


def _authors(page: Page, story: StoryProof) -> list[dict[str, str]]:
    named = [
        {"name": c.name, "url": page.paper.base_url + c.path} if c.path else {"name": c.name}
        for c in story.writers
    ]
    if named:
        return named
    return [{"name": story.source.name if story.source else page.paper.name}]


def _item(page: Page, story: StoryProof) -> dict[str, Any]:
    card = story.card
    item: dict[str, Any] = {
        "id": f"urn:uuid:{card.uid}",
        "url": card.url,
        "title": card.headline,
        "summary": platemaker.summary(story),
        "date_published": iso(card.published),
        "date_modified": iso(card.updated),
        "authors": _authors(page, story),
        "tags": [card.section.name, *(topic.name for topic in story.topics)],
        "language": card.language,
    }
    if story.source:
        item["content_text"] = platemaker.feed_summary(story)
        if story.source.original_url:
            item["external_url"] = story.source.original_url
    else:
        item["content_html"] = platemaker.render("feed-content.html", page=page, story=story).strip()
    if story.lead and story.lead.jpeg:
        item["image"] = page.paper.base_url + story.lead.jpeg[-1].path
    return item


def build(page: Page, stories: Iterable[StoryProof]) -> str:
    """The feed of the list whose page is `page`."""
    paper = page.paper
    feed = {
        "version": VERSION,
        "title": page.heading,
        "home_page_url": paper.base_url + page.path,
        "feed_url": f"{paper.base_url}{page.path}feed.json",
        "description": page.description,
        "icon": paper.base_url + paper.icon_path,
        "language": paper.language,
        "authors": [{"name": paper.name, "url": f"{paper.base_url}/"}],
        **({"hubs": [{"type": "WebSub", "url": paper.hub}]} if paper.hub else {}),
        "items": [_item(page, story) for story in stories],
    }
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":"))


def of_talk(page: Page, said: Iterable[SaidProof], path: str) -> str:
    """The feed of a conversation: what readers said, the newest first."""
    base = page.paper.base_url
    feed = {
        "version": VERSION,
        "title": page.heading,
        "home_page_url": base + page.path,
        "feed_url": base + path,
        "language": page.paper.language,
        "items": [
            {
                "id": base + one.path, "url": base + one.path, "content_html": str(one.html), "content_text": one.text,
                "date_published": iso(one.at), "authors": [{"name": one.author}],
            }
            for one in said
        ],
    }  # fmt: skip
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":"))
