"""`masthead backup`: a copy of everything the paper keeps, made while it runs.

The database first, then the files: files are written once under a name of their own and before the row that names
them, so whatever the copied rows name is there. The manifest comes last and whole: a backup that was interrupted
leaves pieces that the next one uses, and every older backup as it was.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder

from masthead.kit import clock, files
from masthead.ops.keeping import CannotKeep, databases, secrets
from masthead.ops.keeping.objects import Kept, Objects

FORM = 1
"""Of the manifest. A newer form is refused with a sentence."""
LEFT_OUT = ("press", "static", "mail/beat", ".restoring", ".before-restore")
"""Below the data folder: what can be made again, and what must not be brought back."""
DATABASE = ("masthead.sqlite3", "masthead.sqlite3-wal", "masthead.sqlite3-shm", "masthead.sqlite3-journal")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: its name, how many files it holds, bytes in all, bytes that were not there before."""

    name: str
    files: int
    size: int
    added: int
    sealed: bool


def make(folder: Path, *, passphrase: str = "", keep: int = 0) -> Made:
    """Make a backup of this paper in `folder`. With `keep`, only so many of the newest stay. Raises CannotKeep."""
    data = Path(settings.DATA)
    if folder.resolve().is_relative_to(data.resolve()):
        raise CannotKeep(f"{folder} lies inside the data folder; name one outside, best on another disk. Nothing was done.")
    try:
        return _make(folder, data, passphrase, keep)
    except (OSError, ValueError) as error:
        raise CannotKeep(f"The backup was not made: {error}. Older backups in {folder} are untouched.") from None


def _make(folder: Path, data: Path, passphrase: str, keep: int) -> Made:
    objects = Objects(folder / "objects")
    (folder / "snapshots").mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    sealed = secrets.seal(data, settings.CONFIG.home / secrets.TOML, passphrase) if passphrase else ""
    at = clock.now()
    with tempfile.TemporaryDirectory(prefix=".taking-", dir=folder) as place:
        snapshot = databases.take(Path(place))
        database = objects.keep(snapshot.file)
    kept = {str(path.relative_to(data)): objects.keep(path) for path in _files(data)}
    manifest = {
        "form": FORM,
        "masthead": version("masthead"),
        "made_at": at.isoformat(),
        "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder.Migration.objects.values_list("app", "name")),
        "database": {"engine": snapshot.engine, "file": snapshot.file.name, "rows": snapshot.rows, **_said(database)},
        "files": {name: _said(one) for name, one in sorted(kept.items())},
        "settings": _settings(),
        "sealed": sealed,
    }
    name = at.strftime("%Y-%m-%dT%H%M%S.%fZ")
    files.write_whole(folder / "snapshots" / f"{name}.json", json.dumps(manifest, indent=1).encode(), mode=0o600)
    if keep:
        forget(folder, keep)
    everything = [database, *kept.values()]
    return Made(name, len(kept), sum(k.size for k in everything), sum(k.added for k in everything), bool(sealed))


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
        if not out and path.is_file() and not path.is_symlink() and not path.name.startswith(".part-") and path.suffix != ".lock":
            yield path


def snapshots(folder: Path) -> list[Path]:
    """The manifests in a backup folder, oldest first."""
    return sorted((folder / "snapshots").glob("*.json"))


def read(folder: Path, name: str = "") -> dict[str, Any]:
    """The manifest called `name`, or the newest. Raises CannotKeep."""
    found = [path for path in snapshots(folder) if not name or path.stem == name]
    if not found:
        raise CannotKeep(f"There is no backup {name} in {folder}.".replace("  ", " ") + " Nothing was changed.")
    try:
        manifest: dict[str, Any] = json.loads(found[-1].read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CannotKeep(f"{found[-1]} cannot be read ({error}). Nothing was changed; name an older one.") from None
    if manifest.get("form") != FORM:
        raise CannotKeep(f"{found[-1].name} was made by a newer Masthead; install that version first. Nothing was changed.")
    return {**manifest, "name": found[-1].stem}


def forget(folder: Path, keep: int) -> None:
    """Let go of all but the newest `keep` backups, and of pieces that none of them names."""
    for path in snapshots(folder)[:-keep]:
        path.unlink()
    named: set[str] = set()
    for path in snapshots(folder):
        manifest = json.loads(path.read_text("utf-8"))
        for one in (manifest["database"], *manifest["files"].values()):
            named.update(one["pieces"])
    Objects(folder / "objects").forget_all_but(named)
