"""What every reader of exports gives: plain values, nothing of the system that they come from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Named:
    """A section, topic or person, with the word of its old address."""

    name: str
    slug: str = ""
    role: str = "writer"
    old_path: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its address there, with what is said of it here."""

    url: str
    caption: str = ""
    credit: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a body: text as HTML, or a block of a story with its pictures by address."""

    kind: str
    """text, picture, gallery, media, quote."""
    html: str = ""
    images: tuple[Image, ...] = ()
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remark:
    """A reader's comment; `text` is HTML. `state`: approved, waiting, removed, withdrawn, spam or deleted."""

    key: str
    parent: str
    author: str
    text: str
    at: str
    state: str = "approved"
    email: str = ""
    likes: int = 0
    is_html: bool = True
    rule: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Talked:
    """The comments on one page of another system."""

    address: str
    """Of the page, there."""
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A story or a page of another system.

    `state`: public, draft, private, scheduled, protected, members or trash. Only public ones are public here; what
    the state alone does not say is in `notes`, for the desk.
    """

    key: str
    kind: str
    """story or page."""
    headline: str
    pieces: tuple[Piece, ...] = ()
    url: str = ""
    slug: str = ""
    standfirst: str = ""
    kicker: str = ""
    language: str = ""
    state: str = "public"
    published_at: datetime | None = None
    changed_at: datetime | None = None
    sections: tuple[Named, ...] = ()
    topics: tuple[Named, ...] = ()
    credits: tuple[Named, ...] = ()
    lead: Image | None = None
    comments: tuple[Remark, ...] = ()
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    """Sentences about what did not fit."""
    more: dict[str, Any] = field(default_factory=dict)
    """seo_title, seo_description, short_headline."""
    also: tuple[str, ...] = ()
    """Further old addresses of it, of its pictures' pages as well."""

    def digest(self) -> str:
        """SHA-256 of everything that came."""
        said = {**asdict(self), "faults": ()}
        del said["also"]  # of its address, not of what it says
        return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()
