"""A short line without a full stop between full paragraphs is a subhead that lost its markup."""

from __future__ import annotations

import dataclasses
import re

from masthead.kit import html
from masthead.wire.repair import people

LONGEST = 60
_FULL, _AFTER = 100, 80
"""Characters from which a paragraph is a full one; what follows a subhead may be a little shorter."""
_LINE = re.compile(r"[A-ZÀ-Þ][^\d:;@()\[\]{}|/\\•*=<>.!?…“”\"]{4,58}[^\W\d_]$")


def mark(blocks: list[html.Block]) -> tuple[list[html.Block], list[str]]:
    """The blocks with such lines as h2, and those lines. Texts that have subheads of their own stay as they are."""
    if len(blocks) < 3 or any(block.tag in ("h2", "h3", "h4") for block in blocks):
        return blocks, []
    out, found = list(blocks), []
    for place in range(1, len(blocks) - 1):
        block = blocks[place]
        if _is_subhead(block) and _is_full(blocks[place - 1], _FULL) and _is_full(blocks[place + 1], _AFTER):
            out[place] = dataclasses.replace(block, tag="h2", inner=block.inner)
            found.append(block.text.strip())
    return out, found


def _is_subhead(block: html.Block) -> bool:
    text = block.text.strip()
    if block.tag != "p" or len(text) > LONGEST or "<a " in block.inner or not _LINE.match(text):
        return False
    return 2 <= len(text.split()) <= 8 and not people.is_name(text)


def _is_full(block: html.Block, least: int) -> bool:
    text = block.text.rstrip()
    return block.tag == "p" and len(text) >= least and text.endswith((".", "!", "?", "”", '"', "’"))
