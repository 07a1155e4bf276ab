"""The paper as files in a bucket: what `press.export` writes into a folder, compared with what lies there by digest."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from masthead.kit.buckets import Bucket, BucketError
from masthead.press import export
from masthead.titles.models import Title

ENCODINGS = {".br": "br", ".gz": "gzip"}
SHORT = "public, max-age=60"
FOREVER = "public, max-age=31536000, immutable"
_NEVER_OTHER = ("assets/", "pictures/")
"""Names that hold a digest of what is there."""
LISTED = ".masthead-export"


def export_to(title: Title, bucket: Bucket) -> Iterator[str]:
    """Write the paper into the bucket; yields each name that was put there anew or taken away. Raises CannotExport.

    Pages come before those that link to nothing, and what is no longer in the paper goes: a kill before anything else.
    """
    try:
        before = _known(bucket)
        with TemporaryDirectory(prefix="masthead-export-") as name:
            folder = Path(name) / "paper"
            for _ in export.export(title, folder):
                pass
            yield from _carry(bucket, folder, before)
    except BucketError as error:
        raise export.CannotExport(str(error)) from None


def _known(bucket: Bucket) -> dict[str, str]:
    """Name and digest of each file that we put there. Refuses a bucket that holds somebody else's."""
    try:
        lines = bucket.get(LISTED).decode().splitlines()
    except FileNotFoundError:
        if next(bucket.everything(), None) is not None:
            raise export.CannotExport(
                f"{bucket.place.url} holds things that are not an export of ours. Please name an empty bucket, or a prefix of it."
            ) from None
        return {}
    return dict(line.split(" ", 1)[::-1] for line in lines)


def _carry(bucket: Bucket, folder: Path, before: dict[str, str]) -> Iterator[str]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != export.LIST)
    now = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
    gone = [name for name in before if name not in now]
    bucket.remove(gone)
    yield from gone
    # Before the files: should we be broken off, the next export knows what may be there.
    bucket.put(LISTED, _listed(now | {name: "-" for name in now if before.get(name) != now[name]}))
    for name, digest in now.items():
        if before.get(name) != digest:
            bucket.put(name, (folder / name).read_bytes(), **_said(name))
            yield name
    bucket.put(LISTED, _listed(now))


def _listed(files: dict[str, str]) -> bytes:
    return "".join(f"{digest} {name}\n" for name, digest in files.items()).encode()


def _said(name: str) -> dict[str, str]:
    bare = name
    said = {"CacheControl": FOREVER if name.startswith(_NEVER_OTHER) else SHORT}
    for suffix, encoding in ENCODINGS.items():
        if name.endswith(suffix):
            bare, said["ContentEncoding"] = name.removesuffix(suffix), encoding
    kind = _KINDS.get(bare.rpartition(".")[2]) or mimetypes.guess_type(bare)[0] or "application/octet-stream"
    return said | {"ContentType": kind}


_KINDS = {
    "html": "text/html; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "avif": "image/avif",
    "webp": "image/webp",
}
