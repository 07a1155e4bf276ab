"""What every page begins with: the paper around it, its address, its head."""

from __future__ import annotations

from masthead.press import addresses, platemaker, proof
from masthead.press.reading import Reader

HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"


def page(reader: Reader, path: str, heading: str, description: str, **more: object) -> proof.Page:
    """The page at `path`; `more` are further fields of proof.Page."""
    paper = reader.paper(platemaker.PLATES_VERSION)
    return proof.Page(paper=paper, path=path, heading=heading, description=description, **more)  # type: ignore[arg-type]


def feeds_of(base: str, name: str) -> tuple[proof.Link, ...]:
    """The feeds of the list at `base`."""
    return tuple(proof.Link(f"{name}: {label}", base + file) for file, label in addresses.FEEDS.items())
