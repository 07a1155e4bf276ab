"""The figures of the conversation, for the desk and for the public page: counts, never persons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from masthead.comments import moderating, rules
from masthead.comments.models import Appeal, Comment, Decision, State
from masthead.kit import clock
from masthead.titles.models import Title


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened in a span of days."""

    days: int
    written: int
    at_once: int
    """Published without waiting, in percent."""
    removed: int
    waiting: int
    wait: timedelta | None
    by_rule: tuple[tuple[str, int], ...]
    """Why comments were held, the most frequent first."""
    by_removal: tuple[tuple[str, int], ...]
    appeals: int
    granted: int
    decisions: int


def figures(title: Title, days: int = 30) -> Figures:
    """The figures of the last `days`."""
    since = clock.now() - timedelta(days=days)
    rows = Comment.objects.filter(title=title, at__gt=since)
    found = rows.aggregate(
        written=Count("pk"),
        held=Count("pk", filter=~Q(reasons=[])),
        removed=Count("pk", filter=Q(state=State.REMOVED)),
    )
    why: Counter[str] = Counter(
        reason["rule"]
        for reasons in rows.exclude(reasons=[]).values_list("reasons", flat=True)[:5000]
        for reason in reasons
    )
    decided = Decision.objects.filter(title=title, at__gt=since)
    gone = decided.filter(verdict="reject", undone_by=None).values_list("rule").annotate(n=Count("pk")).order_by("-n")
    appeals = Appeal.objects.filter(comment__title=title, at__gt=since)
    return Figures(
        days=days,
        written=found["written"],
        at_once=round(100 * (found["written"] - found["held"]) / found["written"]) if found["written"] else 0,
        removed=found["removed"],
        waiting=moderating.counts([title.pk])["waiting"],
        wait=moderating.usual_wait(title.pk),
        by_rule=tuple((_named(code), n) for code, n in why.most_common(12)),
        by_removal=tuple((_named(code), n) for code, n in gone),
        appeals=appeals.count(),
        granted=appeals.filter(granted=True).count(),
        decisions=decided.count(),
    )


def _named(code: str) -> str:
    return rules.BOOK[code].name if code in rules.BOOK else code
