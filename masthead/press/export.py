"""The whole paper as files that any web server hands out: a folder for each address, pages also ready compressed.

It begins with what there is to print and follows the links of each page, so that every link of ours leads somewhere.
What is no longer in the paper goes from the folder too; files that are not ours are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from masthead.kit import clock, files
from masthead.press import addresses, darkroom, pages, run
from masthead.press.store import Entry
from masthead.titles.models import Title

LIST = ".masthead-export"
"""In the folder: the files that we wrote."""
LIVE = (addresses.SEARCH, addresses.CONTACT, addresses.FOLLOW, "/s/", "/newsroom/", "/gateway/", "/wire/")
"""Addresses that need the running paper."""
_LINK = re.compile(r'(?:href|src)="(/(?!/)[^"#?]*)|srcset="([^"]+)"')


class CannotExport(Exception):
    """The folder cannot be used. The message is the sentence for the keyholder."""


def export(title: Title, folder: Path) -> Iterator[str]:
    """Write the paper below `folder`; yields each address when it is there. Raises CannotExport."""
    listed = folder / LIST
    if folder.is_dir() and any(folder.iterdir()) and not listed.is_file():
        raise CannotExport(f"{folder} holds files that are not an export of ours. Please name an empty folder.")
    before = set(listed.read_text().splitlines()) if listed.is_file() else set()
    folder.mkdir(parents=True, exist_ok=True)
    written: set[str] = set()
    waiting, met = list(reversed(run.everything(title))), set()
    while waiting:
        path = waiting.pop()
        if path in met or path.startswith(LIVE):
            continue
        met.add(path)
        entry = _entry(title, path)
        if entry is None or entry.status != 200 or not entry.is_true(clock.now()):
            continue
        for name, body in _files(path, entry):
            if name not in before:
                with listed.open("a") as noted:
                    noted.write(name + "\n")
            files.write_whole(folder / name, body)
            written.add(name)
        if entry.content_type.startswith("text/html"):
            waiting += links(entry.in_encoding("identity")[1].decode())
        yield path
    files.write_whole(folder / "404.html", pages.missing(title))
    written.add("404.html")
    for name in before - written:
        (folder / name).unlink(missing_ok=True)
    files.write_whole(listed, "".join(f"{name}\n" for name in sorted(written)).encode())


def _entry(title: Title, path: str) -> Entry | None:
    if path.startswith("/pictures/"):
        store = run.store_of(title)
        return store.get(path) if darkroom.on_demand(path, store) else None
    return run.on_demand(title, path)


def links(page: str) -> list[str]:
    """The addresses of our own that a page names, pictures in every size included."""
    found: list[str] = []
    for link, srcset in _LINK.findall(page):
        found += [link] if link else [part.split()[0] for part in srcset.split(",") if part.strip().startswith("/")]
    return found


def _files(path: str, entry: Entry) -> Iterator[tuple[str, bytes]]:
    """Names below the folder, with what they hold."""
    name = str(PurePosixPath(path.lstrip("/") + ("index.html" if path.endswith("/") else "")))
    if ".." in PurePosixPath(name).parts:
        return
    yield name, entry.in_encoding("identity")[1]
    if entry.compressible:
        yield f"{name}.br", entry.bodies["br"]
        yield f"{name}.gz", entry.in_encoding("gzip")[1]
