"""Look the paper over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from masthead.mailroom import setting
from masthead.mailroom.models import Outgoing
from masthead.press.models import Purge
from masthead.stories.models import Delivery, Story
from masthead.titles.models import Title
from masthead.wire import folder
from masthead.wire.models import WireFile

LEAST_FREE = 500_000_000
"""Bytes that should be free on the disk."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it is, whether it is well, what to do when it is not."""

    what: str
    well: bool
    remedy: str = ""


def examine() -> list[Finding]:
    """All findings; the later ones need a database and are left out without one."""
    found = [_data(), _secret(), _disk()]
    database = _database()
    found.append(database)
    return found + list(_paper()) if database.well else found


def _data() -> Finding:
    well = os.access(settings.DATA, os.W_OK)
    return Finding(
        f"The data folder {settings.DATA} can be written.",
        well,
        "Give the account that runs Masthead the right to write there.",
    )


def _secret() -> Finding:
    path = settings.DATA / "secret_key"
    well = path.exists() and (path.stat().st_mode & 0o077) == 0
    return Finding("The secret key can be read by its owner only.", well, f"Run: chmod 600 {path}")


def _disk() -> Finding:
    free = shutil.disk_usage(settings.DATA).free
    return Finding(
        f"There are {free / 1e9:.1f} GB free on the disk.", free > LEAST_FREE, "Make room: pages and pictures need it."
    )


def _database() -> Finding:
    try:
        executor = MigrationExecutor(connections["default"])
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception as error:
        return Finding("The database answers.", False, f"It says: {error}. Check database.url in masthead.toml.")
    return Finding("The database is in this version's shape.", not pending, "Run “masthead init”; it keeps everything.")


def _paper() -> Iterator[Finding]:
    title = Title.objects.order_by("pk").first()
    yield Finding(f"The paper is {title}." if title else "There is a paper.", title is not None, "Run “masthead init”.")
    public = Story.objects.readable().count()
    yield Finding(
        f"{public} stories are public.", public > 0, "Publish a story, or fill in the demo with “masthead demo”."
    )
    waiting = Delivery.objects.filter(state="failed").count()
    yield Finding(
        f"{waiting} diary entries could not be worked off.",
        waiting == 0,
        "See the log; then restart with “masthead run”.",
    )
    untold = Purge.objects.filter(done_at=None, tries__gte=3).count()
    yield Finding(
        f"{untold} changed pages could not be told to the network in front.",
        untold == 0,
        "Look at cdn.kind, cdn.zone and cdn.token; it is tried again by itself.",
    )
    yield from _mail()
    aside = WireFile.objects.filter(state=WireFile.State.QUARANTINED).count()
    yield Finding(f"{aside} wire files are in quarantine.", aside == 0, f"Read the notes in {folder.quarantine()}.")
    yield Finding(f"The wire folder {folder.inbox()} is there.", folder.inbox().is_dir(), "Run “masthead init”.")


def _mail() -> Iterator[Finding]:
    try:
        setting.check()
        wrong = ""
    except setting.CannotMail as error:
        wrong = str(error)
    yield Finding("The settings of mail can be used.", not wrong, wrong)
    sends = bool(setting.said("host") or setting.said("service"))
    yield Finding(
        "Letters to readers are sent." if sends else f"No mail server is set: letters lie in {setting.folder()}.",
        sends,
        "Set mail.host, mail.user and mail.password (or mail.service) in masthead.toml.",
    )
    unseen = Outgoing.objects.filter(state__in=("unsure", "held"), seen=False).count()
    yield Finding(
        f"{unseen} letters are held, or nobody knows whether they went out.", unseen == 0, "Look at Mailroom in the newsroom."
    )
