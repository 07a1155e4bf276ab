"""Files that other computers give us are laid into the watched folder, whole, and go the way of every dropped file.

So pictures find the copy that names them, what is too large or cannot be read goes to quarantine with its reason,
and a crash between fetching and reading loses nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

from masthead.kit import files, secrets
from masthead.wire import folder
from masthead.wire.models import Source

LONGEST = 150
"""Bytes of a name; file systems stop at 255, and quarantine puts a stamp before it."""


def put(source: Source, name: str, data: bytes) -> Path:
    """Lay the bytes into the source's folder; they are safely on disk when this returns. Raises OSError."""
    place = folder.inbox() / source.slug / safe_name(name)
    if place.exists() and place.read_bytes() != data:
        # An earlier version has not been read yet; it must not be overwritten.
        place = place.parent / secrets.word(6) / place.name
    files.write_whole(place, data)
    return place


def safe_name(name: str) -> str:
    """A file name that is only a name, that the folder looks at, and that two systems cannot read differently."""
    clean = re.sub(r"[^\w.\- ()+,@=]", "-", name.replace("\\", "/").rpartition("/")[2]).strip(". ")
    clean = clean.encode()[-LONGEST:].decode(errors="ignore").strip(". ")
    unfinished = clean.lower().endswith(folder.UNFINISHED) or clean == "README"
    return f"{clean or 'delivery'}{'.txt' if unfinished else ''}"
