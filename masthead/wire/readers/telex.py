"""What the two text wires share: control characters, labels that are orders or versions, typewriter marks, paragraphs."""

from __future__ import annotations

import hashlib
import re
from html import escape

_CONTROLS = re.compile(r"[\x00\x05\x06\x07\x0b\x0e-\x15\x17-\x1b\x7f]")
_LABELS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^\s*(?:KILL|STORY KILLED|MANDATORY KILL)\b(?:\s+KILL)*", re.IGNORECASE), "kill"),
    (re.compile(r"^\s*(?:HOLD|WITHHOLD|HOLD FOR RELEASE)\b(?:\s+HOLD)*", re.IGNORECASE), "hold"),
    (re.compile(r"\bwrite-?thru\b", re.IGNORECASE), "write-thru"),
    (re.compile(r"\b(?:correction|corrected|corrective|corrects|cor)\b", re.IGNORECASE), "correction"),
    (re.compile(r"\brefile[ds]?\b", re.IGNORECASE), "refile"),
    (re.compile(r"\b\d+(?:st|nd|rd|th)\s+(?:ld|lead|add|net)\b|\b(?:lead|update)\s*\d*\b", re.IGNORECASE), "update"),
    (re.compile(r"\b(?:extra|bulletin|urgent|flash|eil|achtung)\b", re.IGNORECASE), "urgent"),
)
NOT_PUBLIC = re.compile(
    r"^[#* ]*(?:the following information is not (?:for|intended for) publication|die folgenden informationen sind nicht zur"
    r"|not for publication|nicht zur veröffentlichung)",
    re.IGNORECASE,
)
NOTEBOOK = re.compile(r"^#+\s*(?:[\w-]+ )?notebook\b|^#+\s*notizblock", re.IGNORECASE)
SIGN_OFF = re.compile(r"^(?:[a-z]{2,5}/?){1,2}(?: [a-z0-9]{2,4}){1,6}$")
"""“dpa hm bs wjh”: the service and the initials of those who wrote and passed the copy."""


def decoded(data: bytes) -> str:
    """The text of a wire file: UTF-8 where it is, else Latin-1 (both standards name an 8-bit set)."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # cp1252 is Latin-1 with the quotation marks that real senders put in its empty places.
        return data.decode("cp1252", "replace")


def without_controls(text: str) -> str:
    """Line ends as \\n and no control characters but those that part the message."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def signals(lines: list[str]) -> tuple[str, ...]:
    """What the label lines of a title block say: kill, hold, correction, refile, update, write-thru, urgent."""
    return tuple(dict.fromkeys(word for line in lines for pattern, word in _LABELS if pattern.search(line)))


def is_label(line: str) -> bool:
    """Whether a line of the title block is a label and no headline: short, in capitals or in brackets."""
    said = line.strip()
    if not said or len(said) > 40:
        return False
    return bool(re.fullmatch(r"\([^)]{1,38}\)", said)) or (said.upper() == said and bool(signals([said])))


def set_in_type(text: str) -> str:
    """Typewriter marks as a printer sets them: quotation marks, dashes, halves."""
    text = text.replace("``", "“").replace("''", "”")
    text = re.sub(r" (?:_|--|- -) ", " — ", text)
    return re.sub(r"(?<=\d)7\{|\b7\{", "½", text)


def paragraph(text: str) -> str:
    """One paragraph as HTML, with [name](address) as a link."""
    said = escape(set_in_type(" ".join(text.split())), quote=False)
    return "<p>" + re.sub(r"\[([^\]]{1,200})\]\((https?://[^)\s]{1,500})\)", r'<a href="\2">\1</a>', said) + "</p>"


def derived_guid(*seeds: str) -> str:
    """A stable id for a format that has none, so that a second lead joins the first."""
    text = "\x1f".join(" ".join(seed.casefold().split()) for seed in seeds)
    return f"urn:masthead:derived:{hashlib.sha256(text.encode()).hexdigest()[:32]}"
