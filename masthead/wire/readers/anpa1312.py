"""ANPA 1312: the text wire of North American agencies, with AP's habits. Control-marked header lines, tab-led text."""

from __future__ import annotations

import re
from html import escape

from masthead.kit.private import DeskOnly
from masthead.wire.item import Item, Reading, UnreadableWire
from masthead.wire.readers import telex
from masthead.wire.readers.delivery import Delivery
from masthead.wire.readers.times import parse_time

FORMAT = "anpa1312"

_START = re.compile(rb"\x16\x16\x01")
_LEVEL = re.compile(r"^\x16*\x01?(?P<service>[a-zA-Z])(?P<number>\d{4})\x1f?(?P<selector>[^\n]*)")
_LINE = re.compile(
    r"^(?P<priority>[a-z]) (?P<category>[a-z])[\x12\x13\x14]*(?P<format>[\x11\x12])?\s*(?P<slug>.*?)"
    r"(?:\s+(?P<month>\d{1,2})-(?P<day>\d{1,2}))?(?:\s+(?P<words>\d{3,4}))?\s*$"
)
_END = re.compile(r"AP-[A-Z]{2}-(?P<m>\d{2})-(?P<d>\d{2})-(?P<y>\d{2}) (?P<time>\d{4})(?P<zone>GMT)?", re.ASCII)
_VERSION = re.compile(
    r"[,\s]+(\d+(?:st|nd|rd|th) Ld(?:-Writethru)?|Writethru|Ld-Writethru|Correction|Advisory)\b", re.IGNORECASE
)
_BYLINE = re.compile(r"^By (?P<names>[A-ZÀ-Þ][^<=]{2,200})$")
_HOLD = re.compile(r"^(?:eds|editors)[:' ]|^AP (?:photo|video|audio|graphic)|^with AP", re.IGNORECASE)


def recognises(delivery: Delivery) -> bool:
    """SYN SYN SOH and a service letter with four digits."""
    return _START.match(delivery.data[:8]) is not None


def read(delivery: Delivery) -> Reading:
    """The one message of the file. Raises UnreadableWire."""
    text = telex.decoded(delivery.data[:2_000_000]).replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    level, line = _LEVEL.match(first), _LINE.match(rest.partition("\n")[0])
    if level is None or line is None:
        raise UnreadableWire("The header lines of the message are damaged.")
    tabular = "\x12" in rest.partition("\n")[0]
    head, body = _parted(rest.partition("\n")[2])
    return Reading(FORMAT, (_item(level, line, head, body, tabular, text),))


def _parted(text: str) -> tuple[list[str], str]:
    """Lines of the header block, and the text that begins with the first tab-led line."""
    at = re.search(r"^\t", text, re.MULTILINE)
    block, body = (text[: at.start()], text[at.start() :]) if at else (text, "")
    pieces = re.split(r"<|=\s*$|\^|\x02", block, flags=re.MULTILINE)
    return [said for piece in pieces if (said := " ".join(telex.without_controls(piece).split()))], body


def _item(level: re.Match[str], line: re.Match[str], head: list[str], body: str, tabular: bool, whole: str) -> Item:
    slug = re.sub(r"^(?:BC|AM|PM)-", "", line["slug"].strip(" \x13\x11\x12\x14"))
    key = next((found[1] for each in head[:1] if (found := _VERSION.search(each))), "")
    key = key or next((found[1] for found in [_VERSION.search(f" {slug}")] if found), "")
    slug = re.sub(r"\s+\d+(?:st|nd|rd|th)?\s?Ld.*$", "", slug).strip()
    byline, title, notes, titles = "", "", [], []
    for number, said in enumerate(head[1:] if head and head[0][:3] in ("BC-", "AM-", "PM-") else head):
        said = said[1:-1] if said[:1] + said[-1:] == "()" else said
        named = _BYLINE.match(said)
        if _HOLD.match(said):
            notes.append(re.sub(r"^eds(?:\.:|:)\s*", "", said, flags=re.IGNORECASE))
        elif named and not byline:
            byline = named["names"].strip()
        elif byline and not title and len(said) < 60:
            title = said
        else:
            titles.append((number, said))
    paragraphs, desk = _paragraphs(body, tabular)
    # AP puts a summary into the header block; it is no part of the text.
    summary = " ".join(telex.set_in_type(said) for _, said in titles[1:])
    when = _END.search(whole)
    moment = parse_time(f"20{when['y']}-{when['m']}-{when['d']}T{when['time'][:2]}:{when['time'][2:]}:00{'Z' if when['zone'] else ''}") if when else None  # fmt: skip
    headline = telex.set_in_type(titles[0][1]) if titles else None
    signals = telex.signals([key, *head[:1]])
    notes += desk
    return Item(
        format=FORMAT,
        guid=telex.derived_guid(
            "anpa", level["service"], slug or level["number"], f"{moment.value:%Y-%m-%d}" if moment else ""
        ),
        guid_derived=True,
        headline=headline,
        byline=byline or None,
        standfirst=summary or None,
        slugline=slug or None,
        categories=(line["category"],),
        signals=signals,
        provider="The Associated Press"
        if re.search(r"\(AP\)|Associated Press|^\W*AP-W", whole, re.MULTILINE)
        else None,
        ednotes=tuple(DeskOnly(note) for note in notes),
        version_created=moment.value if moment else None,
        naive_times=("version_created",) if moment and moment.naive else (),
        body=paragraphs,
    )


def _paragraphs(body: str, tabular: bool) -> tuple[str, list[str]]:
    """The text as HTML: tab-led lines begin paragraphs, ___ is a rule, rows with “;” or columns are a table."""
    found: list[str] = []
    rows: list[str] = []
    desk: list[str] = []

    def table() -> None:
        if rows:
            found.append(_table(rows) if tabular or len(rows) > 2 else "".join(map(telex.paragraph, rows)))
            rows.clear()

    for chunk in re.split(r"\n?\t", body):
        raw = re.split(r"\x03|\x0c|\x04", chunk)[0]
        said = " ".join(telex.without_controls(raw).replace("<", " ").split())
        if not said or said == "END" or _END.match(said):
            continue
        if set(said) == {"_"}:
            table()
            found.append("<hr>")
        elif said.count(";") >= 3 or (tabular and re.search(r"\S {3,}\S", raw)):
            rows.append(said if ";" in said else re.sub(r" {2,}", ";", raw.replace("<", "").strip()))
        else:
            table()
            heading = said.upper() == said and 2 < len(said) < 40 and said[-1].isalnum()
            found.append(f"<h3>{escape(said, quote=False)}</h3>" if heading else telex.paragraph(said))
    table()
    return "\n".join(found), desk


def _table(rows: list[str]) -> str:
    lines = [
        "<tr>" + "".join(f"<td>{escape(cell.strip(), quote=False)}</td>" for cell in row.split(";")) + "</tr>"
        for row in rows
    ]
    return "<table>" + "".join(lines) + "</table>"
