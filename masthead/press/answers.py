"""What is answered for a printed page: negotiation, conditions, ranges, headers (RFC 9110, RFC 9213).

Pure functions of the page and the request's headers: the fast lane, the ASGI wrapper and the view all ask here, so
that they cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from masthead.press.store import PUBLIC_CSP, Entry

Headers = list[tuple[bytes, bytes]]

COMMON_HEADERS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]

SECURITY_HEADERS: Headers = [(b"content-security-policy", PUBLIC_CSP.encode()), *COMMON_HEADERS]
_RANGE = re.compile(rb"bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*", re.IGNORECASE)


@dataclass(slots=True)
class Edge:
    """What a content delivery network in front may do: keep a page for `seconds`, since we tell it of each change."""

    seconds: int = 0


edge = Edge()
"""Set once at start. With 0 no network is told to keep anything: what cannot be purged must ask each time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The headers of a request that decide its answer."""

    encoding: str = "identity"
    none_match: bytes | None = None
    modified_since: bytes | None = None
    range: bytes | None = None
    if_range: bytes | None = None

    @classmethod
    def of(cls, headers: Mapping[bytes, bytes]) -> Asked:
        """Read from headers with lower-case names."""
        return cls(
            accepted(headers.get(b"accept-encoding", b"")),
            headers.get(b"if-none-match"),
            headers.get(b"if-modified-since"),
            headers.get(b"range"),
            headers.get(b"if-range"),
        )


def accepted(header: bytes) -> str:
    """The encoding that an Accept-Encoding header likes best; of several that it likes alike, br, zstd, gzip, identity in
    this order. What it does not name, or forbids with q=0, is not sent, but for identity: something must be."""
    if not header:
        return "identity"
    liked: dict[str, float] = {}
    for part in header.decode("latin-1").split(","):
        name, _, rest = part.strip().partition(";")
        liked[name.strip().lower()] = _quality(rest)
    ways = {name: liked.get(name, liked.get("*", 0.0)) for name in ("br", "zstd", "gzip")}
    best = max(ways, key=lambda name: ways[name])
    return best if ways[best] > 0 and ways[best] >= liked.get("identity", 0.0) else "identity"


def _quality(parameters: str) -> float:
    """The q of a coding; 1 where it has none that can be read."""
    name, _, value = parameters.strip().partition("=")
    try:
        said = float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 1.0
    return min(1.0, max(0.0, said)) if said == said else 1.0


def matches(header: bytes, etag: str) -> bool:
    """Whether an If-None-Match header names `etag` in any encoding (weak comparison)."""
    if header.strip() == b"*":
        return True
    tags = (t.strip().removeprefix("W/").strip('"') for t in header.decode("latin-1").split(","))
    return any(t == etag or t.rpartition("-")[0] == etag for t in tags)


def unchanged_since(header: bytes, entry: Entry) -> bool:
    """Whether an If-Modified-Since header says that the asker has this page already. What is no date says nothing."""
    asked, printed = _date(header), _date(entry.last_modified.encode())
    return asked is not None and printed is not None and printed <= asked


def _date(value: bytes) -> datetime | None:
    try:
        return parsedate_to_datetime(value.decode("ascii")) if value.rstrip().endswith(b"GMT") else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def unchanged(entry: Entry, none_match: bytes | None, modified_since: bytes | None) -> bool:
    """Whether the answer is 304. An entity tag is asked first, and then the date counts for nothing."""
    if entry.status != 200:
        return False
    if none_match is not None:
        return matches(none_match, entry.etag)
    return modified_since is not None and unchanged_since(modified_since, entry)


def answer(entry: Entry, asked: Asked, method: str = "GET") -> tuple[int, Headers, bytes]:
    """Status, headers and body for one request; for HEAD the headers of GET without the body."""
    encoding, body = entry.in_encoding(asked.encoding)
    headers = shared_headers(entry, encoding)
    if unchanged(entry, asked.none_match, asked.modified_since):
        return 304, headers, b""
    if asked.range is not None and method == "GET" and entry.status == 200 and encoding == "identity":
        part = _part(entry, asked, len(body))
        if part == (0, 0):
            # What is said of a page cannot be said of this answer: it has no body at all.
            return 416, [*headers, (b"content-range", b"bytes */%d" % len(body)), (b"content-length", b"0")], b""
        if part:
            first, end = part
            piece = body[first:end]
            span = b"bytes %d-%d/%d" % (first, end - 1, len(body))
            return 206, [*headers, *body_headers(entry, encoding, piece), (b"content-range", span)], piece
    headers += body_headers(entry, encoding, body)
    return entry.status, headers, b"" if method == "HEAD" else body


def _part(entry: Entry, asked: Asked, length: int) -> tuple[int, int] | None:
    """First byte and end of the one range asked for; (0, 0) when there is none such, None when all is to be sent.

    Pages that we compress are always sent whole: a range of another encoding's bytes is of use to nobody.
    """
    match = _RANGE.fullmatch((asked.range or b"").strip())
    if entry.compressible or match is None or match.groups() == (b"", b""):
        return None
    if asked.if_range is not None and not _same(asked.if_range.strip(), entry):
        return None
    first, last = match.groups()
    if not first:
        return (max(0, length - int(last)), length) if int(last) else (0, 0)
    if last and int(last) < int(first):
        return None
    return (int(first), min(int(last) + 1, length) if last else length) if int(first) < length else (0, 0)


def _same(validator: bytes, entry: Entry) -> bool:
    """Strong comparison, as If-Range wants it."""
    return validator in (f'"{entry.etag}-identity"'.encode(), entry.last_modified.encode() or b"-")


def shared_headers(entry: Entry, encoding: str) -> Headers:
    """What a full answer and “not modified” have in common."""
    said = [(b"etag", f'"{entry.etag}-{encoding}"'.encode()), (b"cache-control", entry.cache_control.encode())]
    if entry.compressible:
        said.append((b"vary", b"Accept-Encoding"))
    else:
        said.append((b"accept-ranges", b"bytes"))
    if entry.last_modified:
        said.append((b"last-modified", entry.last_modified.encode()))
    return [*said, *_for_the_edge(entry), (b"content-security-policy", entry.csp.encode()), *COMMON_HEADERS]


def _for_the_edge(entry: Entry) -> Headers:
    """How long a network in front may keep it. A page that ends at a second of its own is never kept there: that
    second must not hang on a purge that comes in time."""
    if not edge.seconds:
        return []
    keep = b"no-store" if entry.valid_until else b"public, max-age=%d" % edge.seconds
    key = f"page-{entry.key}".encode()
    return [(b"cdn-cache-control", keep), (b"surrogate-control", keep), (b"surrogate-key", key)]


def body_headers(entry: Entry, encoding: str, body: bytes) -> Headers:
    """What is said of the body."""
    said = [(b"content-type", entry.content_type.encode()), (b"content-length", str(len(body)).encode())]
    return said if encoding == "identity" else [*said, (b"content-encoding", encoding.encode())]
