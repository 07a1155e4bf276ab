"""A database brought back from a backup must not send again what it had sent after the backup was made.

Before letters leave, a number goes up in the database and then in a file beside it (`data/mail/beat`). A database
whose number is lower than the file's is older than what was sent; a file that is not the very one we wrote came with
a copy of the folder. In both cases everything that waits is held for a person to decide, and a new epoch begins:
editions that were due before it are not planned any more.

A machine set back as a whole (a snapshot of its disk) takes the file with it and cannot be told: there only the late
limit of each letter helps. docs/follow.md says so.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from masthead.kit import clock
from masthead.mailroom import parcels, setting
from masthead.mailroom.models import Epoch, Outgoing, Parcel

log = logging.getLogger("masthead.mail")

RESTORED = "The database, or the whole folder, was brought back from a copy: this may have been sent already."


def file() -> Path:
    return setting.folder() / "beat"


def row() -> Epoch:
    """The one row; made at first use."""
    found, _ = Epoch.objects.get_or_create(pk=1, defaults={"began_at": datetime(2000, 1, 1, tzinfo=UTC)})
    return found


def began_at() -> datetime:
    """Since when letters are planned: what was due before belongs to a time we know too little of."""
    return row().began_at


def check() -> bool:
    """Whether the database is the one that sent last. If not, hold what waits and begin a new epoch."""
    written = _read()
    if written is None:
        return True
    known = row().beat
    if known >= written["beat"] and written["own"]:
        return True
    begin_anew(at_least=written["beat"])
    return False


@transaction.atomic
def begin_anew(at_least: int = 0) -> int:
    """Hold everything that waits and begin a new epoch; returns how many letters are held. Restoring calls it too."""
    this = row()
    held = Outgoing.objects.filter(state="queued").update(state="held", said=RESTORED, done_at=clock.now())
    Outgoing.objects.filter(state="handed over").update(state="unsure", said=RESTORED, done_at=clock.now())
    pushes = Parcel.objects.filter(state="queued", way__in=parcels.held_after_restore())
    pushes.update(state="held", said=RESTORED, done_at=clock.now())
    this.beat, this.began_at = max(this.beat, at_least) + 1, clock.now()
    this.save()
    transaction.on_commit(lambda: _write(this.beat))
    log.warning("%s %d letters are held; see Mailroom in the newsroom.", RESTORED, held)
    return held


def beat() -> None:
    """Say, in the database first and then in the file, that letters are about to leave."""
    with transaction.atomic():
        this = row()
        this.beat += 1
        this.save(update_fields=["beat"])
    _write(this.beat)


def _write(number: int) -> None:
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".beat-{number}")
    with fresh.open("w") as handle:
        # A copy of the file gets another number from the file system, and is known by that.
        json.dump({"beat": number, "file": fresh.stat().st_ino}, handle)
    fresh.replace(path)


def _read() -> dict[str, int] | None:
    path = file()
    try:
        said = json.loads(path.read_text())
        return {"beat": int(said["beat"]), "own": int(int(said["file"]) == path.stat().st_ino)}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return {"beat": 0, "own": 0}
