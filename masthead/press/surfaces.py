"""Where on each surface a story would be met: what the promise tests walk."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlencode

from masthead.press import addresses, darkroom, live
from masthead.stories import talk
from masthead.stories.models import Story


def _lists(story: Story) -> dict[str, list[str]]:
    rows = story.story_topics.select_related("topic").all()
    people = [c.person for c in story.credits.select_related("person").all() if c.person]
    return {
        "front": [addresses.FRONT],
        "section": [addresses.section(story.section)],
        "topic": [addresses.topic(row.topic) for row in rows],
        "person": [addresses.person(person) for person in people],
        "source": [addresses.source(story.agency)] if story.agency else [],
        "story-line": [addresses.line(line) for line in story.lines.all()],
    }


def _feeds(story: Story, file: str) -> list[str]:
    return [base + file for bases in _lists(story).values() for base in bases]


def _pictures(story: Story) -> list[str]:
    return [
        path for use in story.story_pictures.select_related("picture").all() for path in darkroom.wanted(use.picture)
    ]


def _live(story: Story) -> list[str]:
    path, blog = story.path, getattr(story, "live_blog", None)
    if not path or blog is None:
        return []
    chunks = range(1, blog.last_number // live.CHUNK + 2)
    return [addresses.live_fragment(path), *(addresses.live_posts(path, n) for n in chunks)]


def _talk(story: Story) -> list[str]:
    path, keeper = story.path, talk.keeper()
    if not path or keeper is None:
        return []
    parts = [addresses.talk_part(path, n) for n in (1, 2)]
    roots = [addresses.conversation(path, n) for n in (1, 2, 3)]
    feeds = [f"{path}comments/feed.{form}" for form in ("rss", "atom", "json")]
    return [addresses.talk_newest(path), addresses.talk_best(path), addresses.talk_embed(path), *feeds, *parts, *roots]


def _nearly(story: Story) -> list[str]:
    """Words that find the story and are not its own: a search page repeats what it was asked."""
    return [word[:-1] for word in story.display_headline.split() if len(word) > 4][:2]


def _month(story: Story) -> list[str]:
    first = story.first_published_at
    return [addresses.month_sitemap(first.astimezone(story.title.zone).strftime("%Y-%m"))] if first else []


def _searches(story: Story) -> list[str]:
    """Search by each filter alone; and by words with two letters changed, which a headline puts right."""
    first = story.first_published_at
    day = first.astimezone(story.title.zone).date().isoformat() if first else ""
    asked: list[dict[str, str]] = [{"section": story.section.slug}, {"by": "wire" if story.is_wire else "ours"}]
    asked += [{"topic": row.topic.slug} for row in story.story_topics.select_related("topic").all()]
    asked += [{"since": day, "until": day}] if day else []
    asked += [{"q": f"{w[0]}{w[2]}{w[1]}{w[3:]}"} for w in story.display_headline.split() if len(w) > 4][:3]
    return [f"{addresses.SEARCH}?{urlencode(one)}" for one in asked]


def _questions(story: Story) -> list[str]:
    asked: list[dict[str, str]] = [{"section": story.section.slug}, {"by": "wire" if story.is_wire else "ours"}]
    asked += [{"topic": row.topic.slug} for row in story.story_topics.select_related("topic").all()]
    asked += [{"changed_since": "2000-01-01T00:00:00Z", "limit": "100"}]
    return [f"{addresses.API_STORIES}?{urlencode(one)}" for one in asked]


def _embeds(story: Story) -> list[str]:
    asked = {"url": f"{story.title.base_url}{story.path}"}
    return [f"{addresses.OEMBED}?{urlencode({**asked, 'format': form})}" for form in ("json", "xml")]


URLS: dict[str, Callable[[Story], list[str]]] = {
    "article": lambda story: [story.path] if story.path else [],
    "lite": lambda story: [addresses.LITE, *([addresses.lite(story.path)] if story.path else [])],
    "front": lambda story: _lists(story)["front"],
    "section": lambda story: _lists(story)["section"],
    "topic": lambda story: _lists(story)["topic"],
    "person": lambda story: _lists(story)["person"],
    "source": lambda story: _lists(story)["source"],
    "story-line": lambda story: [addresses.LINES, *_lists(story)["story-line"]],
    "live": _live,
    "conversation": _talk,
    "corrections": lambda story: [addresses.CORRECTIONS],
    "feed-rss": lambda story: _feeds(story, "feed.rss"),
    "feed-atom": lambda story: _feeds(story, "feed.atom"),
    "feed-json": lambda story: _feeds(story, "feed.json"),
    "sitemap": lambda story: [addresses.SITEMAP, addresses.LISTS_SITEMAP, *_month(story)],
    "sitemap-news": lambda story: [addresses.NEWS_SITEMAP],
    "picture": _pictures,
    "short-link": lambda story: [addresses.short(story)] if story.path else [],
    "search": lambda story: [f"{addresses.SEARCH}?q={quote(word)}" for word in _nearly(story)],
    "search-filtered": _searches,
    "api": lambda story: [
        addresses.API_STORIES,
        addresses.API_SECTIONS,
        addresses.API_WITHDRAWN,
        addresses.OPENAPI,
        addresses.api_story(story),
    ],
    "api-filtered": _questions,
    "oembed": lambda story: _embeds(story) if story.path else [],
    "machines": lambda story: [addresses.ROBOTS, addresses.TDMREP],
    "missing": lambda story: [f"/no-such-place/{story.slug}/"] if story.slug else [],
    "e-mail": lambda story: [],
    "newsletter": lambda story: [],
    "push": lambda story: [],
    "fediverse": lambda story: [],
    "store": lambda story: [],
    "memory": lambda story: [],
}
"""The store and the memory have no addresses of their own: every address above is answered from them. Letters,
pushes and what other servers are told are written by the promise tests as they would leave."""
