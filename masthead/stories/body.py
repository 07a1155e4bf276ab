"""The body of a story as blocks an editor can move, and the way from an agency's HTML into them."""

from __future__ import annotations

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
