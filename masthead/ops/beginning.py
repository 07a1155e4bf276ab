"""The first thing after a restore: what belonged to the old life of the paper is void, and nothing is sent again."""

from __future__ import annotations

import importlib
import logging
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from masthead.ops.keeping import swap
from masthead.ops.models import Installation

log = logging.getLogger("masthead.ops")

VOID = (
    "django_session", "usersessions_usersession", "people_readersession", "people_signin", "people_counted", "press_printedpage",
    "press_purge",
)  # fmt: skip
"""Tables that are emptied: who was signed in, codes on their way, tries that were counted, pages that are no longer in the store."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became void: rows by table, and how many letters are held for a person to decide."""

    rows: dict[str, int]
    held: int


def settle() -> Settled | None:
    """Void what a restore must void, if one has not done so yet; None when there was nothing to do. Safe to repeat."""
    if Installation._meta.db_table not in connection.introspection.table_names():
        return None
    waiting = Installation.objects.filter(settled=False).first()
    if waiting is None:
        return None
    data = Path(settings.DATA)
    if swap.pending(data) == str(waiting.word):
        swap.finish(data)
    with transaction.atomic():
        rows = {table: _empty(table) for table in VOID if table in connection.introspection.table_names()}
        held = _hold_letters()
        Installation.objects.filter(settled=False).update(settled=True)
    log.warning("A restored paper begins anew: %s; %d letters are held.", waiting.reason, held)
    return Settled(rows, held)


def _empty(table: str) -> int:
    with connection.cursor() as cursor:
        if table == "press_printedpage":
            cursor.execute("DELETE FROM press_pagekey")
        cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  from the list above
        return max(0, cursor.rowcount)


def _hold_letters() -> int:
    """Letters that waited when the backup was made may have been sent since: a person decides."""
    if not apps.is_installed("masthead.mailroom"):
        return 0
    held: int = importlib.import_module("masthead.mailroom.epoch").begin_anew()
    return held
