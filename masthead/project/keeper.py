"""The keyholder's verbs of the one command: thin, the work is done in `masthead.ops`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import MappingProxyType

import click

from masthead.project.starting import Sentence, setup

PASSPHRASE = "MASTHEAD_BACKUP_PASSPHRASE"


def add_to(main: click.Group) -> None:
    """Add these verbs to the command."""
    for verb in (backup, restore, moving_in, export, migrate_storage):
        main.add_command(verb)


def _passphrase(file: Path | None) -> str:
    return file.read_text("utf-8").strip() if file else os.environ.get(PASSPHRASE, "")


_passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"File with the passphrase for the secrets; else {PASSPHRASE} in the environment.",
)


@click.command()
@click.argument("place", metavar="DIR|s3://BUCKET/PREFIX")
@_passphrase_option
@click.option("--keep", type=click.IntRange(1), help="Keep only so many of the newest backups there.")
@click.option("--check", is_flag=True, help="Read every piece that is there already, not only this hour's share; mend what is damaged.")
def backup(place: str, passphrase_file: Path | None, keep: int | None, check: bool) -> None:
    """Copy everything the paper keeps into DIR or a bucket, while it runs; what is there already is not copied again.

    With a passphrase the secret key and the passwords in masthead.toml come along, sealed; without one they stay here.
    """
    setup()
    from masthead.ops.keeping import CannotKeep
    from masthead.ops.keeping.backup import make

    try:
        made = make(place, passphrase=_passphrase(passphrase_file), keep=keep or 0, check=check)
    except CannotKeep as error:
        raise Sentence(str(error)) from None
    click.echo(f"Backup {made.name}: {made.files} files and the database, {made.size / 1e6:.1f} MB, of which {made.added / 1e6:.1f} MB new.")
    if made.mended:
        click.echo(f"{made.mended} pieces of it were damaged there and were written anew. Look at that disk.")
    if made.lost:
        click.echo(f"These backups have a damaged piece that is not here any more: {', '.join(made.lost)}. Do not count on them.")
    if not made.sealed:
        click.echo("The secrets were left out: without the secret key, passwords of sources are typed again after a restore.")
    _leave(not made.lost)


@click.command()
@click.argument("place", metavar="DIR|s3://BUCKET/PREFIX")
@click.option("--name", default="", help="Which backup; default: the newest.")
@_passphrase_option
@click.option("--replace", is_flag=True, help="Put the backup in the place of the paper that is here.")
@click.option("--list", "listing", is_flag=True, help="Only say which backups there are.")
def restore(place: str, name: str, passphrase_file: Path | None, replace: bool, listing: bool) -> None:
    """Bring back the paper from a backup. Sessions are void afterwards, and letters that waited are held."""
    setup()
    from masthead.ops import beginning, setting_up
    from masthead.ops.keeping import CannotKeep
    from masthead.ops.keeping import backup as backups
    from masthead.ops.keeping import restore as restoring

    try:
        if listing:
            for found in backups.snapshots(place):
                click.echo(found)
            return
        done = restoring.restore(place, name=name, passphrase=_passphrase(passphrase_file), replace=replace)
    except (CannotKeep, OSError) as error:
        raise Sentence(str(error)) from None
    setting_up.prepare_database()
    settled = beginning.settle()
    click.echo(f"The paper is as the backup {done.name} has it: {done.rows} rows and {done.files} files, each proven by its digest.")
    if settled and settled.held:
        click.echo(f"{settled.held} letters that waited are held; look at Mailroom in the newsroom.")
    for note in done.notes:
        click.echo(note)
    click.echo("Everybody signs in anew. Start it with “masthead run”.")


@click.command("migrate-storage")
@click.option("--from", "source", type=click.Path(dir_okay=False, path_type=Path), help="The SQLite database; default: the one in the data folder.")
@click.option("--rows/--no-rows", default=None, help="Only, or not, the database.")
@click.option("--files/--no-files", default=None, help="Only, or not, originals and deliveries.")
def migrate_storage(source: Path | None, rows: bool | None, files: bool | None) -> None:
    """Move a paper that grows: from SQLite into the PostgreSQL of database.url, from the disk into the bucket of storage.url.

    Stop the paper first. The old database and the files stay where they are; everything is counted on both sides.
    """
    setup()
    from django.conf import settings

    from masthead.kit.buckets import Bucket, BucketError
    from masthead.ops.keeping import CannotKeep, moving, occupied

    if occupied.is_served(settings.DATA):
        raise Sentence("The paper is being served. Stop it first: what is written meanwhile would stay behind.")
    only = rows or files
    rows, files = rows if rows is not None else not only, files if files is not None else not only
    rows, files = bool(rows and (source or settings.CONFIG.get("database.url"))), bool(files and settings.STORAGE.url)
    if not rows and not files:
        raise Sentence("There is nowhere to move to: set database.url, storage.url or both in masthead.toml first. Nothing was changed.")
    try:
        if rows:
            for table in moving.move_rows(source or settings.DATA / "masthead.sqlite3"):
                if table.before:
                    click.echo(f"{table.after:>10,} of {table.before:,}  {table.name}")
        if files:
            for folder in moving.move_files(settings.DATA, Path(settings.MEDIA_ROOT), Bucket(settings.STORAGE)):
                click.echo(f"{folder.after:>10,} of {folder.before:,}  files of {folder.name}")
    except (CannotKeep, BucketError) as error:
        raise Sentence(str(error)) from None
    click.echo("All is there, counted on both sides. Start the paper; its search fills in the next minutes.")


def _leave(well: bool) -> None:
    sys.exit(0 if well else 1)


@click.group("import")
def moving_in() -> None:
    """Move in from another system. Run it again at any time: what came before is not taken twice."""


def _options(verb):  # type: ignore[no-untyped-def]
    for option in reversed((
        click.option("--dry-run", "dry", is_flag=True, help="Read everything, write nothing, report what would not fit."),
        click.option("--uploads", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder with the pictures (wp-content/uploads)."),
        click.option("--no-fetching", is_flag=True, help="Do not ask the old site for pictures."),
        click.option("--no-comments", is_flag=True, help="Leave comments out; they are counted."),
        click.option("--origin", default="", help="The old site's address, where the export does not say it."),
    )):  # fmt: skip
        verb = option(verb)
    return verb


def _move(reader, source: str, more=MappingProxyType({}), **wishes) -> None:  # type: ignore[no-untyped-def]
    """Run a reader with a progress bar, then show and save the report."""
    setup()
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from masthead.ops.moving_in import CannotMoveIn, verbs

    wishes["fetching"] = not wishes.pop("no_fetching")
    wishes["comments"] = not wishes.pop("no_comments")
    report, done = None, 0
    try:
        with Progress(SpinnerColumn(), TextColumn("{task.description}"), transient=True) as progress:
            task = progress.add_task("Reading the export")
            for number, so_far in getattr(verbs, reader)(source, verbs.Wishes(**wishes), **more):
                report, done = so_far, done + number
                progress.update(task, description=f"{done:,} entries")
    except CannotMoveIn as error:
        raise Sentence(str(error)) from None
    if report is not None:
        click.echo(report.screen())
        click.echo(f"The whole report: {verbs.finish(report, str(source))}")


@moving_in.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sections", type=click.IntRange(0, 30), default=8, show_default=True, help="So many of the most used categories become sections; the others, topics.")
@_options
def wxr(file: Path, **wishes) -> None:  # type: ignore[no-untyped-def]
    """WordPress: the file that “Tools, Export” gives."""
    _move("from_wxr", file, **wishes)


@moving_in.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sections", type=click.IntRange(0, 30), default=8, show_default=True, help="So many of the most used first tags become sections.")
@_options
def ghost(file: Path, **wishes) -> None:  # type: ignore[no-untyped-def]
    """Ghost: the JSON file of “Settings, Export”. Name the old address with --origin."""
    _move("from_ghost", file, **wishes)


@moving_in.command()
@click.argument("place", metavar="URL|FILE")
@_options
def feed(place: str, **wishes) -> None:  # type: ignore[no-untyped-def]
    """What a running feed shows: RSS, Atom, JSON Feed or ninjs."""
    _move("from_feed", place, **wishes)


@moving_in.command("csv")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_options
def table(file: Path, **wishes) -> None:  # type: ignore[no-untyped-def]
    """A table, one row a story; docs/move-in.md lists the columns."""
    _move("from_csv", file, **wishes)


@moving_in.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_options
def masthead(folder: Path, **wishes) -> None:  # type: ignore[no-untyped-def]
    """Another Masthead: the folder that “masthead export” wrote."""
    _move("from_masthead", folder, **wishes)


@moving_in.command()
@click.argument("system", type=click.Choice(["disqus", "wordpress", "coral", "remark42"]))
@click.argument("file", metavar="FILE|DIR", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", "dry", is_flag=True, help="Read everything, write nothing, report what would not fit.")
@click.option("--origin", default="", help="The old site's address, where the export does not say it.")
def comments(system: str, file: Path, dry: bool, origin: str) -> None:
    """Comments alone, from SYSTEM, for stories that are here already: found by the address they had there.

    Coral: a folder with stories.json, comments.json and users.json, as mongoexport writes them.
    """
    if file.is_dir() != (system == "coral"):
        raise Sentence("Coral’s export is a folder with stories.json, comments.json and users.json; the others are one file.")
    _move("from_talks", file, {"system": system}, dry=dry, origin=origin, no_fetching=True, no_comments=False)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--site", is_flag=True, help="The static site too, in DIR/site.")
def export(folder: Path, site: bool) -> None:
    """Write everything the paper has into DIR: JSON lines, originals, a WordPress export. docs/move-out.md says what is what."""
    setup()
    from masthead.ops.moving_in.verbs import paper
    from masthead.ops.moving_out import CannotMoveOut
    from masthead.ops.moving_out.write import write
    from masthead.press import export as press_export

    title = paper()
    try:
        for step in write(title, folder):
            click.echo(f"{step.number:>9,}  {step.name}")
        if site:
            click.echo(f"{sum(1 for _ in press_export.export(title, folder / 'site')):>9,}  pages of the static site")
    except (CannotMoveOut, press_export.CannotExport) as error:
        raise Sentence(str(error)) from None
    click.echo(f"The paper lies in {folder}. It names drafts and readers: keep it as you keep the data folder.")
