"""A story as it would be printed, for the eyes of the desk; nothing is stored."""

from __future__ import annotations

from masthead.press import pages
from masthead.press.reading import Reader
from masthead.stories.models import Story


def proofread(story: Story) -> str:
    """The HTML of the page of `story` as it stands in hand, published or not."""
    return pages.article_html(Reader(story.title), story, preview=True)
