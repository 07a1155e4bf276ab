"""Which version's shape the database has: a newer one than ours is left alone."""

from __future__ import annotations

from importlib.metadata import version

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader


class CannotGoBack(Exception):
    """The database belongs to a newer Masthead. The message is the sentence for the keyholder."""


def newer_than_code() -> list[str]:
    """Migrations that the database has had and this version does not know, of rooms that are here."""
    loader = MigrationLoader(connection)
    here = {config.label for config in apps.get_app_configs()}
    known = set(loader.disk_migrations) | {old for m in loader.disk_migrations.values() for old in m.replaces}
    return sorted(f"{app}.{name}" for app, name in set(loader.applied_migrations) - known if app in here)


def refuse_downgrade() -> None:
    """Raise CannotGoBack when the database is newer than the code."""
    if newer := newer_than_code():
        named = newer[0] if len(newer) == 1 else f"{newer[0]} and {len(newer) - 1} more"
        raise CannotGoBack(
            f"This database was last used by a newer Masthead: it has had {named}, which this version ({version('masthead')}) "
            "does not know. Install the newer version again, or restore a backup from before the upgrade "
            "(“masthead restore DIR --list” shows them). Nothing was changed."
        )
