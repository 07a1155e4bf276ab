"""What every page says of itself: the paper it belongs to, its address, its heading."""

from __future__ import annotations

from masthead.press import addresses, platemaker, proof
from masthead.press.reading import Reader

HTML = "text/html; charset=utf-8"


def page(reader: Reader, path: str, heading: str, description: str, **more: object) -> proof.Page:
    paper = reader.paper(addresses.css(platemaker.PLATES_VERSION))
    return proof.Page(paper=paper, path=path, heading=heading, description=description, **more)  # type: ignore[arg-type]
