"""Repair with proof: named rules turn what arrived into what a reader should meet, and keep before and after.

Shapes: anchors/wire.md section 6. A rule reads a line and says what it is or None; the bench lifts it out and
notes it. What differs from agency to agency (label words, private markers, names) comes from the profile.
"""

from __future__ import annotations

import re

import ftfy
import ftfy.fixes
from ftfy.badness import is_bad

from masthead.wire.item import Item, Repair
from masthead.wire.profiles import Profile, plain
from masthead.wire.repair.bench import Bench

__all__ = ["repair"]


LONGEST = {"body": 300_000, "headline": 2_000, "standfirst": 20_000}
"""Characters. A long magazine piece with all its markup has 100,000; three times that is a fault or an attack, and every
rule of repair would have to walk through it."""


def repair(item: Item, *, profile: Profile | None = None) -> Item:
    """The item as a reader should meet it: clean body, byline, dateline, tail and captions in their fields.

    What is longer than any story is cut and marked partial, so that no rule publishes it; the bytes are kept whole.

    Args:
        profile: the agency's; without one, what all agencies have in common.
    """
    return Bench(_legible(_bounded(item)), profile or plain()).done()


def _bounded(item: Item) -> Item:
    cut = {name: said[:most] for name, most in LONGEST.items() if len(said := getattr(item, name) or "") > most}
    if not cut:
        return item
    told = [f"The {name} is longer than {LONGEST[name]:,} characters; it was cut there." for name in cut]
    return item.replace(**cut, partial=True, warnings=(*item.warnings, *told))


def _legible(item: Item) -> Item:
    """Undo text that was decoded wrongly somewhere on its way: “CafÃ©”, and quotation marks as control characters."""
    changes: dict[str, object] = {}
    repairs = list(item.repairs)
    for field in ("headline", "standfirst", "body"):
        before = getattr(item, field) or ""
        after = ftfy.fixes.fix_c1_controls(ftfy.fix_encoding(before)) if _looks_wrong(before) else before
        if after != before:
            changes[field] = after
            repairs.append(Repair("mojibake", field, before, after))
    return item.replace(repairs=tuple(repairs), **changes) if changes else item


_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_STRANGE = frozenset("ŒœÃÂ") | frozenset(map(chr, range(0x80, 0xA0)))


def _looks_wrong(text: str) -> bool:
    """Whether ftfy would call the text mojibake. It is asked only about the places that could be: all its patterns
    hold two neighbours outside ASCII, or one of these letters, and none is longer than seven characters."""
    if text.isascii():
        return False
    for found in _FOREIGN.finditer(text):
        start, end = found.span()
        if (end - start > 1 or text[start] in _STRANGE) and is_bad(text[max(0, start - 7) : end + 7]):
            return True
    return False
