"""What lies on the desk: the bytes of one delivery, looked at once and shared by all readers that are asked."""

from __future__ import annotations

import dataclasses
import json
from functools import cached_property
from typing import Any, Literal

from masthead.kit import xml
from masthead.wire.item import UnreadableWire

Kind = Literal["xml", "json", "html", "other"]

_MARKS = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_PAGE = (b"<!doctype html", b"<html", b"<head", b"<body")
MAX_BYTES = xml.MAX_BYTES


@dataclasses.dataclass
class Delivery:
    """The bytes of one file or answer.

    `kind`, `xml` and `json` are worked out from the content on first use, never from a file name, and are
    remembered: ten readers may look, one parse is paid.
    """

    data: bytes

    @cached_property
    def kind(self) -> Kind:
        """What the first bytes look like."""
        start = self.data[:4096].lstrip(_MARKS)
        if start[:1] in (b"{", b"["):
            return "json"
        if start[:1] == b"<" or start.startswith(b"\x4c\x6f\xa7\x94"):
            return "html" if start[:15].lower().startswith(_PAGE) else "xml"
        return "other"

    @cached_property
    def xml(self) -> xml.Parsed:
        """The parsed document. Raises `UnreadableWire` when it is no XML that we read."""
        try:
            return xml.parse(self.data)
        except xml.RefusedXml as refused:
            raise UnreadableWire(str(refused)) from refused

    @cached_property
    def root(self) -> tuple[str, str]:
        """`(namespace, local name)` of the root element."""
        return xml.split_name(self.xml.root.tag)

    @cached_property
    def json(self) -> Any:
        """The parsed JSON document. Raises `UnreadableWire` when it is none."""
        if len(self.data) > MAX_BYTES:
            raise UnreadableWire(f"The file is larger than {MAX_BYTES // 2**20} MB; it was not read.")
        try:
            return json.loads(self.data.decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError) as broken:
            raise UnreadableWire("This file starts like JSON but breaks off or is not well-formed.") from broken
