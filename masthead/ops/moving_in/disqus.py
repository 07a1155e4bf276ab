"""Disqus's export (XML): threads with their address first, then every post by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from masthead.kit import xml, xml_stream
from masthead.ops.moving_in import CannotMoveIn
from masthead.ops.moving_in.report import Report
from masthead.ops.moving_in.value import Remark, Talked


def talks(path: Path, report: Report) -> Iterator[Talked]:
    """The comments of every thread. Memory goes with the number of posts. Raises CannotMoveIn."""
    addresses: dict[str, str] = {}
    posts: dict[str, list[Remark]] = {}
    faults: list[str] = []
    try:
        for element in xml_stream.elements(path, "thread", "post", faults=faults):
            if xml.local(element) == "thread":
                addresses[_id(element)] = _said(element, "link")
            else:
                thread = next(xml.children(element, "thread"), None)
                posts.setdefault(_id(thread), []).append(_remark(element))
    except xml.RefusedXml as error:
        raise CannotMoveIn(f"{path.name}: {error} Nothing was taken in.") from None
    if not addresses:
        raise CannotMoveIn(f"{path.name} is no export of Disqus: there are no threads in it. Nothing was taken in.")
    for fault in faults:
        report.fault(path.name, fault, "The file is not quite XML; it was read over.")
    for thread, remarks in posts.items():
        yield Talked(addresses.get(thread, ""), tuple(remarks))


def _remark(post: xml.Element) -> Remark:
    author, parent = next(xml.children(post, "author"), None), next(xml.children(post, "parent"), None)
    gone, spam = _said(post, "isDeleted") == "true", _said(post, "isSpam") == "true"
    return Remark(
        key=_id(post),
        parent=_id(parent),
        author=_said(author, "name") or _said(author, "username"),
        text=_said(post, "message"),
        at=_said(post, "createdAt").replace("Z", "+00:00"),
        state="deleted" if gone else "spam" if spam else "approved",
        email=_said(author, "email"),
    )


def _id(element: xml.Element | None) -> str:
    if element is None:
        return ""
    return next((str(value) for name, value in element.items() if str(name).endswith("}id")), "")


def _said(element: xml.Element | None, name: str) -> str:
    found = next(xml.children(element, name), None) if element is not None else None
    return xml.raw_text(found).strip() if found is not None else ""
