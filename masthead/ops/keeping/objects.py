"""Pieces of files under their digest: what lies there once is never copied again, and written anew only when it is damaged."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from masthead.ops.keeping import CannotKeep
from masthead.ops.keeping.shelves import Shelf

BELOW = "objects"
PIECE = 1024 * 1024
"""Bytes of a piece. A database file is written page by page in place: pieces without a change are shared by backups."""
_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as a backup has it: its digest and size, its permissions, its pieces in order, what of it was new (bytes)."""

    sha256: str
    size: int
    mode: int
    pieces: tuple[str, ...]
    added: int = 0


def place(digest: str) -> str:
    """A piece's name on the shelf."""
    return f"{BELOW}/{digest[:2]}/{digest}"


class Objects:
    """The pieces on a shelf. `looks`: which of those that lie there already are read and compared while they are kept."""

    def __init__(self, shelf: Shelf, looks: Callable[[str], bool] = lambda digest: False) -> None:
        self.shelf, self._looks = shelf, looks
        self.mended = 0
        """Pieces that were damaged and were written anew."""

    def keep(self, path: Path) -> Kept:
        """Put a file's pieces away. Raises OSError."""
        with path.open("rb") as source:
            return self._keep(source, path.stat().st_mode & 0o777)

    def keep_bytes(self, data: bytes, mode: int) -> Kept:
        """The same for what is no file here. Raises OSError."""
        return self._keep(io.BytesIO(data), mode)

    def _keep(self, source: BinaryIO, mode: int) -> Kept:
        whole, pieces, size, added = hashlib.sha256(), [], 0, 0
        for data in iter(lambda: source.read(PIECE), b""):
            whole.update(data)
            size += len(data)
            digest = hashlib.sha256(data).hexdigest()
            pieces.append(digest)
            if not self.shelf.has(place(digest)):
                added += len(data)
            elif not self._looks(digest) or self.is_sound(digest):
                continue
            else:
                self.mended += 1
            self.shelf.write(place(digest), _packed(data))
        return Kept(whole.hexdigest(), size, mode, tuple(pieces), added)

    def read(self, digest: str) -> bytes:
        """A piece, proven by its digest. Raises CannotKeep."""
        try:
            data = _unpacked(self.shelf.read(place(digest)))
        except (OSError, EOFError, zlib.error) as error:
            raise CannotKeep(f"A piece of the backup cannot be read ({error}). Nothing was changed; try an older backup.") from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise CannotKeep(f"The piece {digest} of the backup is damaged. Nothing was changed; try an older backup.")
        return data

    def is_sound(self, digest: str) -> bool:
        """Whether a piece is there and is what was kept."""
        try:
            self.read(digest)
        except CannotKeep:
            return False
        return True

    def write(self, kept: Kept, target: Path) -> None:
        """Make the file again at `target`, with its permissions. Raises CannotKeep when it is not what was kept."""
        target.parent.mkdir(parents=True, exist_ok=True)
        whole = hashlib.sha256()
        with target.open("wb") as file:
            for digest in kept.pieces:
                data = self.read(digest)
                whole.update(data)
                file.write(data)
            _flush(file)
        target.chmod(kept.mode)
        if whole.hexdigest() != kept.sha256:
            raise CannotKeep(f"{target.name} does not come out of the backup as it went in. Nothing was changed.")

    def everything(self) -> Iterator[str]:
        """The digest of every piece there is."""
        yield from (name.rpartition("/")[2] for name in self.shelf.names(BELOW))

    def forget_all_but(self, digests: Iterable[str]) -> int:
        """Remove pieces that no backup names any more; returns how many."""
        wanted = set(digests)
        gone = [place(digest) for digest in self.everything() if digest not in wanted]
        self.shelf.remove(gone)
        return len(gone)


def _packed(data: bytes) -> bytes:
    """With gzip where that is worth it: pictures are small already."""
    small = gzip.compress(data, _LEVEL, mtime=0)
    return b"z" + small if len(small) < len(data) * 0.9 else b"p" + data


def _unpacked(kept: bytes) -> bytes:
    return gzip.decompress(kept[1:]) if kept[:1] == b"z" else kept[1:]


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
