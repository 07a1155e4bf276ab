"""oEmbed (oembed.com): how a story is shown on somebody else's page. A quotation with a link, no script, no tracking."""

from __future__ import annotations

from typing import Any

from masthead.press import platemaker
from masthead.press.reading import Reader
from masthead.press.sheet import page
from masthead.stories.models import Story

WIDTH, NARROWEST = 600, 100


def rich(reader: Reader, story: Story, most_wide: int = WIDTH) -> dict[str, Any]:
    """The answer of type rich for a story that the gate lets through; `most_wide` in pixels."""
    card, about = reader.card(story), page(reader, "", "", "")
    paper = about.paper
    said: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": card.headline,
        "author_name": card.byline or paper.name,
        "provider_name": paper.name,
        "provider_url": f"{paper.base_url}/",
        "width": max(NARROWEST, min(WIDTH, most_wide)),
        "height": 220,
        "html": " ".join(platemaker.render("oembed.html", page=about, card=card, paper=paper).split()),
    }
    fitting = [size for size in card.picture.jpeg if size.width <= most_wide] if card.picture else []
    shown = fitting[-1] if fitting else (card.picture.jpeg[0] if card.picture and card.picture.jpeg else None)
    if shown and shown.width <= most_wide:
        said |= {"thumbnail_url": f"{paper.base_url}{shown.path}"}
        said |= {"thumbnail_width": shown.width, "thumbnail_height": shown.height}
    return said


def as_xml(said: dict[str, Any]) -> str:
    """The same answer as XML."""
    return platemaker.render("oembed.xml", said=said)
