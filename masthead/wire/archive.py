"""Every delivery's bytes, kept under their digest, compressed, never changed; in the bucket, too, where there is one.

The bucket is where another machine finds them when it takes over the background work.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from masthead.kit import files
from masthead.kit.buckets import Bucket, Place

LEVEL = 4
"""A third of the time of gzip's usual 6, for about a tenth more bytes."""


def folder() -> Path:
    return Path(settings.DATA) / "wire" / "kept"


def digest(data: bytes) -> str:
    """SHA-256 of the bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _place(sha256: str) -> Path:
    return folder() / sha256[:2] / f"{sha256}.gz"


def keep(data: bytes) -> str:
    """Put the bytes away, safely on disk when this returns; the answer is their digest."""
    sha256 = digest(data)
    place = _place(sha256)
    if not place.exists():
        packed = gzip.compress(data, LEVEL, mtime=0)
        if settings.STORAGE.url:
            bucket(settings.STORAGE).put(name(sha256), packed, ContentType="application/gzip")
        files.write_whole(place, packed, mode=0o640)
    return sha256


def fetch(sha256: str) -> bytes:
    """The bytes of a delivery, as they came. Raises FileNotFoundError."""
    try:
        packed = _place(sha256).read_bytes()
    except FileNotFoundError:
        if not settings.STORAGE.url:
            raise
        packed = bucket(settings.STORAGE).get(name(sha256))
        files.write_whole(_place(sha256), packed, mode=0o640)
    return gzip.decompress(packed)


def name(sha256: str) -> str:
    """A delivery's name in the bucket."""
    return f"kept/{sha256[:2]}/{sha256}.gz"


@lru_cache(maxsize=4)
def bucket(place: Place) -> Bucket:
    """The bucket at `place`, opened once. Raises kit.buckets.BucketError."""
    return Bucket(place)
