"""Large XML files an element at a time, in flat memory: archives that other systems export.

The same rules as `kit.xml.parse`: no DTD, no entities but XML's own five, no network. Control characters, which such
exports are full of, are taken out on the way in; other faults are read over (libxml2's recover mode) and told.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from masthead.kit.xml import Element, RefusedXml, local

LARGEST = 64 * 1024 * 1024
"""Bytes of one element."""
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})


class _Clean:
    """A file without control characters; it refuses a document type declaration before the root element."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.head, self.read_so_far, self.since = file, b"", 0, 0

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size if size and size > 0 else 65_536)
        if self.read_so_far < 65_536:
            self.head += data
            if b"<!doctype" in self.head[:70_000].lower():
                raise RefusedXml("The file has a document type declaration; exports have none, so it was not read.")
        self.read_so_far += len(data)
        self.since += len(data)
        if self.since > LARGEST:
            raise RefusedXml(f"One entry of the file is larger than {LARGEST // 1_000_000} MB; nothing after it was read.")
        return data.translate(None, _CONTROLS)


def elements(path: Path, *names: str, faults: list[str] | None = None) -> Iterator[Element]:
    """The elements of `path` with one of these local names, each whole and gone with the next one.

    `faults` is added to: sentences about what was not XML. Raises RefusedXml, also for a file that is no XML at all.
    """
    with path.open("rb") as file:
        clean = _Clean(file)
        walk = etree.iterparse(
            clean, events=("start", "end"), recover=True, resolve_entities=False, load_dtd=False,
            no_network=True, huge_tree=True, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        deep = 0
        try:
            for event, element in walk:
                if event == "start":
                    deep += local(element) in names
                    continue
                if local(element) not in names:
                    if not deep:
                        _forget(element)
                    continue
                deep -= 1
                if deep == 0:
                    clean.since = 0
                    yield element
                    _forget(element)
        except etree.XMLSyntaxError as error:
            raise RefusedXml(f"The file is not XML that can be read ({error.msg}).") from None
        if faults is not None:
            faults += [f"Line {e.line}: {e.message}." for e in list(walk.error_log)[:20]]


def _forget(element: Element) -> None:
    element.clear()
    while element.getprevious() is not None:
        parent = element.getparent()
        if parent is None:
            return
        del parent[0]

