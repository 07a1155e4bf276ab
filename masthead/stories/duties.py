"""What an agency asks of us while we use its copy: kept with the story, in the agency's words, and held against it.

The wire reads duties out of terms (`wire.duties`); here they are data on the story: `kind` (the short name),
`words` (what it means for us), `sentence` (the agency's own), and for two kinds what they bind us to: `text` (a
digest of the copy that must run unchanged) and `links` (addresses that must stay).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from masthead.kit import html
from masthead.stories.body import to_html

if TYPE_CHECKING:
    from masthead.stories.models import Story

Duty = dict[str, Any]


def bound(kind: str, words: str, sentence: str, body: str) -> Duty:
    """A duty as it is kept; `body` is the agency's copy as clean HTML."""
    duty: Duty = {"kind": kind, "words": words, "sentence": sentence}
    if kind == "no-edits":
        duty["text"] = _digest(body)
    elif kind == "keep-links":
        duty["links"] = sorted(_links(body))
    return duty


def unmet(story: Story) -> list[str]:
    """Each duty that the story, as it stands in `story.body`, does not fulfil, as a sentence for the editor."""
    asked = [duty for duty in story.duties if duty["kind"] in _HELD_AGAINST]
    if not asked:
        return []
    body = to_html(story.body)
    agency = story.agency or "The agency"
    return [f"{agency} asks: “{duty['sentence'][:200]}” {said}" for duty in asked for said in _broken(duty, body)]


_HELD_AGAINST = ("no-edits", "keep-links")


def _broken(duty: Duty, body: str) -> Iterable[str]:
    if duty["kind"] == "no-edits" and duty.get("text") != _digest(body):
        yield "The text was changed here; bring the agency's text back, or leave the story unpublished."
    missing = set(duty.get("links", [])) - _links(body)
    if missing:
        yield f"These links are missing: {', '.join(sorted(missing)[:5])}. Put them back before you publish."


def _digest(body: str) -> str:
    return hashlib.sha256(" ".join(html.to_text(body).split()).encode()).hexdigest()


def _links(body: str) -> set[str]:
    return {link for link in html.links(body) if link.startswith(("http://", "https://"))}
