"""The whole checklist of a story: its own doubts, and what its agency asks of us that is not met."""

from __future__ import annotations

import re
from collections.abc import Iterator

from masthead.stories.actions import newest
from masthead.stories.body import from_html, pieces, to_html
from masthead.stories.checklist import Finding, check
from masthead.stories.models import Story
from masthead.wire import acting, again
from masthead.wire.duties import duties
from masthead.wire.item import UnreadableWire
from masthead.wire.models import WireItem

_LINK = re.compile(r'href="([^"]+)"')
FORBIDDING = frozenset({"no-internet", "market-embargo"})
"""Duties that no editing can meet here: the copy must not run."""


def findings(story: Story) -> tuple[Finding, ...]:
    """Everything about the newest draft of `story` that an editor should look at, blocking findings first."""
    draft = newest(story)
    found = (*check(draft), *_of_agency(draft), *_of_pictures(draft))
    return tuple(sorted(dict.fromkeys(found), key=lambda f: not f.blocks))


def _of_agency(draft: Story) -> Iterator[Finding]:
    for chain in WireItem.objects.filter(story=draft.pk).prefetch_related("versions"):
        delivered = _delivered(chain)
        for kind, words, sentence in chain.duties:
            yield _duty(draft, kind, words, sentence, delivered)
        for name, words, _holds in chain.lints:
            yield Finding(name, words)


def _delivered(chain: WireItem) -> str:
    try:
        return again.item_of(acting.newest(chain)).body or ""
    except (UnreadableWire, OSError, IndexError):
        return ""


def _duty(draft: Story, kind: str, words: str, sentence: str, delivered: str) -> Finding:
    said = f"{words} (“{sentence[:160]}”)"
    if kind in FORBIDDING:
        return Finding(kind, said, blocks=True)
    if kind == "no-edits" and delivered and pieces(draft.body) != pieces(from_html(delivered)):
        return Finding(kind, f"{said} Our text differs from what was delivered.", blocks=True)
    if kind == "keep-links" and delivered:
        gone = [link for link in _LINK.findall(delivered) if link not in to_html(draft.body)]
        if gone:
            return Finding(kind, f"{said} Missing: {gone[0]}", blocks=True)
    return Finding(kind, said)


def _of_pictures(draft: Story) -> Iterator[Finding]:
    for use in draft.story_pictures.all():
        for duty in duties([use.picture.usage_terms, use.picture.copyright_notice]):
            unmet = duty.kind == "mandatory-credit" and not (use.credit or use.picture.credit)
            blocks = duty.kind in FORBIDDING or unmet
            yield Finding(f"picture-{duty.kind}", f"A picture: {duty.words} (“{duty.sentence[:160]}”)", blocks=blocks)
