"""IPTC 7901: the text wire of European agencies. Header line, title block, text, sign-off, date line."""

from __future__ import annotations

import re

from masthead.kit.private import DeskOnly
from masthead.wire.item import Item, Reading, UnreadableWire
from masthead.wire.readers import telex
from masthead.wire.readers.delivery import Delivery
from masthead.wire.readers.times import Moment, parse_time

FORMAT = "iptc7901"

_HEADER = re.compile(
    r"^[\x01\s]*(?P<source>[a-z]{3})(?P<number>\d{3,5}) (?P<urgency>[1-9]) (?P<category>[a-z]{1,3}) (?P<words>\d{1,5})"
    r"(?: (?P<options>[a-z ]*?))?\s+(?P<service>[\w-]+ \d{1,5}|[\w-]*)\s*$",
    re.MULTILINE,
)
_DATE = re.compile(r"^[\x03\s]*(\d{6}(?: GMT| [A-Z]{3,4})? [A-Za-zäÄ]{3,9} \d{2})\s*$")
_NET = re.compile(
    r"^\d+(?:ST|ND|RD|TH) (?:LEAD|NET|ADD)$|^(?:EXTRA|URGENT|BULLETIN|FLASH|EILMELDUNG|REFILE|CORRECTION)$"
)


def recognises(delivery: Delivery) -> bool:
    """A 7901 header in the first lines: source and number, urgency, category, word count."""
    return _HEADER.search(delivery.data[:400].decode("latin-1").replace("\r", "")) is not None


def read(delivery: Delivery) -> Reading:
    """The one message of the file. Raises UnreadableWire."""
    text = telex.without_controls(telex.decoded(delivery.data[:2_000_000]))
    header = _HEADER.search(text)
    if header is None:
        raise UnreadableWire("The header line of the message is damaged.")
    block, body = _parted(text[header.end() :])
    labels, slug, headline, byline = _titled(block)
    public, desk, when = _public(body)
    service = header["service"].split()[0] if header["service"] else ""
    moment = parse_time(when)
    day = f"{moment.value:%Y-%m-%d}" if moment else ""
    return Reading(FORMAT, (_item(header, slug, headline, byline, labels, public, desk, service, moment, day),))


def _item(
    header: re.Match[str],
    slug: str,
    headline: str,
    byline: str,
    labels: list[str],
    public: list[str],
    desk: list[str],
    service: str,
    moment: Moment | None,
    day: str,
) -> Item:
    said = telex.signals(labels)
    seeds = (header["source"], slug or header["number"], day)
    order = [f"The agency writes “{' '.join(labels)}”: an editor decides." for word in said if word in ("kill", "hold")]
    return Item(
        format=FORMAT,
        guid=telex.derived_guid(*seeds),
        guid_derived=True,
        headline=headline or None,
        byline=byline or None,
        urgency=int(header["urgency"]),
        slugline=slug or None,
        categories=(header["category"],),
        provider=service.split("-")[0] or None,
        credit=_credit(public) or service.split("-")[0] or None,
        signals=said,
        ednotes=(DeskOnly("\n".join(desk)),) if desk else (),
        version_created=moment.value if moment else None,
        naive_times=("version_created",) if moment and moment.naive else (),
        body="\n".join(telex.paragraph(each) for each in public),
        warnings=tuple(order[:1]),
    )


def _credit(public: list[str]) -> str | None:
    """“San Diego (tca/dpa) - ...”: whose copy it is."""
    found = re.match(r"[^()]{2,60}\(([\w/ -]{2,30})\) -", public[0]) if public else None
    return found[1] if found else None


def _parted(text: str) -> tuple[list[str], list[str]]:
    """Title block and text. The block ends with “=”; where transit ate the marks, with the first wrapped paragraph."""
    lines = text.replace("\x02", "\n").split("\n")
    for number, line in enumerate(lines[:25]):
        if line.rstrip().endswith("="):
            return [each.rstrip(" =") for each in lines[: number + 1] if each.strip()], lines[number + 1 :]
    block: list[str] = []
    for number, line in enumerate(lines):
        if block and not line.strip():
            return block, lines[number:]
        if line.strip():
            block.append(line.rstrip())
    return block, []


def _titled(block: list[str]) -> tuple[list[str], str, str, str]:
    slug, byline, labels, titles = "", "", list[str](), list[str]()
    for number, line in enumerate(each.strip() for each in block):
        if not line:
            continue
        if not slug and number == 0 and "/" in line:
            slug = line if line.startswith("/") else line.rstrip("/")
        elif re.match(r"(?:By|Von|Par|Por) [A-ZÀ-Þ]", line):
            byline = re.sub(r"^(?:By|Von|Par|Por) ", "", line).strip()
        elif not titles and (_NET.match(line) or telex.is_label(line)):
            labels.append(line)
        else:
            titles.append(line)
    return labels, slug, " ".join(titles), byline


def _public(lines: list[str]) -> tuple[list[str], list[str], str]:
    """Paragraphs for readers, lines for the desk, and the date line. A notebook's links are for readers."""
    public: list[str] = []
    desk: list[str] = []
    run: list[str] = []
    when, closed, notebook = "", False, False

    def end() -> None:
        text = " ".join(run)
        if text:
            hidden = closed or notebook or telex.SIGN_OFF.match(text)
            (desk if hidden else public).append(text)
        run.clear()

    for line in [*(each.replace("\x04", "").replace("\x0c", "") for each in lines), ""]:
        dated = _DATE.match(line)
        said = line.strip().lstrip("\x03").strip()
        if dated:
            end()
            when = dated[1]
            break
        if telex.NOT_PUBLIC.match(said):
            end()
            closed = True
            desk.append(said)
        elif telex.NOTEBOOK.match(said):
            end()
            notebook = True
        elif not said or (line.startswith("   ") and run):
            end()
            run += [said] if said else []
        elif said.startswith(("#", "- ")) and (notebook or closed):
            end()
            desk.append(said)
        else:
            run.append(said)
    end()
    return public, desk, when
