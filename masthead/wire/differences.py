"""What changed between two versions: word by word for the editor, in one word for the list."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from masthead.kit import html
from masthead.wire.item import Item

MOSTLY_NEW = 0.5
"""Share of changed words from which a new version counts as a rewrite of the story (a write-thru)."""
LONG = 4_000
"""Words above which paragraphs are matched first, so that a long text is compared in a moment."""


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words: the same in both, only in the older ("removed") or only in the newer text ("added")."""

    kind: Literal["same", "removed", "added"]
    text: str


def words(before: str, after: str) -> tuple[Change, ...]:
    """The word diff of two texts or bodies in HTML, in reading order. Paragraphs end with a line break."""
    old, new = _paragraphs(before), _paragraphs(after)
    return tuple(_joined(_compared(old, new)))


def share(before: str, after: str) -> float:
    """Share of the words that changed, from 0 (none) to 1 (all)."""
    found = words(before, after)
    count = {kind: sum(len(c.text.split()) for c in found if c.kind == kind) for kind in ("same", "removed", "added")}
    most = count["same"] + max(count["removed"], count["added"])
    return max(count["removed"], count["added"]) / most if most else 0.0


def _paragraphs(text: str) -> list[str]:
    return html.paragraphs(text) if "<" in text else [line for line in text.splitlines() if line.strip()]


def _tokens(paragraphs: list[str]) -> list[str]:
    return [token for line in paragraphs for token in [*re.findall(r"\S+\s?", line), "\n"]]


def _compared(old: list[str], new: list[str]) -> Iterator[Change]:
    if sum(map(len, old)) + sum(map(len, new)) < LONG * 6:
        yield from _changes(_tokens(old), _tokens(new))
        return
    for op, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if op == "equal":
            yield Change("same", "\n".join(old[a:b]) + "\n")
        elif sum(map(len, old[a:b])) + sum(map(len, new[c:d])) < LONG * 6:
            yield from _changes(_tokens(old[a:b]), _tokens(new[c:d]))
        else:
            yield Change("removed", "\n".join(old[a:b]) + "\n")
            yield Change("added", "\n".join(new[c:d]) + "\n")


def _changes(old: list[str], new: list[str]) -> Iterator[Change]:
    for op, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if op == "equal":
            yield Change("same", "".join(old[a:b]))
            continue
        yield Change("removed", "".join(old[a:b]))
        yield Change("added", "".join(new[c:d]))


def _joined(changes: Iterator[Change]) -> Iterator[Change]:
    held: Change | None = None
    for change in changes:
        if not change.text:
            continue
        if held and held.kind == change.kind:
            held = Change(held.kind, held.text + change.text)
            continue
        if held:
            yield held
        held = change
    if held:
        yield held


def _corrections(item: Item) -> set[str]:
    """The lines in which the copy corrects itself. They stay in later versions, so only a new one is news."""
    return {remark.text for remark in item.remarks if remark.role == "correction"}


def kind_of_change(before: Item | None, item: Item) -> str:
    """What this version is to the one before: new, update, write-thru, correction, refile, kill, withhold, embargo.

    Orders come first, then what the agency says (signals, labels), then the size of the difference.
    """
    if item.pubstatus != "usable":
        return "kill" if item.pubstatus == "canceled" else "withhold"
    said = " ".join(item.signals).casefold()
    for word, kind in (("kill", "kill"), ("hold", "withhold"), ("correct", "correction"), ("refile", "refile")):
        if word in said:
            return kind
    if _corrections(item) - (_corrections(before) if before else set()):
        return "correction"
    if "writethru" in said.replace("-", "") or "write-thru" in said:
        return "write-thru"
    if before is None:
        return "new"
    embargo = (before.embargoed_until, before.embargo_open) != (item.embargoed_until, item.embargo_open)
    if embargo and before.body == item.body:
        return "embargo"
    return "write-thru" if share(before.body, item.body) >= MOSTLY_NEW else "update"
