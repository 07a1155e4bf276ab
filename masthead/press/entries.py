"""A page on its way: as it leaves the press, as the server hands it out, as it lies on the disk."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from masthead.kit import clock
from masthead.press.players import FRAME_HOSTS

PUBLIC_CSP = (
    "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    # Sound, film and frames are asked for only once a reader has pressed play; see plates/blocks.html.
    f"media-src 'self' https:; frame-src {' '.join(f'https://{host}' for host in FRAME_HOSTS)}; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Files of our own and no inline script or style."""
FOREVER = "public, max-age=31536000, immutable"
# A browser may keep a page, but asks each time whether it is still true: an order is obeyed at once.
ASK_AGAIN = "public, no-cache"
AS_VALID = datetime.min.replace(tzinfo=UTC)
"""Stands for “the same second as `valid_until`”."""


def key_of(path: str) -> str:
    """A short name for a page that is safe in any header."""
    return hashlib.sha256(path.encode()).hexdigest()[:16]


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
    valid_from: datetime | None = None
    shut_at: datetime | None = AS_VALID


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
    valid_from: datetime | None = None
    """The end of an embargo that let something onto the page: should the clock be put back before it, it is not true."""
    shut_at: datetime | None = None
    """From then on nobody may see it, not even while no other can be made."""
    made: dict[str, tuple[bytes, bytes, bytes]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def compressible(self) -> bool:
        """Whether it is kept compressed, and sent in the encoding that the reader likes best."""
        return "br" in self.bodies

    @property
    def key(self) -> str:
        """A name for the page that is safe anywhere: its file's name begins so."""
        return key_of(self.path)

    def has(self, encoding: str) -> bool:
        """Whether the body lies ready in the encoding in which it would be sent."""
        return encoding in self.bodies or not self.compressible

    def in_encoding(self, wanted: str) -> tuple[str, bytes]:
        """The encoding in which a reader gets it, and the body; made for this answer alone where it is not kept."""
        if not self.compressible:
            return "identity", self.bodies["identity"]
        return wanted, self.bodies[wanted] if wanted in self.bodies else recoded(self, wanted)

    def lines(
        self, encoding: str, make: Callable[[Entry, str], tuple[bytes, bytes, bytes]]
    ) -> tuple[bytes, bytes, bytes]:
        """What the server says for one encoding, made by `make` once."""
        found = self.made.get(encoding)
        if found is None:
            found = self.made[encoding] = make(self, encoding)
        return found

    @property
    def is_page(self) -> bool:
        """Whether it is something that a person reads, and not a feed, a picture or a style sheet."""
        return self.status == 200 and self.content_type.startswith("text/html")

    @property
    def size(self) -> int:
        return sum(map(len, list(self.bodies.values()))) + 1000

    def is_true(self, now: datetime) -> bool:
        """Whether the page may be handed out at `now`."""
        return (self.valid_until is None or now < self.valid_until) and (self.valid_from is None or self.valid_from <= now)

    def may_stand(self, now: datetime) -> bool:
        """Whether it may be handed out at `now` for want of a newer one, while the database is away."""
        return (self.shut_at is None or now < self.shut_at) and (self.valid_from is None or self.valid_from <= now)

    @property
    def always_true(self) -> bool:
        """Whether no clock decides."""
        return self.valid_until is None and self.valid_from is None


def _compressible(content_type: str) -> bool:
    return content_type.startswith("text/") or any(w in content_type for w in ("xml", "json", "svg", "javascript"))


def _encodings(printed: Printed) -> dict[str, bytes]:
    if not _compressible(printed.content_type):
        return {"identity": printed.body}
    return {"br": brotli.compress(printed.body, quality=5, mode=brotli.MODE_TEXT, lgwin=_window(len(printed.body)))}


def _window(size: int) -> int:
    """The smallest window that brotli can look back in over all of `size` bytes: a larger one costs time and finds nothing."""
    return min(max((size + 16).bit_length(), 16), 22)


def recoded(entry: Entry, encoding: str) -> bytes:
    """The body of a compressed page in another encoding: “zstd”, “gzip” or “identity”."""
    plain: bytes = brotli.decompress(entry.bodies["br"])
    if encoding == "zstd":
        return zstd.compress(plain, ZSTD_LEVEL)
    return gzip.compress(plain, 6, mtime=0) if encoding == "gzip" else plain


ZSTD_LEVEL = 10
"""As small as brotli 5 within a few bytes in a hundred, in about its time."""


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
        valid_from=printed.valid_from,
        shut_at=printed.valid_until if printed.shut_at is AS_VALID else printed.shut_at,
    )


_TIMES = ("valid_until", "valid_from", "shut_at")


def pack(entry: Entry) -> bytes:
    """A page as it will lie on the disk: a line of JSON, then the body that is kept."""
    head = {
        name: getattr(entry, name)
        for name in ("path", "status", "etag", "content_type", "cache_control", "last_modified", "csp")
    }
    for name in _TIMES:
        at = getattr(entry, name)
        head[name] = at.isoformat() if at else None
    kept = {name: entry.bodies[name] for name in (("br",) if entry.compressible else ("identity",))}
    head["bodies"] = {name: len(body) for name, body in kept.items()}
    return json.dumps(head).encode() + b"\n" + b"".join(kept.values())


def unpack(data: bytes) -> Entry:
    """A page as it lies on the disk. Raises ValueError or KeyError when it is not whole."""
    line, _, rest = data.partition(b"\n")
    head = json.loads(line)
    bodies, start = {}, 0
    for name, length in head.pop("bodies").items():
        bodies[name] = rest[start : start + length]
        start += length
    if start != len(rest):
        raise ValueError("a printed page is not whole")
    head.setdefault("shut_at", head["valid_until"])  # As it was written before there were two kinds of end.
    head |= {name: datetime.fromisoformat(at) if (at := head.get(name)) else None for name in _TIMES}
    return Entry(**head, bodies=bodies)
