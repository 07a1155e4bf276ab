"""The body of a story as blocks an editor can move, and the way from an agency's HTML into them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from masthead.kit import html
from masthead.stories.blocks import BODY_BLOCKS, TableHtmlBlock

# The first migration knows TableHtmlBlock by its old place here.
__all__ = ["BODY_BLOCKS", "TableHtmlBlock", "from_html", "from_pieces", "picture_ids", "pieces", "readable", "to_html", "words_of"]


def from_html(markup: str) -> list[dict[str, Any]]:
    """Clean story HTML as StreamField data: runs of text in one block each, tables in blocks of their own."""
    found: list[dict[str, Any]] = []
    for block in html.blocks(markup):
        kind = "table" if block.tag == "table" else "text"
        if kind == "text" and found and found[-1]["type"] == "text":
            found[-1]["value"] += block.html
        else:
            found.append({"type": kind, "value": block.html})
    return found


def to_html(body: Any) -> str:
    """The running text and tables of a body as HTML; every other block is left out."""
    return "".join(
        str(b.value.source if b.block_type == "text" else b.value) for b in body if b.block_type in {"text", "table"}
    )


_WHOLE = "\x1e"
"""Marks a piece that is a block of its own (picture, pull quote): kept as data, never as markup."""


def pieces(body: Any) -> list[str]:
    """A body as the smallest parts that a merge moves about: paragraphs as clean HTML, other blocks as data.

    `body` is a StreamValue, or StreamField data as `from_html` gives it.
    """
    found: list[str] = []
    for block in getattr(body, "raw_data", body):
        if block["type"] in {"text", "table"}:
            found += [part.html for part in html.blocks(str(block["value"]))]
        else:
            found.append(_WHOLE + json.dumps({"type": block["type"], "value": block["value"]}, sort_keys=True))
    return found


def from_pieces(parts: Iterable[str]) -> list[dict[str, Any]]:
    """StreamField data again, from what `pieces` gave."""
    found: list[dict[str, Any]] = []
    for part in parts:
        new = [json.loads(part[1:])] if part.startswith(_WHOLE) else from_html(part)
        for block in new:
            if block["type"] == "text" and found and found[-1]["type"] == "text":
                found[-1]["value"] += block["value"]
            else:
                found.append(block)
    return found


def readable(part: str) -> str:
    """A piece in words, for a colleague who compares two versions."""
    if not part.startswith(_WHOLE):
        return html.to_text(part)
    block = json.loads(part[1:])
    if block["type"] == "picture":
        return f"[picture] {block['value'].get('caption') or ''}".strip()
    return f"[{block['type']}] {' '.join(_said(block['value']))}".strip()


def words_of(body: Any) -> str:
    """All words of a body that readers read, other blocks included, as one text."""
    found: list[str] = []
    for block in getattr(body, "raw_data", body):
        if block["type"] in {"text", "table"}:
            found.append(html.to_text(str(block["value"])))
        else:
            found += _said(block["value"])
    return " ".join(" ".join(found).split())


_UNSAID = frozenset({"id", "type", "link", "address", "alt", "decorative", "picture", "poster"})
"""Values of a block that are no words for reading."""


def _said(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [word for key, inner in value.items() if key not in _UNSAID for word in _said(inner)]
    if isinstance(value, list):
        return [word for inner in value for word in _said(inner)]
    return [html.to_text(value)] if isinstance(value, str) and value.strip() else []


def picture_ids(body: Any) -> set[int]:
    """The pictures that a body shows, in whatever block: the gate for pictures lists them."""
    return {pk for block in getattr(body, "raw_data", body) for pk in _pictures(block["value"])}


def _pictures(value: Any) -> Iterable[int]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"picture", "poster"} and isinstance(inner, int):
                yield inner
            else:
                yield from _pictures(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pictures(inner)
