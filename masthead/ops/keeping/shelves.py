"""Where backups lie: a folder, best on another disk, or a bucket. Names have slashes, on both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from django.conf import settings

from masthead.kit import files
from masthead.kit.buckets import Bucket, BucketError
from masthead.ops.keeping import CannotKeep


class Shelf(Protocol):
    """A place that takes whole things under a name. Whatever goes wrong is an OSError."""

    def has(self, name: str) -> bool: ...

    def read(self, name: str) -> bytes: ...

    def write(self, name: str, data: bytes) -> None: ...

    def names(self, below: str) -> Iterator[str]: ...

    def remove(self, names: Sequence[str]) -> None: ...


class Folder:
    """A folder of this machine, or one that is mounted here."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

    def has(self, name: str) -> bool:
        return (self.root / name).exists()

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        fresh = not self.root.exists()
        files.write_whole(self.root / name, data, mode=0o600)
        if fresh:
            self.root.chmod(0o700)

    def names(self, below: str) -> Iterator[str]:
        """What lies below a folder, in order; files that are half written are not named."""
        found = (path for path in (self.root / below).rglob("*") if path.is_file() and not path.name.startswith("."))
        yield from sorted(path.relative_to(self.root).as_posix() for path in found)

    def remove(self, names: Sequence[str]) -> None:
        for name in names:
            (self.root / name).unlink(missing_ok=True)


class InBucket:
    """A bucket, or what lies below a prefix of it. What is there is listed once, and not asked for piece by piece."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._there: set[str] | None = None

    def __str__(self) -> str:
        return self._bucket.place.url

    def has(self, name: str) -> bool:
        if self._there is None:
            self._there = set(self.names(""))
        return name in self._there

    def read(self, name: str) -> bytes:
        try:
            return self._bucket.get(name)
        except BucketError as error:
            raise OSError(str(error)) from None

    def write(self, name: str, data: bytes) -> None:
        try:
            self._bucket.put(name, data)
        except BucketError as error:
            raise OSError(str(error)) from None
        if self._there is not None:
            self._there.add(name)

    def names(self, below: str) -> Iterator[str]:
        try:
            yield from sorted(name for name, _ in self._bucket.everything(f"{below}/" if below else ""))
        except BucketError as error:
            raise OSError(str(error)) from None

    def remove(self, names: Sequence[str]) -> None:
        try:
            self._bucket.remove(names)
        except BucketError as error:
            raise OSError(str(error)) from None
        self._there = None


def at(place: str | Path) -> Shelf:
    """The shelf at a path, or at `s3://BUCKET/PREFIX` with the key and the endpoint of `storage`. Raises CannotKeep."""
    if not str(place).startswith("s3://"):
        if re.match(r"[a-z][a-z0-9+.-]*://", str(place)):
            raise CannotKeep(f"{place} is no place for backups: name a folder, or a bucket as s3://BUCKET/PREFIX.")
        return Folder(Path(place))
    try:
        return InBucket(Bucket(replace(settings.STORAGE, url=str(place))))
    except BucketError as error:
        raise CannotKeep(str(error)) from None
