"""Stories made for tests, through the real verbs."""

from __future__ import annotations

import re

from masthead.people.models import Organisation
from masthead.press import run
from masthead.stories import actions, diary
from masthead.stories.models import Story


def published(title, headline: str, *, section: int = 0, agency: str = "", body: str = "", **copy) -> Story:
    """A public story in the section of that place."""
    source = None
    if agency:
        source, _ = Organisation.objects.get_or_create(name=agency, slug=agency.lower().replace(" ", "-"))
    wanted = actions.Copy(headline=headline, body=body or f"<p>Words about {headline}.</p>", agency=source, **copy)
    story = actions.file_story(title=title, section=list(title.sections.all())[section], copy=wanted)
    story = actions.publish_as_filed(story=story)
    diary.work_off()
    return story


def printed_since(title, change) -> set[str]:
    """The paths whose bytes, status or validity `change` altered in the store, once the diary is worked off."""
    before = {e.path: (e.etag, e.status, e.valid_until) for e in run.store_of(title).everything()}
    change()
    diary.work_off()
    after = {e.path: (e.etag, e.status, e.valid_until) for e in run.store_of(title).everything()}
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


def headlines(text: str) -> list[str]:
    """The headlines of a page's main part in the order of reading."""
    main = text[text.index('<main') : text.index("</main>")]
    return [re.sub(r"<[^>]+>", "", h).strip() for h in re.findall(r"<h[34][^>]*>(.*?)</h[34]>", main, re.DOTALL)]
