"""Story bodies inside XML: XHTML and NITF to HTML, plain text to paragraphs, and the parts that are for the desk.

The HTML made here says what the source says: inline markup, subheads, lists, tables and links are kept. It is
not clean and not safe; `kit.html` and the repair rules see to that before a reader meets it.
"""

from __future__ import annotations

import re
from html import escape

from masthead.kit import xml

NITF_NAMES = {
    "hl1": "h2",
    "hl2": "h3",
    "bq": "blockquote",
    "lang": "span",
    "lit": "code",
    "nitf-table": "",
    "nitf-col": "col",
    "nitf-colgroup": "colgroup",
    "block": "",
    "body.content": "",
    "note": "aside",
    "fn": "small",
    **dict.fromkeys(
        [
            "person",
            "name.given",
            "name.family",
            "function",
            "location",
            "sublocation",
            "city",
            "state",
            "region",
            "country",
            "org",
            "alt-code",
            "event",
            "chron",
            "copyrite",
            "copyrite.year",
            "copyrite.holder",
            "money",
            "num",
            "frac",
            "numer",
            "frac-sep",
            "denom",
            "object.title",
            "virtloc",
            "postaddr",
            "addressee",
            "delivery.point",
            "delivery.office",
            "postcode",
            "care.of",
            "pronounce",
            "classifier",
            "datasource",
        ],
        "",
    ),
}
"""NITF 3.x names that HTML does not have -> the HTML name, "" to keep only the contents."""

NITF_DROPPED = frozenset(["media", "nitf-table-metadata", "media-metadata", "alt-code", "classifier", "tagline"])
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TT_NAMES = {"P": "p", "CITAT": "p", "MELLIS": "h3", "TEXT": "", "INGRESS": "", "BRODTEXT": ""}
_TT_DROPPED = frozenset({"RUBRIK", "DAT"})
_NOT_SHOWN = frozenset({"head", "script", "style"})
_DESK_CLASSES = frozenset({"notepad", "np-nonpublic", "nonpublic", "embargoed", "ednote", "closingline"})
_IS_HTML = re.compile(r"</p\s*>|<br\s*/?>", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def from_nitf(content: xml.Element) -> str:
    """The HTML of an NITF `body.content` (or any NITF block). Media are left out; they are items of their own."""
    return xml.inner_html(content, rename=NITF_NAMES, drop=NITF_DROPPED)


def from_xhtml(body: xml.Element) -> str:
    """The HTML of an XHTML body element. A paragraph that only wraps a subhead is that subhead."""
    for heading in list(xml.descendants(body, *_HEADINGS)):
        _unwrap_heading(heading)
    return xml.inner_html(body, drop=_NOT_SHOWN)


def from_tt(body: xml.Element) -> str:
    """The HTML of the Swedish TT vocabulary (BODY, TEXT, INGRESS, BRODTEXT, P, MELLIS, CITAT)."""
    return xml.inner_html(body, rename=_TT_NAMES, drop=_TT_DROPPED)


def _unwrap_heading(heading: xml.Element) -> None:
    holder = heading.getparent()
    if holder is None or xml.local(holder) != "p" or len(holder) != 1:
        return
    if not (holder.text or "").strip() and not (heading.tail or "").strip():
        holder.tag = "div"


def from_plain(text: str) -> str:
    """Plain text as paragraphs: a blank line parts them, and so does each line end when there are no blank lines.

    Text that is HTML in spite of its declared type (ANSA) stays as it is.
    """
    if _IS_HTML.search(text):
        return text.strip()
    tidy = text.replace("\r\n", "\n").strip()
    parts = _BLANK_LINES.split(tidy) if _BLANK_LINES.search(tidy) else tidy.split("\n")
    return "\n".join(f"<p>{escape(xml.fold(part), quote=False)}</p>" for part in parts if part.strip())


def take_desk_notes(body: xml.Element) -> tuple[str, ...]:
    """Remove the parts of a body that are for editors, and return their texts.

    Editors' parts are elements with a `pubconstraint`, and the sections agencies mark by class: dpa's notepad
    and its non-public section, embargo lines, sign-offs.
    """
    found = [part for part in body.iter() if part is not body and _for_the_desk(part)]
    notes = [spoken(part) for part in found]
    for part in found:
        remove(part)
    return tuple(note for note in notes if note)


_BLOCKS = frozenset(
    [
        "p",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "div",
        "section",
        "header",
        "br",
        "tr",
        "dt",
        "dd",
        "block",
    ]
)


def spoken(element: xml.Element) -> str:
    """All text of an element, with a space wherever one block ends and the next begins."""
    if not len(element):
        return xml.text(element)
    parts = [element.text or ""]
    for part in element:
        gap = " " if xml.local(part) in _BLOCKS else ""
        parts += [gap, spoken(part), gap] if gap else [_inline(part)]
        parts.append(part.tail or "")
    return xml.fold("".join(parts))


def _inline(part: xml.Element) -> str:
    return spoken(part) if any(xml.local(inner) in _BLOCKS for inner in part.iter()) else xml.raw_text(part)


def remove(element: xml.Element) -> None:
    """Take an element out of its tree and leave the text that follows it where it is."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _for_the_desk(element: xml.Element) -> bool:
    if element.get("pubconstraint"):
        return True
    classes = element.get("class")
    return bool(classes) and not _DESK_CLASSES.isdisjoint(str(classes).split())
