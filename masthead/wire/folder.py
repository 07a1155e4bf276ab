"""The watched folder: a file that lands in `wire/in/` is news, or lies in quarantine with a reason.

A file counts as landed when it has lain unchanged for a moment (`wire.settle_ms`); one that cannot be read is
given two seconds more, for a sender that paused. It leaves the folder only after all that it says is safely
in the database, so a crash at any moment means at worst that it is read twice, which changes nothing.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from masthead.kit import clock
from masthead.titles.models import Title
from masthead.wire import intake
from masthead.wire.arrivals import health
from masthead.wire.item import Reading
from masthead.wire.models import Source, WireFile
from masthead.wire.readers import read

log = logging.getLogger("masthead.wire")

UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".swp")
PATIENCE = 2.0
"""Seconds that an unreadable file is given to grow."""
MOST_AT_ONCE, FILES_AT_ONCE = 8_000_000, 60
"""Bytes and files that are taken in as one transaction; more would keep editors waiting for the database."""
LONE = 900.0
"""Seconds that a picture waits for copy that names it; after that it is an item of its own on the wire desk."""
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"GIF8", b"II*\x00", b"MM\x00*")
README = """Drop a wire file here (NewsML, NITF, ninjs, RSS, Atom, IPTC 7901, ANPA 1312, mail...): it is read, filed and published by your rules at once.
A picture that it names may lie beside it. A folder of your own below this one makes a source of its own.
What cannot be read goes to the folder “quarantine” beside this one, with a note that says why.
"""


@dataclass(slots=True)
class _Seen:
    stamp: tuple[int, int]
    since: float


@dataclass(frozen=True, slots=True)
class _Landed:
    """A file that is ready to be taken in."""

    path: Path
    delivery: intake.Delivery


def inbox() -> Path:
    return Path(settings.DATA) / "wire" / "in"


def quarantine() -> Path:
    return Path(settings.DATA) / "wire" / "quarantine"


def prepare() -> None:
    """Make the folders, with a word of explanation in the first."""
    inbox().mkdir(parents=True, exist_ok=True)
    quarantine().mkdir(parents=True, exist_ok=True)
    readme = inbox() / "README"
    if not readme.exists():
        readme.write_text(README, "utf-8")


@dataclass(slots=True)
class Watch:
    """One title's folder. `look()` is called again and again; it never blocks for long and never raises."""

    title: Title
    _seen: dict[Path, _Seen] = field(default_factory=dict)

    def look(self) -> int:
        """Take in what has landed since the last look; returns how many files left the folder."""
        files = sorted(_files(inbox()))
        for path in set(self._seen) - set(files):
            del self._seen[path]
        landed: dict[Path, list[_Landed]] = {}
        taken = size = 0
        for path in files:
            try:
                found = self._consider(path)
            except FileNotFoundError:
                continue
            except Exception:
                log.exception("%s could not be taken in; it stays where it is", path.name)
                continue
            if isinstance(found, _Landed):
                landed.setdefault(path.relative_to(inbox()).parent, []).append(found)
                size += len(found.delivery.data)
            taken += found is True
            if size > MOST_AT_ONCE or sum(map(len, landed.values())) >= FILES_AT_ONCE:
                break
        return taken + sum(self._take(together) for together in landed.values())

    def restless(self) -> bool:
        """Whether files lie there that have not settled yet. One that has lain longer is a picture waiting for copy."""
        now = clock.monotonic()
        return any(now - seen.since < PATIENCE * 2 for seen in self._seen.values())

    def _consider(self, path: Path) -> _Landed | bool:
        """What landed; True when the file left the folder unread, False when it has to wait."""
        stat = path.stat()
        stamp, now = (stat.st_size, stat.st_mtime_ns), clock.monotonic()
        seen = self._seen.get(path)
        if seen is None or seen.stamp != stamp:
            # What was written a while ago and moved in whole has rested already; a transfer's last byte is of just now.
            written = max(0.0, clock.now().timestamp() - stat.st_mtime)
            self._seen[path] = seen = _Seen(stamp, now - min(written, _settle()) if seen is None else now)
        rest = now - seen.since
        if rest < _settle():
            return False
        if rest < LONE and _is_picture(path):
            return False
        limit = int(settings.CONFIG.get("wire.max_file_mb")) * 1_000_000
        if stat.st_size > limit:
            put_aside(path, f"The file has {stat.st_size / 1e6:.0f} MB; the limit is {limit / 1e6:.0f} MB (wire.max_file_mb).")
            return True
        data = path.read_bytes()
        reading = _readable(data) if rest < PATIENCE else None
        if rest < PATIENCE and reading is None:
            return False
        return _Landed(path, intake.Delivery(data, path.name, path.parent, reading))

    def _take(self, together: Sequence[_Landed]) -> int:
        """Files of one source that landed together are one transaction; where that fails, each is one of its own."""
        try:
            return self._take_in(together)
        except Exception:
            names = ", ".join(one.path.name for one in together[:5])
            log.exception("%s could not be taken in%s", names, "; it stays where it is" if len(together) == 1 else "")
        return sum(self._take([one]) for one in together) if len(together) > 1 else 0

    def _take_in(self, together: Sequence[_Landed]) -> int:
        source, start = self._source(together[0].path), clock.now()
        receipts = intake.take_all([one.delivery for one in together], source=source)
        new = sum(item.last_arrived_at >= start for r in receipts if not r.again for item in r.items)
        if new:
            health.learn(source, new)
        for one, receipt in zip(together, receipts, strict=True):
            with contextlib.suppress(FileNotFoundError):
                if receipt.file.state == WireFile.State.QUARANTINED:
                    put_aside(one.path, receipt.file.reason)
                elif one.path.read_bytes() == one.delivery.data:
                    one.path.unlink()
                    _tidy(one.path.parent)
        return len(together)

    def _source(self, path: Path) -> Source:
        parts = path.relative_to(inbox()).parts
        if len(parts) == 1:
            return intake.default_source(self.title)
        found, _ = Source.objects.get_or_create(
            title=self.title, slug=parts[0][:80], defaults={"name": parts[0].replace("-", " ").title()[:160]}
        )
        return found


def _settle() -> float:
    """Seconds that a file must lie unchanged."""
    return int(settings.CONFIG.get("wire.settle_ms")) / 1000


def _files(folder: Path) -> list[Path]:
    found = []
    for base, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".")]
        found += [
            Path(base) / n for n in names if not n.startswith(".") and n != "README" and not n.endswith(UNFINISHED)
        ]
    return [path for path in found if path.is_file() and not path.is_symlink()]


def _is_picture(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16).startswith(PICTURES)


def _readable(data: bytes) -> Reading | None:
    """What the file holds, when it can be read whole."""
    try:
        reading = read(data)
    except Exception:
        return None
    return reading if reading.items and not reading.errors else None


def _tidy(folder: Path) -> None:
    """Take away a folder made for one file (arrivals.landing), when it is empty; a source's own folder stays."""
    if len(folder.relative_to(inbox()).parts) > 1:
        with contextlib.suppress(OSError):
            folder.rmdir()


def put_aside(path: Path, reason: str) -> None:
    """Move a file to quarantine, with its reason in a note beside it."""
    quarantine().mkdir(parents=True, exist_ok=True)
    stamp = clock.now().strftime("%Y%m%d-%H%M%S-%f")
    target = quarantine() / f"{stamp}-{path.name}"
    target.with_name(target.name + ".why.txt").write_text(
        f"{path.name} was not published.\n{reason}\nThe file is kept here unchanged. "
        f"When the cause is gone, move it back to {inbox()}.\n",
        "utf-8",
    )
    os.replace(path, target)
    log.warning("%s went to quarantine: %s", path.name, reason)
