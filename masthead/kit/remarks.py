"""What readers write: plain text with a little Markdown becomes markup; HTML is never taken, only shown as it was typed.

Emphasis, quotations, lists, line breaks; addresses become links that show where they lead (there are no hidden ones).
CommonMark by markdown-it-py with everything else switched off, then nh3 has the last word (`kit.html.remark`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt

from masthead.kit import html

LARGEST = 20_000
"""Characters that are looked at; the rules of a paper allow far fewer."""

_linkify = LinkifyIt({}, {"fuzzy_link": True, "fuzzy_ip": True, "fuzzy_email": False})
for _scheme in ("ftp:", "mailto:", "//"):
    _linkify.add(_scheme, None)
_markdown = MarkdownIt("zero", {"linkify": True, "breaks": True, "maxNesting": 12}).enable(
    ["emphasis", "balance_pairs", "blockquote", "list", "linkify", "newline", "escape", "fragments_join"]
)
_markdown.linkify = _linkify

# Direction overrides and isolates reorder what stands around them; the rest is invisible and serves to fool filters.
# Joiners (200C, 200D) stay: Persian and emoji need them.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
MARKS = 4
"""Marks that may stand on one letter: Vietnamese and Hebrew need three."""


@dataclass(frozen=True, slots=True)
class Found:
    """An address in a text: where it stands, and its host in lower case."""

    start: int
    end: int
    url: str
    host: str


def plain(text: str) -> str:
    """What somebody typed, fit to keep: NFC, no control or direction characters, no towers of marks, no empty deserts."""
    text = unicodedata.normalize(
        "NFC",
        text[: LARGEST * 2].replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n"),
    )
    text = _CONTROL.sub("", _INVISIBLE.sub("", text.replace("\t", " ")))
    out: list[str] = []
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= MARKS:
            out.append(letter)
    lines = [line.rstrip() for line in "".join(out).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n ")[:LARGEST]


def markup(text: str) -> str:
    """Clean markup of a plain text: p, br, em, strong, blockquote, ul, ol, li, and links that show where they lead."""
    return html.remark(_markdown.render(text))


def links(text: str) -> list[Found]:
    """The addresses in a plain text, bare ones (example.com) as well."""
    found = []
    for one in _linkify.match(text) or []:
        host = re.sub(r"^[a-z]+:(?://)?", "", one.url.lower()).split("/")[0].split("?")[0].split("#")[0]
        found.append(
            Found(one.index, one.last_index, one.url, host.rpartition("@")[2].split(":")[0].removeprefix("www."))
        )
    return found


def quoted_lines(text: str, width: int = 80) -> int:
    """How many lines of about `width` characters are quoted."""
    lines = [line.lstrip("> ") for line in text.split("\n") if line.lstrip().startswith(">")]
    return sum(max(1, -(-len(line) // width)) for line in lines)
