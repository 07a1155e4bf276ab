"""Pieces of files under their digest: what lies there once is never copied again, and never changed."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from masthead.kit import files
from masthead.ops.keeping import CannotKeep

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


class Objects:
    """The folder of pieces."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def place(self, digest: str) -> Path:
        return self.root / digest[:2] / digest

    def keep(self, path: Path) -> Kept:
        """Put a file's pieces away. Raises OSError."""
        whole, pieces, size, added = hashlib.sha256(), [], 0, 0
        with path.open("rb") as source:
            for data in iter(lambda: source.read(PIECE), b""):
                whole.update(data)
                size += len(data)
                digest = hashlib.sha256(data).hexdigest()
                pieces.append(digest)
                if not self.place(digest).exists():
                    files.write_whole(self.place(digest), _packed(data), mode=0o600)
                    added += len(data)
        return Kept(whole.hexdigest(), size, path.stat().st_mode & 0o777, tuple(pieces), added)

    def read(self, digest: str) -> bytes:
        """A piece, proven by its digest. Raises CannotKeep."""
        try:
            data = _unpacked(self.place(digest).read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise CannotKeep(f"A piece of the backup cannot be read ({error}). Nothing was changed; try an older backup.") from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise CannotKeep(f"The piece {digest} of the backup is damaged. Nothing was changed; try an older backup.")
        return data

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

    def everything(self) -> Iterator[Path]:
        """Every piece there is."""
        yield from (path for path in self.root.glob("??/*") if not path.name.startswith("."))

    def forget_all_but(self, digests: Iterable[str]) -> int:
        """Remove pieces that no backup names any more; returns how many."""
        wanted, gone = set(digests), 0
        for path in self.everything():
            if path.name not in wanted:
                path.unlink()
                gone += 1
        return gone


def _packed(data: bytes) -> bytes:
    """With gzip where that is worth it: pictures are small already."""
    small = gzip.compress(data, _LEVEL, mtime=0)
    return b"z" + small if len(small) < len(data) * 0.9 else b"p" + data


def _unpacked(kept: bytes) -> bytes:
    return gzip.decompress(kept[1:]) if kept[:1] == b"z" else kept[1:]


def _flush(file: BinaryIO) -> None:
    import os

    file.flush()
    os.fsync(file.fileno())
