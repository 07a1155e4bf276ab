"""`masthead restore`: the paper as a backup has it, on this machine.

Everything is proven and made ready beside before anything of the old is touched; see `swap` for the last step. On
PostgreSQL the database comes in one transaction, with the row by which an interrupted restore is finished.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from masthead.kit import clock, files
from masthead.kit.buckets import Bucket, BucketError
from masthead.kit.secrets import WrongPassphrase
from masthead.ops.keeping import CannotKeep, backup, databases, occupied, secrets, shelves, swap
from masthead.ops.keeping.objects import Kept, Objects

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the backup's name, files, rows, and sentences that the keyholder must read."""

    name: str
    files: int
    rows: int
    notes: tuple[str, ...]


def restore(place: str | Path, *, name: str = "", passphrase: str = "", replace: bool = False) -> Restored:
    """Bring this paper to what the backup `name` (or the newest) at `place` holds. Raises CannotKeep."""
    data, shelf = Path(settings.DATA), shelves.at(place)
    manifest = backup.read(shelf, name)
    _refuse(manifest, data, replace)
    try:
        opened = secrets.unseal(manifest["sealed"], passphrase) if passphrase and manifest["sealed"] else {}
    except WrongPassphrase as error:
        raise CannotKeep(f"{error} Nothing was changed.") from None
    try:
        return _restore(Objects(shelf), manifest, data, opened)
    except (OSError, BucketError) as error:
        if swap.pending(data):
            raise CannotKeep(f"The restore was interrupted ({error}); any masthead command finishes it.") from None
        raise CannotKeep(f"The restore was not made: {error}. The paper is as it was.") from None


def _refuse(manifest: dict[str, Any], data: Path, replace: bool) -> None:
    theirs = manifest["database"]["engine"]
    if theirs != databases.engine():
        raise CannotKeep(
            f"The backup holds a {theirs} database, and masthead.toml names {databases.engine()}. Set database.url to fit; "
            "“masthead migrate-storage” changes the engine afterwards. Nothing was changed."
        )
    if occupied.is_served(data):
        raise CannotKeep("The paper is running. Stop it first, then restore. Nothing was changed.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(m for m in set(manifest["migrations"]) - known if not _is_old(m)):
        raise CannotKeep(
            f"The backup was made by Masthead {manifest['masthead']}, which is newer than this one (it knows {newer[0]}). "
            "Install that version, then restore. Nothing was changed."
        )
    if not replace and not databases.is_empty():
        raise CannotKeep("There is a paper here already. With --replace the backup takes its place. Nothing was changed.")


def _is_old(migration: str) -> bool:
    """Whether a migration belongs to an app that is not installed (any more): it holds nothing up."""
    from django.apps import apps

    return not any(app.label == migration.partition(".")[0] for app in apps.get_app_configs())


def _restore(objects: Objects, manifest: dict[str, Any], data: Path, opened: dict[str, str]) -> Restored:
    new, word, at = swap.stage(data), str(uuid.uuid4()), clock.now().isoformat()
    for file, said in manifest["files"].items():
        objects.write(_kept(said), new / file)
    _put_secrets(new, data, opened)
    _into_bucket(objects, manifest.get("bucket", {}), new)
    reason = f"restored from the backup {manifest['name']}"
    database = manifest["database"]
    _room_for(database["size"], data)
    if database["engine"] == databases.SQLITE:
        target = new / "masthead.sqlite3"
        objects.write(_kept(database), target)
        databases.check_sqlite(target, database["rows"])
        databases.begin_anew_in_sqlite(target, word, at, reason)
        connection.close()
        swap.say_ready(data, word)
    else:
        dump = data / swap.STAGE / database["file"]
        objects.write(_kept(database), dump)
        databases.into_postgresql(dump, word, at, reason)
        swap.say_ready(data, word)
    swap.finish(data)
    return Restored(manifest["name"], len(manifest["files"]) + len(manifest.get("bucket", {})), sum(database["rows"].values()), _notes(manifest, opened))


def _kept(said: dict[str, Any]) -> Kept:
    return Kept(said["sha256"], said["size"], said["mode"], tuple(said["pieces"]))


def _into_bucket(objects: Objects, things: dict[str, Any], new: Path) -> None:
    """Originals and deliveries into the paper's bucket; where it has none (any more), into the data folder.

    Nothing in a bucket is overwritten: each thing has a name of its own, and a paper that goes on after a failed restore
    finds more there than it asks for.
    """
    if not things:
        return
    if not settings.STORAGE.url:
        for name, said in things.items():
            below, _, rest = name.partition("/")
            objects.write(_kept(said), new / ("originals" if below == "originals" else "wire/kept") / rest)
        return
    bucket = Bucket(settings.STORAGE)
    there = {name: size for below in backup.IN_BUCKET for name, size in bucket.everything(f"{below}/")}
    for name, said in things.items():
        if there.get(name) != said["size"]:
            bucket.put(name, b"".join(objects.read(digest) for digest in said["pieces"]))


def _room_for(size: int, data: Path) -> None:
    free = shutil.disk_usage(data).free
    if free < size * 1.1:
        raise CannotKeep(f"The disk has {free // 1_000_000} MB free and the database needs {size // 1_000_000} MB. Make room; nothing was changed.")


def _put_secrets(new: Path, data: Path, opened: dict[str, str]) -> None:
    """The secrets of the backup where they were sealed and opened, else those that are here."""
    for name in secrets.SECRET_FILES:
        if name in opened:
            files.write_whole(new / name, opened[name].encode(), mode=0o600)
        elif (data / name).is_file() and (name == "secret_key" or not opened):
            shutil.copy2(data / name, new / name)


def _notes(manifest: dict[str, Any], opened: dict[str, str]) -> tuple[str, ...]:
    notes = []
    if not opened:
        notes.append(
            "The secret key was not in the backup, or no passphrase was given: passwords of sources are to be typed again, "
            "and staff with an authenticator app set it up again."
        )
    text = opened.get(secrets.TOML) or manifest["settings"]
    toml = settings.CONFIG.home / secrets.TOML
    if text and not toml.exists():
        files.write_whole(toml, text.encode(), mode=0o600)
        notes.append(f"The settings were written to {toml}; read them before you start.")
    elif text and toml.read_text("utf-8") != text:
        beside = toml.with_name(f"{secrets.TOML}.from-backup")
        files.write_whole(beside, text.encode(), mode=0o600)
        notes.append(f"{toml} was left as it is; the backup's settings are in {beside}.")
    return tuple(notes)
