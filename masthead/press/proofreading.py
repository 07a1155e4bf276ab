"""A story as it would be printed, for the eyes of the desk; nothing is stored."""

from __future__ import annotations

import re

from masthead.press import dressing, pages, platemaker
from masthead.press.reading import Reader
from masthead.stories.arrangement import Arrangement
from masthead.stories.models import Front, Story
from masthead.titles.models import Section, Title

_SHEET = re.compile(r'<link rel="stylesheet" href="[^"]*">')


def proofread(story: Story) -> str:
    """The HTML of the page of `story` as it stands in hand, published or not."""
    return pages.article_html(Reader(story.title), story, preview=True)


def proofread_front(front: Front, plan: Arrangement) -> str:
    """The HTML of a front as `plan` would have it now."""
    reader = Reader(front.title)
    if front.section is None:
        return pages.front_html(reader, preview=plan)
    return pages.list_html(reader, pages.section_listing(front.section), preview=plan)


def proofread_look(title: Title, sections: list[Section]) -> str:
    """The front page with a look that nobody has kept yet: its sheet stands in the page, for it has no address."""
    css = platemaker.css().decode() + dressing.sheet(title, sections)
    return _SHEET.sub(lambda _: f"<style>{css}</style>", pages.front_html(Reader(title)), count=1)
