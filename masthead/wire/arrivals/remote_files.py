"""New files in a folder on another computer (SFTP, FTP, FTPS), taken once each.

A file is new when its name, size or time is not the one we know; it has settled when two listings a moment apart
agree. One that cannot be had is tried again at the next looks and never stops the others.
"""

from __future__ import annotations

import fnmatch
import logging
import time
from contextlib import AbstractContextManager
from datetime import timedelta

from django.conf import settings

from masthead.kit import clock, fetch, reach, remote
from masthead.wire import credentials
from masthead.wire.arrivals import landing
from masthead.wire.arrivals.looked import Looked, counted
from masthead.wire.folder import UNFINISHED
from masthead.wire.models import Source, TakenFile

log = logging.getLogger("masthead.wire")

MOST = 100
"""Files taken at one look; the rest follows at once at the next."""
SETTLE = 1.5
"""Seconds between the two listings."""
LONGEST_PAUSE = timedelta(hours=6)
"""A file that cannot be had is tried again and again, after a pause that doubles from a minute up to this."""
FORGOTTEN = timedelta(days=30)
"""A name that is not listed any more is forgotten after this."""


def ask(source: Source, allows: fetch.Judge) -> Looked:
    """Sign in, take what is new. Raises NotReached; the source's marks are changed, not saved."""
    with _open(source, allows) as folder:
        source.host_key = source.host_key or folder.host_key
        listed = [file for file in folder.listing() if _wanted(source, file.name)]
        known = {row.name: row for row in source.taken_files.all()}
        fresh = [file for file in listed if _is_new(file, known.get(file.name))]
        if not source.cursor.get("begun"):
            source.cursor = {**source.cursor, "begun": clock.now().isoformat()}
            if not source.take_old:
                _remember(source, fresh)
                return Looked(f"Signed in. {_left(len(fresh))}New files will be taken.{_pinned(source)}", True)
        _forget(source, {file.name for file in listed})
        if not fresh:
            return Looked("Nothing new since the last look.", True)
        time.sleep(SETTLE)
        still = set(folder.listing())
        settled = sorted((file for file in fresh if file in still), key=lambda file: (file.changed, file.name))
        return _fetch(source, folder, settled[:MOST], more=len(settled) > MOST)


def _open(source: Source, allows: fetch.Judge) -> AbstractContextManager[remote.Folder]:
    secret = credentials.secret(source)
    if source.kind == Source.Kind.SFTP:
        return remote.sftp(
            host=source.host,
            port=source.port or 22,
            username=source.username,
            secret=secret,
            folder=source.place,
            host_key=source.host_key,
            allows=allows,
        )
    return remote.ftp(
        host=source.host,
        port=source.port or 21,
        username=source.username,
        secret=secret,
        folder=source.place,
        encrypted=source.security != Source.Security.NONE,
        allows=allows,
    )


def _wanted(source: Source, name: str) -> bool:
    if name.lower().endswith(UNFINISHED):
        return False
    patterns = source.pattern.split()
    return not patterns or any(fnmatch.fnmatch(name.lower(), pattern.lower()) for pattern in patterns)


def _is_new(file: remote.RemoteFile, known: TakenFile | None) -> bool:
    if known is None or (known.size, known.changed) != (file.size, file.changed[:40]):
        return True
    return known.tries > 0 and clock.now() - known.at >= min(timedelta(minutes=2 ** min(known.tries, 12)), LONGEST_PAUSE)


def _fetch(source: Source, folder: remote.Folder, files: list[remote.RemoteFile], *, more: bool) -> Looked:
    """Take them one by one. When none of several can be had, the reason is the look's."""
    largest = int(settings.CONFIG.get("wire.max_file_mb")) * 1_000_000
    taken, in_a_row, refused = 0, 0, []
    for file in files:
        try:
            if file.size > largest:
                raise reach.NotReached(f"{file.name} has {file.size // 1_000_000} MB; wire.max_file_mb is the limit.")
            data = folder.fetch(file, largest)
        except reach.NotReached as error:
            refused.append(f"{file.name} was not taken: {error}")
            log.warning("%s: %s", source, credentials.hidden(source, refused[-1]))
            _remember(source, [file], failed=True)
            in_a_row += 1
            if in_a_row >= 3:
                break  # rather the connection than the files
            continue
        landing.put(source, file.name, data)
        _remember(source, [file])
        taken, in_a_row = taken + 1, 0
        if source.take_away:
            refused += _deleted(folder, file)
    words = f"{counted(taken, 'new file')} came.{_pinned(source)}" if taken else "No new file could be taken."
    return Looked(" ".join([words, *refused[:3]]), taken > 0 or not files, taken, again=more)


def _deleted(folder: remote.Folder, file: remote.RemoteFile) -> list[str]:
    try:
        folder.delete(file)
    except reach.NotReached as error:
        return [f"{file.name} was taken but could not be deleted there: {error}"]
    return []


def _remember(source: Source, files: list[remote.RemoteFile], *, failed: bool = False) -> None:
    tries = {row.name: row.tries + 1 for row in source.taken_files.filter(tries__gt=0)} if failed else {}
    rows = [
        TakenFile(
            source=source,
            name=file.name,
            size=file.size,
            changed=file.changed[:40],
            tries=tries.get(file.name, 1) if failed else 0,
        )
        for file in files
    ]
    changing = ["size", "changed", "tries", "at"]
    TakenFile.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["source", "name"], update_fields=changing
    )


def _forget(source: Source, listed: set[str]) -> None:
    old = source.taken_files.filter(at__lt=clock.now() - FORGOTTEN)
    gone = [row.pk for row in old if row.name not in listed]
    TakenFile.objects.filter(pk__in=gone).delete()


def _left(number: int) -> str:
    return f"{counted(number, 'file')} that lay there already {'was' if number == 1 else 'were'} left. " if number else ""


def _pinned(source: Source) -> str:
    return f" Its key is pinned: {source.host_key}" if source.host_key and not source.last_ok_at else ""
