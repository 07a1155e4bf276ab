"""Which rule fits an item, and what stands in the way of publishing it unseen."""

from __future__ import annotations

from dataclasses import dataclass

from masthead.kit import html
from masthead.titles.models import Section, Title
from masthead.wire.item import Item
from masthead.wire.models import Rule, Source

SHORTEST_STORY = 15
"""Words; a shorter body is not a story that can go out unseen."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with an item: publish, hold or drop; where; and why, in words for the desk."""

    action: str
    section: Section | None
    why: str


def labels(item: Item) -> set[str]:
    """Everything a rule's words may match, in lower case."""
    named = [*item.categories, *item.keywords, *item.genres]
    for subject in item.subjects:
        named += [subject.name or "", subject.code or ""]
    return {name.casefold().strip() for name in named if name}


def _fits(rule: Rule, item: Item, source: Source, title: Title) -> bool:
    if rule.source_id and rule.source_id != source.pk:
        return False
    if not _speaks(rule.language or title.language, item.language):
        return False
    words = {w.casefold().strip() for w in rule.words.split(",") if w.strip()}
    return not words or bool(words & labels(item))


def _speaks(wanted: str, language: str | None) -> bool:
    if wanted == "*" or not language:
        return True
    return wanted.split("-")[0].lower() == language.split("-")[0].lower()


def decide(item: Item, source: Source) -> Decision:
    """The first fitting rule's decision, softened to a hold where the copy itself forbids going out unseen."""
    title = source.title
    for rule in title.wire_rules.select_related("section"):
        if _fits(rule, item, source, title):
            return _soften(rule, item)
    section = title.sections.first()
    return Decision("hold", section, "Held: no rule fits this copy (its language or source may be new).")


def _soften(rule: Rule, item: Item) -> Decision:
    doubt = doubts(item)
    if rule.action == Rule.Action.PUBLISH and doubt:
        return Decision("hold", rule.section, f"Held: {doubt}")
    return Decision(rule.action, rule.section, f"Rule: {rule}.")


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
