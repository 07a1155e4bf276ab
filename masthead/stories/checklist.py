"""What an editor should look at before a story goes out. Each finding is one doubt in one sentence.

Only what is owed blocks: an agency's order, a picture that was withdrawn, a headline, the words that stand in for
the lead picture where somebody cannot see it. Everything else is for the editor to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from masthead.kit import html
from masthead.stories import faults
from masthead.stories.body import to_html
from masthead.stories.models import Story

_QUOTED = re.compile(r"[“„«\"]([^“”„«»\"]{3,120})[”“»\"]|(?<!\w)[‘']([^‘’']{8,120})[’'](?!\w)")
_NAME = re.compile(r"\b[A-ZÀ-Þ][\w’'-]+(?: (?:[a-z]{1,3} )?[A-ZÀ-Þ][\w’'-]+)+")
LONGEST_HEADLINE = 110
"""Signs; longer ones are cut off where stories are listed elsewhere."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt: a short name, the sentence for the editor, whether the story must not go out with it."""

    name: str
    sentence: str
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as the story shows it."""

    picture: Any
    caption: str
    credit: str
    alt: str
    decorative: bool
    lead: bool = False


def check(draft: Story) -> tuple[Finding, ...]:
    """The findings about a story as `draft` (row or newest draft) has it, blocking ones first."""
    text = html.to_text(to_html(draft.body))
    shown = list(_pictures(draft))
    found = (
        *_orders(draft),
        *_headline(draft, text),
        *_credits(draft),
        *(f for one in shown for f in _picture(one)),
        *(f for one in shown for f in _caption(one, draft, text)),
        *(Finding("block", sentence, blocks=True) for sentence in faults.of_blocks(draft)),
    )
    return tuple(sorted(dict.fromkeys(found), key=lambda f: not f.blocks))


def _orders(draft: Story) -> Iterator[Finding]:
    if draft.order_pubstatus == Story.PubStatus.CANCELED:
        yield Finding("killed", f"{draft.agency} has killed this story. {draft.order_reason}".strip(), blocks=True)
    elif draft.order_pubstatus == Story.PubStatus.WITHHELD:
        yield Finding("withheld", f"{draft.agency} is withholding this story until further notice.", blocks=True)


def _headline(draft: Story, text: str) -> Iterator[Finding]:
    headline = draft.display_headline.strip()
    if not headline:
        yield Finding("no-headline", "It has no headline.", blocks=True)
    if len(headline) > LONGEST_HEADLINE:
        yield Finding("long-headline", f"The headline has {len(headline)} signs; lists elsewhere cut it off.")
    if not text.strip():
        yield Finding("no-text", "It has no text.")
    body = f" {_folded(text)} {_folded(draft.standfirst)} {_folded(_quotes(draft))} "
    for quoted in _QUOTED.finditer(headline):
        words = (quoted[1] or quoted[2]).strip(" ,.")
        if text.strip() and f" {_folded(words)} " not in body:
            yield Finding("headline-quote", f"The headline quotes “{words}”, but the text does not say it.")


def _quotes(draft: Story) -> str:
    return " ".join(str(block.value.get("text", "")) for block in draft.body if block.block_type == "quote")


def _credits(draft: Story) -> Iterator[Finding]:
    if not draft.agency_id and not any(c.role == "writer" for c in draft.credits.all()):
        yield Finding("no-credit", "Nobody is credited with writing it.")


def _pictures(draft: Story) -> Iterator[Shown]:
    for place, use in enumerate(draft.story_pictures.all()):
        yield _shown(use.picture, use.caption, use.credit, use.alt, use.decorative, lead=place == 0)
    for block in draft.body:
        if block.block_type == "picture" and block.value["picture"]:
            value = block.value
            yield _shown(value["picture"], value["caption"], value["credit"], value["alt"], value["decorative"])


def _shown(picture: Any, caption: str, credit: str, alt: str, decorative: bool, lead: bool = False) -> Shown:
    return Shown(
        picture,
        caption or picture.caption,
        credit or picture.credit or picture.photographer,
        alt or picture.alt,
        bool(decorative),
        lead,
    )


def _picture(one: Shown) -> Iterator[Finding]:
    which = "The lead picture" if one.lead else f"The picture “{one.picture.title}”"
    if one.picture.killed:
        yield Finding("picture-killed", f"{which} was withdrawn by its agency; take it out.", blocks=True)
    if not one.alt and not one.decorative:
        sentence = f"{which} has no alt text for those who cannot see it; write it, or mark the picture as decorative."
        yield Finding("no-alt", sentence, blocks=one.lead)
    if not one.credit:
        yield Finding("picture-credit", f"{which} has no credit.")


def _caption(one: Shown, draft: Story, text: str) -> Iterator[Finding]:
    if not one.caption or not text.strip():
        return
    story = _folded(f"{draft.display_headline} {draft.standfirst} {text}")
    names = _NAME.findall(one.caption)
    missing = [name for name in names if _folded(name.split()[-1]) not in story]
    if names and len(missing) == len(names):
        yield Finding("caption-names", f"A caption names {missing[0]}, who does not occur in the story.")
    words = {word for word in _folded(one.caption).split() if len(word) > 4}
    if len(words) > 2 and not words & set(story.split()):
        yield Finding("picture-match", "A picture may not match: its caption and the story share no word.")


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
