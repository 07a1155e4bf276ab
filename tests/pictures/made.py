"""Invented pictures: drawn here, with the words that a test wants in them."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

from masthead.kit import marking


def drawn(seed: int = 1, size: tuple[int, int] = (1200, 800)) -> Image.Image:
    """A picture with contrast of its own for each seed."""
    dice = random.Random(seed)
    picture = Image.new("RGB", size, tuple(dice.randrange(90, 160) for _ in range(3)))
    pen = ImageDraw.Draw(picture)
    for _ in range(14):
        x, y = dice.randrange(size[0]), dice.randrange(size[1])
        box = (x, y, x + dice.randrange(size[0] // 8, size[0] // 2), y + dice.randrange(size[1] // 8, size[1] // 2))
        pen.rectangle(box, fill=tuple(dice.randrange(256) for _ in range(3)))
    return picture


def jpeg(seed: int = 1, *, marks: marking.Marks | None = None, more: str = "", size: tuple[int, int] = (1200, 800)) -> bytes:
    """A JPEG; `marks` go into XMP and IIM, `more` is put into the XMP description as further elements."""
    options: dict[str, object] = {"quality": 90}
    if marks or more:
        packet = marking.xmp(marks or marking.Marks()).decode().replace("</rdf:Description>", more + "</rdf:Description>")
        options |= {"xmp": packet.encode(), "extra": marking.iim(marks or marking.Marks())}
    out = io.BytesIO()
    drawn(seed, size).save(out, "JPEG", **options)
    return out.getvalue()


MARKS = marking.Marks(
    credit="Mia Solberg/Sound Wire",
    creator="Mia Solberg",
    copyright_notice="© 2026 Sound Wire – Zoë’s “own”",
    usage_terms="Editorial use only <in print & online>",
    caption="The “Anna Lind” came in at dawn.",
    alt="A trawler beside a quay",
    data_mining=marking.DATA_MINING + "DMI-PROHIBITED-AIMLTRAINING",
    source_type=marking.SOURCE_TYPES + "digitalCapture",
)
