"""What belongs to somebody's page, portal or newsletter and not to the story."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 400


@dataclass(frozen=True, slots=True)
class Furniture:
    """A line of somebody's page: what it is there for, and the brand or topics that it names."""

    role: str
    brand: str | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Foot:
    """“The post TITLE appeared first on PUBLISHER.”, and where in the text it begins."""

    start: int
    title: str
    publisher: str


_ROLES = tuple(
    (role, re.compile(pattern + "$", re.IGNORECASE))
    for role, pattern in (
        ("skip-link", r"Skip to (?:main )?content"),
        ("updates-link", r"Click here for updates on this story\.?"),
        ("network-share-link", r"Click here to (?:follow|read|view) the original (?:article|story)\.?"),
        ("comments-link", r"Jump to comments ?↓?"),
        ("advertisement", r"(?:Advertisement|Story continues below advertisement)"),
        ("comments-heading", r"Be part of the conversation"),
        ("follow-widget", r"Article Topic Follows: (?P<topics>.{2,80})"),
        (
            "comments-prompt",
            r"(?P<brand>[^.]{2,60}?) is committed to providing a forum for civil and constructive conversation\.",
        ),
        (
            "guidelines-link",
            r"Please keep your comments respectful and relevant\. You can review our Community Guidelines by clicking here\.?",
        ),
        ("tips-prompt", r"If you would like to share a story idea, please submit it here\.?"),
    )
)
_MAY_BE = re.compile(
    r"\s{0,20}(?:skip to|click here|jump to|advert|story cont|be part|article topic|please keep|if you would)",
    re.IGNORECASE,
)
# Headline and site both begin with a capital or a figure: “The post office appeared first on a list” is a sentence.
_FOOT = re.compile(r"(?:appeared first on|first appeared on) (?P<publisher>[^a-z\s.][^.]{0,120}(?:\.\w{2,10})?)\.\s*$")
_POST = "The post "


def furniture(text: str) -> Furniture | None:
    """What kind of furniture this whole line is; None for copy."""
    text = " ".join(text.split()) if len(text) <= LONGEST and (_MAY_BE.match(text) or "civil and" in text) else ""
    for role, pattern in _ROLES if text else ():
        match = pattern.match(text)
        if match:
            said = match.groupdict()
            topics = tuple(t.strip() for t in (said.get("topics") or "").split(",") if t.strip())
            return Furniture(role, said.get("brand"), topics)
    return None


def foot(text: str) -> Foot | None:
    """The syndication foot at the end of `text`, also where it is glued to the last word before it."""
    if "appeared" not in text[-160:]:
        return None
    tail = text[-500:]
    end = _FOOT.search(tail)
    if end is None:
        return None
    at = tail.rfind(_POST, 0, end.start())
    title = tail[at + len(_POST) : end.start()].strip() if at >= 0 else ""
    if len(title) < 2 or title[:1].islower() or (at and tail[at - 1] == "-"):
        return None
    return Foot(len(text) - len(tail) + at, title, end["publisher"])


_ENDS = (".", "!", "?", "”", '"', "’", ")", ":", "»", "…")


def breaks_off(text: str) -> bool:
    """Whether a text stops in mid sentence."""
    text = text.rstrip()
    return bool(text) and not text.endswith(_ENDS)
