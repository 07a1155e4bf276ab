"""`masthead backup`: a copy of everything the paper keeps, made while it runs.

The database first, then the files: files are written once under a name of their own and before the row that names
them, so whatever the copied rows name is there. The manifest comes last and whole: a backup that was interrupted
leaves pieces that the next one uses, and every older backup as it was. Pieces that lie there already are looked at in
turn (or all of them, when asked): a damaged one is written anew from what is here.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from masthead.kit import clock
from masthead.kit.buckets import Bucket, BucketError
from masthead.ops.keeping import CannotKeep, databases, secrets, shelves
from masthead.ops.keeping.objects import Kept, Objects
from masthead.ops.keeping.objects import place as piece
from masthead.ops.keeping.shelves import Shelf

FORM = 1
"""Of the manifest. A newer form is refused with a sentence."""
SNAPSHOTS = "snapshots"
TAKING = ".taking-"
LEFT_OUT = ("press", "static", "mail/beat", ".restoring", ".before-restore")
"""Below the data folder: what can be made again, and what must not be brought back."""
DATABASE = ("masthead.sqlite3", "masthead.sqlite3-wal", "masthead.sqlite3-shm", "masthead.sqlite3-journal")


ROUNDS = 24
"""So many backups look at every piece once: each reads its share of the pieces that it shares with older ones."""
IN_BUCKET = ("originals", "kept")
"""What lies in the bucket of `storage.url`, written once under a name of its own."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: its name, how many files it holds, bytes in all, bytes that were not there before.

    `mended`: pieces of older backups that were damaged and were written anew; `lost`: older backups with a piece that is
    damaged and is not here any more (only where every piece was looked at).
    """

    name: str
    files: int
    size: int
    added: int
    sealed: bool
    mended: int = 0
    lost: tuple[str, ...] = ()


def make(place: str | Path, *, passphrase: str = "", keep: int = 0, check: bool = False) -> Made:
    """Make a backup of this paper at `place`, a folder or s3://BUCKET/PREFIX.

    With `keep`, only so many of the newest stay. `check`: look at every piece, not only at this hour's share. Raises CannotKeep.
    """
    data, shelf = Path(settings.DATA), shelves.at(place)
    if isinstance(shelf, shelves.Folder) and shelf.root.resolve().is_relative_to(data.resolve()):
        raise CannotKeep(f"{shelf} lies inside the data folder; name one outside, best on another disk. Nothing was done.")
    if not MigrationRecorder(connection).has_table():
        raise CannotKeep("There is no paper in this database yet, so there is nothing to copy. Run “masthead init” first. Nothing was done.")
    try:
        return _make(shelf, data, passphrase, keep, check)
    except (OSError, ValueError, BucketError) as error:
        raise CannotKeep(f"The backup was not made: {str(error).rstrip('.')}. Older backups in {shelf} are untouched.") from None


def _make(shelf: Shelf, data: Path, passphrase: str, keep: int, check: bool) -> Made:
    at = clock.now()
    objects = Objects(shelf, looks=lambda digest: check or _is_due(digest, at))
    sealed = secrets.seal(data, settings.CONFIG.home / secrets.TOML, passphrase) if passphrase else ""
    with _room(shelf, data) as place:
        snapshot = databases.take(place)
        database = objects.keep(snapshot.file)
    kept = {str(path.relative_to(data)): objects.keep(path) for path in _files(data)}
    bucket = _from_bucket(objects)
    manifest = {
        "form": FORM,
        "masthead": version("masthead"),
        "made_at": at.isoformat(),
        "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder.Migration.objects.values_list("app", "name")),
        "database": {"engine": snapshot.engine, "file": snapshot.file.name, "rows": snapshot.rows, **_said(database)},
        "files": {name: _said(one) for name, one in sorted(kept.items())},
        "bucket": {name: _said(one) for name, one in sorted(bucket.items())},
        "settings": _settings(),
        "sealed": sealed,
    }
    name = at.strftime("%Y-%m-%dT%H%M%S.%fZ")
    shelf.write(f"{SNAPSHOTS}/{name}.json", json.dumps(manifest, indent=1).encode())
    if keep:
        forget(shelf, keep)
    everything = [database, *kept.values(), *bucket.values()]
    lost = damaged(shelf) if check else ()
    return Made(
        name, len(kept) + len(bucket), sum(k.size for k in everything), sum(k.added for k in everything), bool(sealed), objects.mended, lost
    )


def _is_due(digest: str, at: datetime) -> bool:
    """Whether a piece is in this backup's share. Hourly, daily and weekly backups all come round to every share."""
    hours = int(at.timestamp()) // 3600
    return int(digest[:8], 16) % ROUNDS == (hours + hours // 24) % ROUNDS


@contextmanager
def _room(shelf: Shelf, data: Path) -> Iterator[Path]:
    """Where the copy of the database lies meanwhile: beside the backups, else in the data folder."""
    root = shelf.root if isinstance(shelf, shelves.Folder) else data
    if isinstance(shelf, shelves.Folder):
        root.mkdir(parents=True, exist_ok=True)
        root.chmod(0o700)
    with tempfile.TemporaryDirectory(prefix=TAKING, dir=root) as place:
        yield Path(place)


def _from_bucket(objects: Objects) -> dict[str, Kept]:
    """Originals and deliveries that lie in the paper's own bucket. What an older backup has is not fetched again."""
    if not settings.STORAGE.url:
        return {}
    bucket, known = Bucket(settings.STORAGE), _known(objects.shelf)
    kept = {}
    for below in IN_BUCKET:
        for name, size in bucket.everything(f"{below}/"):
            old = known.get(name)
            if old and old["size"] == size and all(objects.shelf.has(piece(digest)) for digest in old["pieces"]):
                kept[name] = Kept(old["sha256"], size, old["mode"], tuple(old["pieces"]))
            else:
                kept[name] = objects.keep_bytes(bucket.get(name), 0o640)
    return kept


def _known(shelf: Shelf) -> dict[str, Any]:
    try:
        found: dict[str, Any] = read(shelf).get("bucket", {})
    except CannotKeep:
        return {}
    return found


def _said(kept: Kept) -> dict[str, Any]:
    said = asdict(kept)
    del said["added"]
    return said


def _settings() -> str:
    path = settings.CONFIG.home / secrets.TOML
    return secrets.without_secrets(path.read_text("utf-8")) if path.is_file() else ""


def _files(data: Path) -> Iterator[Path]:
    """Every file of the data folder that belongs into a backup."""
    for path in sorted(data.rglob("*")):
        name = path.relative_to(data)
        out = any(name.is_relative_to(part) for part in LEFT_OUT) or str(name) in (*DATABASE, *secrets.SECRET_FILES)
        out = out or name.parts[0].startswith(TAKING)
        if not out and path.is_file() and not path.is_symlink() and not path.name.startswith(".part-") and path.suffix != ".lock":
            yield path


def snapshots(place: str | Path | Shelf) -> list[str]:
    """The names of the backups there, oldest first."""
    return [name.rpartition("/")[2].removesuffix(".json") for name in _on(place).names(SNAPSHOTS) if name.endswith(".json")]


def _on(place: str | Path | Shelf) -> Shelf:
    return shelves.at(place) if isinstance(place, (str, Path)) else place


def read(place: str | Path | Shelf, name: str = "") -> dict[str, Any]:
    """The manifest called `name`, or the newest. Raises CannotKeep."""
    shelf = _on(place)
    try:
        found = [one for one in snapshots(shelf) if not name or one == name]
        if not found:
            raise CannotKeep(f"There is no backup {name} in {shelf}.".replace("  ", " ") + " Nothing was changed.")
        manifest: dict[str, Any] = json.loads(shelf.read(f"{SNAPSHOTS}/{found[-1]}.json"))
    except (OSError, ValueError) as error:
        raise CannotKeep(f"The backup {name or 'that is the newest'} in {shelf} cannot be read ({error}). Nothing was changed; name an older one.") from None
    if manifest.get("form") != FORM:
        raise CannotKeep(f"{found[-1]} was made by a newer Masthead; install that version first. Nothing was changed.")
    return {**manifest, "name": found[-1]}


def _pieces(manifest: dict[str, Any]) -> set[str]:
    files_ = (manifest["database"], *manifest["files"].values(), *manifest.get("bucket", {}).values())
    return {digest for one in files_ for digest in one["pieces"]}


def forget(place: str | Path | Shelf, keep: int) -> None:
    """Let go of all but the newest `keep` backups, and of pieces that none of them names."""
    shelf = _on(place)
    shelf.remove([f"{SNAPSHOTS}/{name}.json" for name in snapshots(shelf)[:-keep]])
    named: set[str] = set()
    for name in snapshots(shelf):
        named |= _pieces(json.loads(shelf.read(f"{SNAPSHOTS}/{name}.json")))
    Objects(shelf).forget_all_but(named)


def damaged(place: str | Path | Shelf) -> tuple[str, ...]:
    """The names of backups that could not be restored whole: every piece is read."""
    shelf = _on(place)
    objects, sound = Objects(shelf), {}
    ill = []
    for name in snapshots(shelf):
        for digest in _pieces(read(shelf, name)):
            if digest not in sound:
                sound[digest] = objects.is_sound(digest)
        if not all(sound[digest] for digest in _pieces(read(shelf, name))):
            ill.append(name)
    return tuple(ill)
