"""`masthead wire parse`: what a file holds, and what a reader would see of it. For desks and for dry runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from masthead.kit.xml import MAX_BYTES
from masthead.wire.contract import reading_dict
from masthead.wire.item import Reading, UnreadableWire
from masthead.wire.profiles import Profile
from masthead.wire.readers import read


def parse_files(paths: Iterable[Path | str], raw: bool, *, profile: Profile | None = None) -> Iterator[dict[str, Any]]:
    """One contract dict a file, in order. A file that cannot be read has `errors` and no items; nothing raises.

    Args:
        raw: fields as the source has them; else as a reader meets them after repair.
    """
    for path in paths:
        yield reading_dict(str(path), read_file(Path(path), raw=raw, profile=profile), raw=raw)


def read_file(path: Path, *, raw: bool, profile: Profile | None = None) -> Reading:
    """The reading of one file, repaired unless `raw`. What stops it becomes a sentence in `errors`."""
    try:
        reading = read(_bytes_of(path), profile=profile)
    except OSError as fault:
        return Reading("unknown", errors=(f"The file could not be opened: {fault.strerror}.",))
    except UnreadableWire as refusal:
        return Reading("unknown", errors=(str(refusal),))
    return reading if raw else _repaired(reading, profile)


def _bytes_of(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableWire(f"The file is larger than {MAX_BYTES // 2**20} MB; it was not read.")
    return path.read_bytes()


def _repaired(reading: Reading, profile: Profile | None) -> Reading:
    from masthead.wire.repair import repair  # only here: --raw starts faster without the rules

    return Reading(reading.format, tuple(repair(i, profile=profile) for i in reading.items), reading.errors)
