"""Look the paper over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from masthead.kit import clock
from masthead.mailroom import setting
from masthead.mailroom.models import Outgoing
from masthead.ops import world
from masthead.ops.finding import Finding
from masthead.press import contract, platemaker
from masthead.press.models import Purge
from masthead.stories import index
from masthead.stories.models import Delivery, Story
from masthead.titles.models import Title
from masthead.wire import folder
from masthead.wire.arrivals import health
from masthead.wire.models import Source, WireFile, WireItem

SLOW = 0.3
"""Seconds that a question to the database may take."""
LEAST_FREE = 500_000_000
"""Bytes that should be free on the disk."""


def examine(outside: bool = False) -> list[Finding]:
    """All findings; the later ones need a database and are left out without one. `outside`: those that ask the network."""
    found = [_data(), _secret(), _disk()]
    database = _database()
    found.append(database)
    if not database.well:
        return found
    return [*found, *_paper(), *_sources(), *_pace(), *(world.look_outside() if outside else ())]


def _data() -> Finding:
    well = os.access(settings.DATA, os.W_OK)
    return Finding(
        f"The data folder {settings.DATA} {'can' if well else 'cannot'} be written.",
        well,
        "Give the account that runs Masthead the right to write there.",
    )


def _secret() -> Finding:
    path = settings.DATA / "secret_key"
    well = path.exists() and (path.stat().st_mode & 0o077) == 0
    said = "can be read by its owner only" if well else "can be read by others on this machine" if path.exists() else "is not there"
    return Finding(f"The secret key {said}.", well, f"Run: chmod 600 {path}" if path.exists() else "Run “masthead init”.")


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
        return Finding("The database does not answer.", False, f"It says: {error}. Check database.url in masthead.toml.")
    shape = "is in this version's shape" if not pending else f"is of an older version: {len(pending)} changes of its shape are due"
    return Finding(f"The database {shape}.", not pending, "Run “masthead init”; it keeps everything.")


def _paper() -> Iterator[Finding]:
    title = Title.objects.order_by("pk").first()
    yield Finding(f"The paper is {title}." if title else "There is no paper yet.", title is not None, "Run “masthead init”.")
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
    yield from _plates()
    yield from _mail()
    aside = WireFile.objects.filter(state=WireFile.State.QUARANTINED).count()
    yield Finding(f"{aside} wire files are in quarantine.", aside == 0, f"Read the notes in {folder.quarantine()}.")
    there = folder.inbox().is_dir()
    yield Finding(f"The wire folder {folder.inbox()} is {'' if there else 'not '}there.", there, "Run “masthead init”.")


def _plates() -> Iterator[Finding]:
    own = platemaker.own_folder()
    if own is None:
        return
    wrong = contract.problems(own, platemaker.with_own(own))
    yield Finding(f"Your own plates in {own} can be used.", not wrong, " ".join(wrong))


def _sources() -> Iterator[Finding]:
    """Sources that fail or have gone strangely quiet."""
    asked = list(Source.objects.filter(active=True))
    ill = [(source, said) for source in asked for said, well in [health.health(source)] if not well]
    if not ill:
        yield Finding(f"{len(asked)} sources are well.", True)
    for source, said in ill:
        yield Finding(f"The source {source.name}: {said}.", False, "Look at Sources in the newsroom; perhaps ask the agency.")


def _pace() -> Iterator[Finding]:
    """How long the questions take that every page and every screen asks."""
    title = Title.objects.order_by("pk").first()
    if title is None:
        return
    questions: dict[str, Callable[[], object]] = {
        "the newest stories": lambda: list(Story.objects.readable().filter(title=title).order_by("-first_published_at")[:30]),
        "the budget": lambda: list(Story.objects.filter(title=title).order_by("-changed_at", "-id")[:40]),
        "the wire": lambda: list(WireItem.objects.order_by("-last_arrived_at", "-id")[:40]),
        "the diary's work": lambda: list(Delivery.objects.filter(state="due").order_by("id")[:50]),
        "the desk's search": lambda: index.search("council"),
    }
    slow = []
    for name, ask in questions.items():
        begun = clock.monotonic()
        ask()
        if (took := clock.monotonic() - begun) > SLOW:
            slow.append(f"{name} ({took:.1f} s)")
    yield Finding(
        f"The database is slow with {', '.join(slow)}." if slow else "The database answers quickly.",
        not slow,
        "See whether the disk is busy; with more than 100,000 stories think of PostgreSQL (docs/growing.md).",
    )


def _mail() -> Iterator[Finding]:
    try:
        setting.check()
        wrong = ""
    except setting.CannotMail as error:
        wrong = str(error)
    yield Finding(f"The settings of mail {'cannot' if wrong else 'can'} be used.", not wrong, wrong)
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
