"""The command line of the wire room. Needs no settings, no database and no Django: it starts at once."""

from __future__ import annotations

import json
import sys
from typing import Any

import click


@click.group()
def wire() -> None:
    """Agency copy: look into what came."""


@wire.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False))
@click.option("--raw", is_flag=True, help="Show the fields as the source has them, without repair.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each file.")
@click.option("--profile", "named", metavar="NAME", help="Read as this agency's copy: a shipped profile, such as reuters-g2.")
def parse(files: tuple[str, ...], raw: bool, as_json: bool, named: str | None) -> None:
    """Read FILES in any wire format and show their items.

    Exit status: 0 when every file was read, 1 when at least one was not, 2 for wrong usage.
    """
    from masthead.wire import profiles
    from masthead.wire.parse import parse_files

    if named and named not in profiles.slugs():
        raise click.BadParameter(f"There is no profile “{named}”; shipped are {', '.join(profiles.slugs())}.")
    failed = False
    for found in parse_files(files, raw, profile=profiles.shipped(named) if named else None):
        failed |= not found["items"]
        _show(found, as_json)
    sys.exit(1 if failed else 0)


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    from masthead.wire.show import show

    show(found)


def main() -> None:
    """`python -m masthead.wire.commands [parse] [--raw] [--json] FILE...`, without the rest of the house."""
    words = sys.argv[1:]
    if words[:1] not in (["parse"], ["--help"]):
        words = ["parse", *words]
    wire(words, prog_name="masthead wire")


if __name__ == "__main__":
    main()
