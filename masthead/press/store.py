"""The page store: every printed page, ready compressed, on disk and (the warm ones) in memory.

A file is a line of JSON, then the body in each encoding. It is written whole or not at all. File names are
digests of paths, so no request can name a file of its own choosing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

import brotli

from masthead.kit import clock, files

SUFFIX = ".page"
PUBLIC_CSP = (
    "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Files of our own and nothing else: no inline script or style, no third party."""
FOREVER = "public, max-age=31536000, immutable"
# A browser may keep a page, but asks each time whether it is still true: an order is obeyed at once.
ASK_AGAIN = "public, no-cache"


@dataclass(frozen=True, slots=True)
class Printed:
    """A page as it leaves the press. `body` is what a reader without compression gets."""

    path: str
    body: bytes
    content_type: str
    status: int = 200
    valid_until: datetime | None = None
    cache_control: str = ASK_AGAIN
    csp: str = PUBLIC_CSP


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as the server hands it out: encodings with their bytes, and the headers they share."""

    path: str
    status: int
    etag: str
    content_type: str
    cache_control: str
    last_modified: str
    valid_until: datetime | None
    bodies: dict[str, bytes]
    csp: str = PUBLIC_CSP
    made: dict[str, tuple[bytes, bytes, bytes]] = field(default_factory=dict, compare=False, repr=False)

    def lines(
        self, encoding: str, make: Callable[[Entry, str], tuple[bytes, bytes, bytes]]
    ) -> tuple[bytes, bytes, bytes]:
        """What the server says for one encoding, made by `make` once."""
        found = self.made.get(encoding)
        if found is None:
            found = self.made[encoding] = make(self, encoding)
        return found

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values())) + 1000

    def is_true(self, now: datetime) -> bool:
        """Whether the page may still be handed out at `now`."""
        return self.valid_until is None or now < self.valid_until


def _compressible(content_type: str) -> bool:
    return content_type.startswith("text/") or any(w in content_type for w in ("xml", "json", "svg", "javascript"))


def _encodings(printed: Printed) -> dict[str, bytes]:
    if not _compressible(printed.content_type):
        return {"identity": printed.body}
    return {
        "br": brotli.compress(printed.body, quality=5, mode=brotli.MODE_TEXT),
        "gzip": gzip.compress(printed.body, 6, mtime=0),
    }


def make_entry(printed: Printed) -> Entry:
    """Compress a page and work out its validators."""
    return Entry(
        path=printed.path,
        status=printed.status,
        etag=hashlib.blake2b(printed.body, digest_size=12).hexdigest(),
        content_type=printed.content_type,
        cache_control=printed.cache_control,
        last_modified=format_datetime(clock.now().replace(microsecond=0), usegmt=True),
        valid_until=printed.valid_until,
        bodies=_encodings(printed),
        csp=printed.csp,
    )


def _pack(entry: Entry) -> bytes:
    head = {
        name: getattr(entry, name)
        for name in ("path", "status", "etag", "content_type", "cache_control", "last_modified", "csp")
    }
    head["valid_until"] = entry.valid_until.isoformat() if entry.valid_until else None
    head["bodies"] = {name: len(body) for name, body in entry.bodies.items()}
    return json.dumps(head).encode() + b"\n" + b"".join(entry.bodies.values())


def _unpack(data: bytes) -> Entry:
    line, _, rest = data.partition(b"\n")
    head = json.loads(line)
    bodies, start = {}, 0
    for name, length in head.pop("bodies").items():
        bodies[name] = rest[start : start + length]
        start += length
    until = head.pop("valid_until")
    return Entry(**head, valid_until=datetime.fromisoformat(until) if until else None, bodies=bodies)


class Store:
    """The pages of one title below `root`, with at most `memory` bytes of them held in memory."""

    def __init__(self, root: Path, memory: int) -> None:
        self.root, self.limit = root, memory
        self._held: OrderedDict[str, Entry] = OrderedDict()
        self._bytes = self._changes = 0
        self._lock = threading.Lock()
        self.hot: dict[str, Entry] = {}
        """Read without a lock by the server; always a subset of what is held."""

    def file_of(self, path: str) -> Path:
        digest = hashlib.sha256(path.encode()).hexdigest()
        return self.root / digest[:2] / (digest[2:34] + SUFFIX)

    def put(self, printed: Printed) -> Entry:
        """Keep a page, on disk first: what memory says, the disk can say again. An equal page is not rewritten."""
        entry = make_entry(printed)
        old = self.get(printed.path)
        if old and (old.etag, old.status, old.valid_until, old.csp) == (
            entry.etag,
            entry.status,
            entry.valid_until,
            entry.csp,
        ):
            return old
        files.write_whole(self.file_of(entry.path), _pack(entry))
        self._hold(entry)
        return entry

    def get(self, path: str) -> Entry | None:
        """The page at `path`, from memory or disk, true or not; None when it was never printed."""
        entry = self._held.get(path)
        if entry is not None:
            return entry
        # A change that comes between reading the disk and remembering it must win, or a page that was just
        # withdrawn would live on in memory.
        seen = self._changes
        entry = self._read(path)
        if entry is not None:
            self._hold(entry, unless_changed_since=seen)
        return entry

    def _read(self, path: str) -> Entry | None:
        try:
            entry = _unpack(self.file_of(path).read_bytes())
        except FileNotFoundError:
            return None
        return entry if entry.path == path else None

    def remove(self, path: str) -> None:
        """Forget a page, on disk and in memory: from then on no reader gets it."""
        self.file_of(path).unlink(missing_ok=True)
        with self._lock:
            self._changes += 1
            self._drop(path)

    def forget_memory(self) -> None:
        """Empty the memory; the disk keeps everything."""
        with self._lock:
            for path in list(self._held):
                self._drop(path)

    def _hold(self, entry: Entry, unless_changed_since: int | None = None) -> None:
        with self._lock:
            if unless_changed_since is None:
                self._changes += 1
            elif unless_changed_since != self._changes:
                return
            self._drop(entry.path)
            self._held[entry.path] = self.hot[entry.path] = entry
            self._bytes += entry.size
            while self._bytes > self.limit and len(self._held) > 1:
                self._drop(next(iter(self._held)))

    def _drop(self, path: str) -> None:
        entry = self._held.pop(path, None)
        self.hot.pop(path, None)
        if entry:
            self._bytes -= entry.size

    def everything(self) -> Iterator[Entry]:
        """Every page on disk, for tests, exports and the doctor."""
        for file in sorted(self.root.glob(f"*/*{SUFFIX}")):
            yield _unpack(file.read_bytes())

    def sweep(self) -> int:
        """Remove what a killed process left half-written; returns how many files."""
        parts = list(self.root.glob("*/.part-*"))
        for part in parts:
            part.unlink(missing_ok=True)
        return len(parts)
