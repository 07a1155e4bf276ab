"""What every verb of the command begins with."""

from __future__ import annotations

import os

import click


class Sentence(click.ClickException):
    """An error a person can act on: one sentence, no trace."""

    exit_code = 1


def setup() -> None:
    """Make Django ready. Raises Sentence when masthead.toml cannot be used."""
    import django

    from masthead.project.config import ConfigError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.project.settings")
    try:
        _finish_restore()
        django.setup()
    except ConfigError as error:
        raise Sentence(str(error)) from None
    except OSError as error:
        raise Sentence(f"The data folder cannot be used: {error}. Check that you may write to it.") from None


def _finish_restore() -> None:
    """A restore that was interrupted at its last step is finished before anything opens the database."""
    from masthead.ops.keeping import swap
    from masthead.project import config

    data = config.load().data
    if swap.pending(data):
        swap.finish(data)


class Household(click.Group):
    """The command: what a room refuses with a sentence of its own is shown as that sentence."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if type(error).__module__.startswith("masthead.ops.") and type(error).__name__.startswith("Cannot"):
                raise Sentence(str(error)) from None
            if _no_paper(error):
                raise Sentence("There is no paper in this folder yet. Go to the folder of the paper, or run “masthead init” here. Nothing was changed.") from None
            raise


def _no_paper(error: Exception) -> bool:
    """Whether a question failed because the database has no table at all: the verb was called in another folder, most often."""
    from django.db import DatabaseError, connection
    from django.db.migrations.recorder import MigrationRecorder

    try:
        return isinstance(error, DatabaseError) and not MigrationRecorder(connection).has_table()
    except DatabaseError:
        return False
