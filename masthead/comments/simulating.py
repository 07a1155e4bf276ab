"""What a rule would have done: last month's comments looked at again with the rules of today and with others.

Only rules about the words can be asked again: who wrote, and how often before, was another then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from masthead.comments import facts, rules
from masthead.comments.models import Comment, Rulebook, State
from masthead.comments.rules import Does
from masthead.comments.words import Lists
from masthead.kit import clock

MOST = 3000
"""Comments that are looked at again: the newest."""
SPAN = timedelta(days=30)
NOT_AGAIN = frozenset(
    {"first-comments", "new-account", "history", "reported", "read-first", "thrown-away", "same-network", "let-others-speak", "read-before", "said-before", "copied", "protected-name"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flip:
    """A comment that would have fared otherwise."""

    comment: Comment
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a change would have done."""

    looked_at: int
    held: int
    held_before: int
    flips: tuple[Flip, ...]
    right: int
    """Of those that would now be held or refused, how many a moderator removed."""


def _outcome(text: str, known: facts.Facts) -> tuple[Does, str]:
    reasons = [r for r in rules.look(text, known) if r.rule not in NOT_AGAIN]
    return rules.strictest(*(r.does for r in reasons)), ", ".join(rules.BOOK[r.rule].name for r in reasons)


def simulate(book: Rulebook, chosen: Mapping[str, Any], lists: Lists | None = None) -> Result:
    """Look at last month's comments with `chosen` rules (and other word lists) instead of the paper's own."""
    known = facts.Facts(
        chosen=book.rules,
        lists=facts.lists_of(book),
        language=book.title.language.lower(),
        longest=book.longest,
        own_hosts=facts.own_hosts(book),
    )
    other = replace(known, chosen=chosen, lists=lists or known.lists)
    rows = (
        Comment.objects.filter(title=book.title_id, at__gt=clock.now() - SPAN, role="")
        .exclude(body="")
        .select_related("thread__story", "author")
        .order_by("-at")
    )
    flips: list[Flip] = []
    looked = held = held_before = right = 0
    for comment in rows[:MOST]:
        looked += 1
        (before, why_before), (after, why) = _outcome(comment.body, known), _outcome(comment.body, other)
        held += after != Does.OFF
        held_before += before != Does.OFF
        if (before == Does.OFF) != (after == Does.OFF):
            right += after != Does.OFF and comment.state == State.REMOVED
            if len(flips) < 100:
                flips.append(Flip(comment, str(before), str(after), why or why_before))
    return Result(looked, held, held_before, tuple(flips), right)
