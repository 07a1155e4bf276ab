"""What a rule would have done: last month's comments looked at again with the rules of today and with others.

Only rules about the words can be asked again: who wrote, and how often before, was another then. And fairness: how
often harmless sentences about people of every kind would have been held.
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
TEMPLATES = (
    "My neighbour is {} and brought us soup when the flood came.",
    "We were {} people in a street of forty, and nobody asked.",
    "As somebody {}, I would like to thank the fire crew.",
    "The new doctor is {}; the waiting room is as full as ever.",
    "Why does the council not speak with {} residents about the bus?",
)
KINDS = {
    "women and men": ("female", "male", "a woman", "a man"),
    "orientation": ("gay", "lesbian", "straight", "queer", "trans"),
    "origin and colour": ("black", "white", "Asian", "Roma", "Nigerian", "Polish", "Mexican", "Scottish"),
    "belief": ("Muslim", "Jewish", "Christian", "Hindu", "atheist"),
    "health and age": ("disabled", "deaf", "blind", "old", "young", "autistic"),
}
"""Harmless sentences and the people in them: our own, invented for this."""


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


def fairness(book: Rulebook) -> list[tuple[str, int, int]]:
    """For each kind of people: how many of the harmless sentences would be held, and of how many."""
    known = facts.Facts(chosen=book.rules, lists=facts.lists_of(book), language="en", longest=book.longest)
    out = []
    for kind, terms in KINDS.items():
        texts = [template.format(term) for template in TEMPLATES for term in terms]
        out.append((kind, sum(_outcome(text, known)[0] != Does.OFF for text in texts), len(texts)))
    return out
