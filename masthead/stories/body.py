"""The body of a story as blocks an editor can move, and the way from an agency's HTML into them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from masthead.kit import html

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "blockquote", "hr", "superscript", "subscript"]


class TableHtmlBlock(blocks.TextBlock):
    """A table as clean HTML. What is not table markup is dropped on the way in."""

    def clean(self, value: str) -> str:
        cleaned = html.clean_story(super().clean(value))
        if "<table" not in cleaned:
            raise ValidationError("Paste the table as HTML, from <table> to </table>.")
        return cleaned


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock()
    speaker = blocks.CharBlock(required=False)

    class Meta:
        icon = "openquote"
        label = "Pull quote"


class BodyPictureBlock(blocks.StructBlock):
    picture = ImageChooserBlock()
    caption = blocks.TextBlock(required=False)
    credit = blocks.CharBlock(required=False)
    alt = blocks.CharBlock(required=False, label="Alt text")
    decorative = blocks.BooleanBlock(required=False, help_text="It says nothing that the text does not.")

    class Meta:
        icon = "image"
        label = "Picture"


BODY_BLOCKS = [
    ("text", blocks.RichTextBlock(features=TEXT_FEATURES, label="Text")),
    ("quote", QuoteBlock()),
    ("picture", BodyPictureBlock()),
    ("table", TableHtmlBlock(icon="table", label="Table")),
]


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
    """The text and tables of a body as HTML; pictures and pull quotes are left out."""
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
    value = block["value"] if isinstance(block["value"], dict) else {}
    return f"[{block['type']}] {value.get('caption') or value.get('text') or ''}".strip()
