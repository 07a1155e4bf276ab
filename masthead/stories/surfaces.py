"""Every surface a reader can reach a story on. The promise tests walk this list with canary stories.

A department that adds a surface adds it here; a test refuses one that is not listed, and one listed that
nobody serves.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Surface:
    """A place where a reader may meet a story."""

    name: str
    what: str


SURFACES: tuple[Surface, ...] = (
    Surface("article", "the story's own page, with its social tags and structured data"),
    Surface("lite", "the text-only twin of a story, and the list of them"),
    Surface("front", "the front page"),
    Surface("section", "section fronts"),
    Surface("topic", "topic pages"),
    Surface("person", "pages of our own people"),
    Surface("source", "pages of the agencies whose copy we print"),
    Surface("corrections", "the public list of corrections"),
    Surface("story-line", "pages of story lines and the list of them"),
    Surface("live", "the posts of a live blog: the part that its page fetches, and pages of older posts"),
    Surface("conversation", "what readers say: the parts, the best, each conversation, the fragment that scripts fetch, and feeds"),
    Surface("feed-rss", "RSS 2.0 of the paper, its sections and topics"),
    Surface("feed-atom", "Atom of the same"),
    Surface("feed-json", "JSON Feed 1.1 of the same"),
    Surface("sitemap", "the sitemaps of all stories, a month each, and their index"),
    Surface("sitemap-news", "the news sitemap of the last two days"),
    Surface("picture", "renditions of pictures"),
    Surface("short-link", "the short address that leads to the story"),
    Surface("search", "the search of the paper"),
    Surface("search-filtered", "the search by section, topic, date and origin, and with slips of the pen"),
    Surface("api", "ninjs: the newest stories, each story, what was withdrawn"),
    Surface("api-filtered", "ninjs by section, topic, origin and time of change"),
    Surface("oembed", "how a story is shown on other sites"),
    Surface("machines", "robots.txt and the reservation of text and data mining"),
    Surface("missing", "the page for an address where nothing is, with what it may have meant"),
    Surface("e-mail", "letters to followers: the daily and weekly one, letters at once, alerts, newsletters"),
    Surface("newsletter", "the page of a newsletter and its feeds, with what was in the last numbers"),
    Surface("push", "breaking news on browsers' screens, and what replaces it"),
    Surface("fediverse", "the post of a story, the outboxes, and what other servers are told"),
    Surface("store", "the page store on disk"),
    Surface("memory", "printed pages held in memory"),
)
