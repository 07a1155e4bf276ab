"""The blocks that an editor can put into a body. What each of them owes readers is asked in `stories.faults`.

No block refuses a draft: half-written copy must always be kept. So there is no `clean` here that raises.
"""

from __future__ import annotations

from typing import Any

from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from masthead.kit import html

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "blockquote", "hr", "superscript", "subscript"]
BOX_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class TableHtmlBlock(blocks.TextBlock):
    """A table as clean HTML, pasted as HTML or as lines from a spreadsheet. What is not table markup is dropped."""

    def clean(self, value: str) -> str:
        given = super().clean(value)
        if "<table" not in given.lower() and "\t" in given:
            return html.table([line.split("\t") for line in given.splitlines() if line.strip()])
        return html.clean_story(given)


class Said(blocks.StructBlock):
    """A quote that stands by itself."""

    text = blocks.TextBlock(required=False, rows=3)
    speaker = blocks.CharBlock(required=False, help_text="Name and office, as readers should see them.")

    class Meta:
        icon = "openquote"
        label = "Quote"
        label_format = "Quote: {speaker}"


class BodyPicture(blocks.StructBlock):
    """A picture in the text."""

    picture = ImageChooserBlock(required=False)
    caption = blocks.TextBlock(required=False, rows=2, help_text="Empty: the picture’s own.")
    credit = blocks.CharBlock(required=False, help_text="Empty: the picture’s own.")
    alt = blocks.CharBlock(
        required=False, label="Alt text", help_text="What it shows, for those who cannot see it. Empty: its own."
    )
    decorative = blocks.BooleanBlock(required=False, help_text="It says nothing that the text does not.")

    class Meta:
        icon = "image"
        label = "Picture"
        label_format = "Picture: {caption}"


class Gallery(blocks.StructBlock):
    """Several pictures that belong together."""

    heading = blocks.CharBlock(required=False)
    pictures = blocks.ListBlock(BodyPicture())

    class Meta:
        icon = "image"
        label = "Gallery"


class SocialPost(blocks.StructBlock):
    """A post kept as text, so that it stays readable when it is deleted and nobody is tracked by reading it."""

    author = blocks.CharBlock(required=False, help_text="Name and handle: “Marrowby Council (@marrowby)”.")
    network = blocks.CharBlock(required=False, help_text="Where it stood: Mastodon, Bluesky…")
    text = blocks.TextBlock(required=False, rows=3)
    link = blocks.CharBlock(required=False, help_text="Address of the post.")
    posted = blocks.CharBlock(required=False, help_text="When, as printed: “3 May 2026, 9:40 pm”.")

    class Meta:
        icon = "comment"
        label = "Social post"
        label_format = "Post: {author}"


class FactBox(blocks.StructBlock):
    heading = blocks.CharBlock(required=False)
    text = blocks.RichTextBlock(required=False, features=BOX_FEATURES)

    class Meta:
        icon = "info-circle"
        label = "Fact box"
        label_format = "Facts: {heading}"


class Position(blocks.StructBlock):
    """What one party says on one point, and where it says so."""

    party = blocks.CharBlock(required=False)
    text = blocks.TextBlock(required=False, rows=2, label="Position")
    source = blocks.CharBlock(required=False, help_text="Where they say so: “Council minutes, 3 May”.")
    link = blocks.CharBlock(required=False, help_text="Address of the source, if it has one.")


class Point(blocks.StructBlock):
    point = blocks.CharBlock(required=False, help_text="What is in dispute: “Who pays”.")
    positions = blocks.ListBlock(Position())


class Comparison(blocks.StructBlock):
    """Positions of parties, point by point."""

    heading = blocks.CharBlock(required=False)
    points = blocks.ListBlock(Point())

    class Meta:
        icon = "table"
        label = "Comparison"
        help_text = "Name a party the same way at every point: each becomes a column."


class Moment(blocks.StructBlock):
    when = blocks.CharBlock(required=False, help_text="As printed: “3 May”, “9:40 pm”, “1974”.")
    text = blocks.TextBlock(required=False, rows=2)


class Timeline(blocks.StructBlock):
    heading = blocks.CharBlock(required=False)
    moments = blocks.ListBlock(Moment())

    class Meta:
        icon = "history"
        label = "Timeline"


class RelatedLink(blocks.StructBlock):
    address = blocks.CharBlock(
        required=False, help_text="One of our stories (paste its address from the browser) or a page elsewhere."
    )
    words = blocks.CharBlock(required=False, help_text="Empty: our story’s headline.")


class Related(blocks.StructBlock):
    heading = blocks.CharBlock(required=False)
    links = blocks.ListBlock(RelatedLink())

    class Meta:
        icon = "link"
        label = "Related"


class Media(blocks.StructBlock):
    """Sound, film or a page of another site. Nothing is asked of that site before the reader clicks."""

    address = blocks.CharBlock(required=False, help_text="Of the sound or film file, or of its page at YouTube, Vimeo…")
    title = blocks.CharBlock(required=False, help_text="What it is: “The mayor’s statement in full, 4 minutes”.")
    text = blocks.TextBlock(
        required=False, rows=3, label="In words", help_text="What is said and shown, for those who cannot hear or see it."
    )
    credit = blocks.CharBlock(required=False)
    poster = ImageChooserBlock(required=False, help_text="A still picture, shown before the click.")

    class Meta:
        icon = "media"
        label = "Audio, video, embed"
        label_format = "Media: {title}"


BODY_BLOCKS: list[tuple[str, Any]] = [
    ("text", blocks.RichTextBlock(required=False, features=TEXT_FEATURES, label="Text", icon="pilcrow")),
    ("quote", Said()),
    ("picture", BodyPicture()),
    ("gallery", Gallery()),
    ("social", SocialPost()),
    ("table", TableHtmlBlock(required=False, icon="table", label="Table", help_text="Paste it from a spreadsheet.")),
    ("facts", FactBox()),
    ("comparison", Comparison()),
    ("timeline", Timeline()),
    ("related", Related()),
    ("media", Media()),
]
