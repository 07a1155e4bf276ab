"""Repair with proof: named rules turn what arrived into what a reader should meet, and keep before and after.

Shapes: anchors/wire.md section 6. A rule reads a line and says what it is or None; the bench lifts it out and
notes it. What differs from agency to agency (label words, private markers, names) comes from the profile.
"""

from __future__ import annotations

import ftfy
import ftfy.fixes

from masthead.wire.item import Item, Repair
from masthead.wire.profiles import Profile, plain
from masthead.wire.repair.bench import Bench

__all__ = ["repair"]


def repair(item: Item, *, profile: Profile | None = None) -> Item:
    """The item as a reader should meet it: clean body, byline, dateline, tail and captions in their fields.

    Args:
        profile: the agency's; without one, what all agencies have in common.
    """
    return Bench(_legible(item), profile or plain()).done()


def _legible(item: Item) -> Item:
    """Undo text that was decoded wrongly somewhere on its way: “CafÃ©”, and quotation marks as control characters."""
    changes: dict[str, object] = {}
    repairs = list(item.repairs)
    for field in ("headline", "standfirst", "body"):
        before = getattr(item, field) or ""
        after = ftfy.fixes.fix_c1_controls(ftfy.fix_encoding(before)) if not before.isascii() else before
        if after != before:
            changes[field] = after
            repairs.append(Repair("mojibake", field, before, after))
    return item.replace(repairs=tuple(repairs), **changes) if changes else item
