"""`masthead`: the one command. Heavy parts are imported only by the verbs that need them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from masthead.project import keeper
from masthead.project.starting import Household, Sentence, setup
from masthead.wire.commands import wire

if TYPE_CHECKING:
    from masthead.titles.models import Title


@click.group(cls=Household, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="masthead")
def main() -> None:
    """Masthead: a whole local news site.

    Start with “masthead init”, then “masthead run”. Settings are in masthead.toml.
    """


@main.command()
@click.option("--name", default="The Local Paper", show_default=True, help="The paper's name.")
@click.option("--town", default="", help="The town or region it serves.")
@click.option("--language", default="en", show_default=True, help="Its language, as a BCP 47 tag such as en or es.")
@click.option("--time-zone", default="UTC", show_default=True, help="Its time zone, such as America/Chicago.")
@click.option("--section", "sections", multiple=True, help="A section; may be given several times.")
@click.option("--demo", "with_demo", is_flag=True, help="Fill it with the demo paper.")
def init(name: str, town: str, language: str, time_zone: str, sections: tuple[str, ...], with_demo: bool) -> None:
    """Set up a paper in this folder. Doing it again keeps everything."""
    from masthead.project import config

    home = config.find_home()
    toml = home / config.FILE_NAME
    if not toml.exists():
        home.mkdir(parents=True, exist_ok=True)
        # Passwords come to stand in it.
        toml.touch(mode=0o600)
        toml.write_text(config.template(), "utf-8")
    setup()
    from masthead.ops import setting_up

    setting_up.prepare_database()
    if with_demo:
        from masthead.ops.demo import print_demo

        print_demo()
    else:
        setting_up.prepare_paper(
            name=name, town=town, language=language, time_zone=time_zone, sections=sections or ("News",)
        )
    setting_up.prepare_staff()
    click.echo(setting_up.welcome())


@main.command()
@click.option("--name", required=True, help="The paper's name.")
@click.option("--url", required=True, help="Its public address, such as https://www.example.org.")
@click.option("--town", default="", help="The town or region it serves.")
@click.option("--language", default="en", show_default=True, help="Its language, as a BCP 47 tag such as en or es.")
@click.option("--time-zone", default="UTC", show_default=True, help="Its time zone, such as America/Chicago.")
@click.option("--section", "sections", multiple=True, help="A section; may be given several times.")
def found(name: str, url: str, town: str, language: str, time_zone: str, sections: tuple[str, ...]) -> None:
    """Found a further paper in this house, at a host of its own. It is served within seconds."""
    setup()
    from masthead.ops import setting_up

    made = setting_up.found_paper(
        name=name, url=url, town=town, language=language, time_zone=time_zone, sections=sections or ("News",)
    )
    click.echo(f"{made} is founded. Its readers come by {made.base_url}; lead that host to this house.")


@main.command()
@click.option("--host", help="Address to listen on, instead of the one in masthead.toml.")
@click.option("--port", type=int, help="Port to listen on, instead of the one in masthead.toml.")
@click.option("--workers", type=click.IntRange(1, 64), help="Server processes, instead of the number in masthead.toml.")
def run(host: str | None, port: int | None, workers: int | None = None) -> None:
    """Serve the paper, watch the wire folder, do the background work: all in this one process."""
    if workers:
        os.environ["MASTHEAD_SERVER_WORKERS"] = str(workers)
    if host:
        os.environ["MASTHEAD_SERVER_HOST"] = host
    if port:
        os.environ["MASTHEAD_SERVER_PORT"] = str(port)
    setup()
    from masthead.project import serving

    try:
        serving.serve()
    except serving.CannotServe as error:
        raise Sentence(str(error)) from None


@main.command()
def worker() -> None:
    """The background work alone. Start it as often as you like: one process works, the others take over should it die."""
    setup()
    from masthead.project import serving

    try:
        serving.work()
    except serving.CannotServe as error:
        raise Sentence(str(error)) from None


@main.command()
@click.option("--host", help="Address to listen on, instead of the one in masthead.toml.")
@click.option("--port", type=int, help="Port to listen on, instead of the one in masthead.toml.")
@click.pass_context
def gateway(context: click.Context, host: str | None, port: int | None) -> None:
    """The wire intake alone, for a newsroom that stays on another system: clean RSS and ninjs out.

    Corrections and kills come as updates under the same guid. docs/gateway.md has a recipe for WordPress.
    """
    os.environ["MASTHEAD_GATEWAY_ALONE"] = "1"
    setup()
    from django.conf import settings

    from masthead.titles.models import Title
    from masthead.wire.gateway import key

    for title in Title.objects.order_by("pk")[:1]:
        at = f"http://{host or settings.CONFIG.get('server.host')}:{port or settings.CONFIG.get('server.port')}"
        click.echo(f"RSS for {title.name}: {at}/gateway/{key(title)}/feed.rss")
        click.echo(f"ninjs:            {at}/gateway/{key(title)}/feed.json")
    context.invoke(run, host=host, port=port)


@main.command()
def demo() -> None:
    """Print the demo paper: an invented town with its stories, through the real intake."""
    setup()
    from masthead.ops import setting_up
    from masthead.ops.demo import print_demo

    setting_up.prepare_database()
    filled = print_demo()
    setting_up.prepare_staff()
    if not filled:
        click.echo("This paper has stories, so it was left as it is. For the demo, run “masthead demo” in an empty folder.")
    click.echo(setting_up.welcome())


@main.command()
@click.option("--offline", is_flag=True, help="Ask nothing of the network: no DNS, no time, no list of known faults.")
def doctor(offline: bool) -> None:
    """Look the paper over and say in plain words what is wrong and what to do."""
    setup()
    from masthead.ops.doctor import examine

    findings = examine(outside=not offline)
    for finding in findings:
        click.echo(f"{'  ok ' if finding.well else 'FAULT'}  {finding.what}")
        if not finding.well:
            click.echo(f"       {finding.remedy}")
    sys.exit(0 if all(f.well for f in findings) else 1)


@main.command()
@click.option("--all", "everything", is_flag=True, help="Print every page again, on all cores; goes on where it stopped.")
@click.option("--processes", type=click.IntRange(1, 256), help="How many at a time, instead of one a core.")
@click.option("--to", "place", metavar="DIR|s3://BUCKET", help="Write the whole paper as files.")
def press(everything: bool, processes: int | None, place: str | None) -> None:
    """Print what is due; with --all, every page of the paper; with --to, a copy that any web server can hand out."""
    setup()
    from rich.progress import Progress

    from masthead.kit.buckets import BucketError
    from masthead.press import export, reprint
    from masthead.stories import diary
    from masthead.titles.models import Title

    while diary.work_off():
        pass
    with Progress() as progress:
        for title in Title.objects.all() if everything else []:
            paths = reprint.left(title)
            task = progress.add_task(f"Printing {title}", total=len(paths))
            for done in reprint.print_left(title, paths, processes or 0):
                progress.advance(task, done)
        for title in Title.objects.order_by("pk")[:1] if place else []:
            task = progress.add_task(f"Writing {title}", total=None)
            try:
                for _ in _written(title, place or ""):
                    progress.advance(task)
            except (export.CannotExport, BucketError) as error:
                raise Sentence(str(error)) from None
    if place:
        click.echo(f"The paper lies in {place}. Search, the contact form and short addresses need the running paper.")


def _written(title: Title, place: str) -> Iterator[str]:
    """Write the paper into a folder or a bucket, whose key and endpoint are those of `storage`."""
    from dataclasses import replace

    from django.conf import settings

    from masthead.kit.buckets import Bucket
    from masthead.press import export, export_bucket

    if place.startswith("s3://"):
        return export_bucket.export_to(title, Bucket(replace(settings.STORAGE, url=place)))
    return iter(export.export(title, Path(place)))


@wire.command("file")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "slug", default="", help="The source it counts as; default: dropped files.")
def file_command(files: tuple[Path, ...], slug: str) -> None:
    """File wire FILES now, as if they had been dropped into the folder; they stay where they are."""
    setup()
    from masthead.ops.filing import file_now

    failed = 0
    for path in files:
        line, good = file_now(path, slug)
        click.echo(line)
        failed += not good
    sys.exit(1 if failed else 0)


main.add_command(wire)
keeper.add_to(main)

if __name__ == "__main__":
    main()
