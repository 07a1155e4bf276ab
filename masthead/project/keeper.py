"""The keyholder's verbs of the one command: thin, the work is done in `masthead.ops`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from masthead.project.starting import Sentence, setup

PASSPHRASE = "MASTHEAD_BACKUP_PASSPHRASE"


def add_to(main: click.Group) -> None:
    """Add these verbs to the command."""
    for verb in (backup, restore):
        main.add_command(verb)


def _passphrase(file: Path | None) -> str:
    return file.read_text("utf-8").strip() if file else os.environ.get(PASSPHRASE, "")


_passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"File with the passphrase for the secrets; else {PASSPHRASE} in the environment.",
)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@_passphrase_option
@click.option("--keep", type=click.IntRange(1), help="Keep only so many of the newest backups there.")
def backup(folder: Path, passphrase_file: Path | None, keep: int | None) -> None:
    """Copy everything the paper keeps into DIR, while it runs; what is there already is not copied again.

    With a passphrase the secret key and the passwords in masthead.toml come along, sealed; without one they stay here.
    """
    setup()
    from masthead.ops.keeping import CannotKeep
    from masthead.ops.keeping.backup import make

    try:
        made = make(folder, passphrase=_passphrase(passphrase_file), keep=keep or 0)
    except CannotKeep as error:
        raise Sentence(str(error)) from None
    click.echo(f"Backup {made.name}: {made.files} files and the database, {made.size / 1e6:.1f} MB, of which {made.added / 1e6:.1f} MB new.")
    if not made.sealed:
        click.echo("The secrets were left out: without the secret key, passwords of sources are typed again after a restore.")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", default="", help="Which backup; default: the newest.")
@_passphrase_option
@click.option("--replace", is_flag=True, help="Put the backup in the place of the paper that is here.")
@click.option("--list", "listing", is_flag=True, help="Only say which backups there are.")
def restore(folder: Path, name: str, passphrase_file: Path | None, replace: bool, listing: bool) -> None:
    """Bring back the paper from a backup in DIR. Sessions are void afterwards, and letters that waited are held."""
    setup()
    from masthead.ops import beginning, setting_up
    from masthead.ops.keeping import CannotKeep
    from masthead.ops.keeping import backup as backups
    from masthead.ops.keeping import restore as restoring

    if listing:
        for path in backups.snapshots(folder):
            click.echo(path.stem)
        return
    try:
        done = restoring.restore(folder, name=name, passphrase=_passphrase(passphrase_file), replace=replace)
    except CannotKeep as error:
        raise Sentence(str(error)) from None
    setting_up.prepare_database()
    settled = beginning.settle()
    click.echo(f"The paper is as the backup {done.name} has it: {done.rows} rows and {done.files} files, each proven by its digest.")
    if settled and settled.held:
        click.echo(f"{settled.held} letters that waited are held; look at Mailroom in the newsroom.")
    for note in done.notes:
        click.echo(note)
    click.echo("Everybody signs in anew. Start it with “masthead run”.")


def _leave(well: bool) -> None:
    sys.exit(0 if well else 1)
