"""Which rule fits an item, and what stands in the way of publishing it unseen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from masthead.kit import clock, html
from masthead.titles.models import Section, Title
from masthead.wire.item import Item
from masthead.wire.models import Rule, Source

SHORTEST_STORY = 15
"""Words; a shorter body is not a story that can go out unseen."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with an item: publish, hold, desk or drop; where; why, in words; and what the desk is told."""

    action: str
    section: Section | None
    why: str
    notices: tuple[str, ...] = ()


def labels(item: Item) -> set[str]:
    """Everything a rule's sections and topics may match, in lower case."""
    named = [*item.categories, *item.keywords, *item.genres]
    for subject in item.subjects:
        named += [subject.name or "", subject.code or ""]
    return {name.casefold().strip() for name in named if name}


def listed(field: str) -> list[str]:
    """The entries of a rule's comma-separated field, in lower case."""
    return [w.casefold().strip() for w in field.replace("\n", ",").split(",") if w.strip()]


def fits(rule: Rule, item: Item, source: Source, title: Title, now: datetime) -> bool:
    """Whether every condition of the rule holds for the item at `now`."""
    if rule.source_id and rule.source_id != source.pk:
        return False
    if not _speaks(rule.language or title.language, item.language):
        return False
    if rule.urgency and (item.urgency or 9) > rule.urgency:
        return False
    if not _in_hours(rule, now.astimezone(title.zone)):
        return False
    words = listed(rule.words)
    if words and not labels(item).intersection(words):
        return False
    return _says(item, listed(rule.text_words))


def _says(item: Item, wanted: Sequence[str]) -> bool:
    if not wanted:
        return True
    text = f"{item.headline or ''} {html.to_text(item.standfirst or '')} {html.to_text(item.body)}".casefold()
    return any(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) for phrase in wanted)


def _in_hours(rule: Rule, local: datetime) -> bool:
    start, end = rule.from_time, rule.to_time
    if start is None and end is None:
        return True
    start, end = start or local.min.time(), end or local.max.time()
    at = local.time()
    return start <= at < end if start <= end else at >= start or at < end


def _speaks(wanted: str, language: str | None) -> bool:
    if wanted == "*" or not language:
        return True
    return wanted.split("-")[0].lower() == language.split("-")[0].lower()


def of(title: Title) -> list[Rule]:
    """The paper's rules in force, in their order."""
    return list(title.wire_rules.filter(active=True).select_related("section", "source"))


def decide(
    item: Item,
    source: Source,
    *,
    against: Iterable[str] = (),
    rules: Sequence[Rule] | None = None,
    section: Section | None = None,
) -> Decision:
    """The first fitting rule's decision, softened to a hold where something speaks against going out unseen.

    Args:
        against: sentences that forbid publishing unseen (duties, lints, a twin in the paper), for the desk to read.
        rules: asked instead of the paper's own: for a dry run, or known already.
        section: the paper's first, when it is known already.
    """
    title, now = source.title, clock.now()
    notices: list[str] = []
    for rule in of(title) if rules is None else rules:
        if not fits(rule, item, source, title, now):
            continue
        if rule.action == Rule.Action.NOTIFY:
            notices.append(f"Rule “{rule}”: {item.headline or 'an item without a headline'}")
            continue
        found = _soften(rule, item, rule.section or section or title.sections.first(), against)
        return Decision(found.action, found.section, found.why, tuple(notices))
    why = "Left on the wire desk: no rule fits this copy (its language or source may be new)."
    return Decision(Rule.Action.DESK, None, why, tuple(notices))


def _soften(rule: Rule, item: Item, section: Section | None, against: Iterable[str]) -> Decision:
    doubt = doubts(item) or next(iter(against), "")
    if rule.action == Rule.Action.PUBLISH and doubt:
        return Decision(Rule.Action.HOLD, section, f"Held: {doubt}")
    return Decision(rule.action, section, f"Rule: {rule}.")


def doubts(item: Item) -> str:
    """Why this copy must not go out unseen; empty when nothing speaks against it."""
    words = len(html.to_text(item.body).split())
    if item.partial:
        return "the text is a teaser that breaks off."
    if not item.headline:
        return "it has no headline."
    if words < SHORTEST_STORY:
        return f"the text has only {words} words."
    if item.embargo_open:
        return "the agency marks it as embargoed without giving a time."
    return ""
