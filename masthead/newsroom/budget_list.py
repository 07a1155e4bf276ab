"""What the budget shows: filters, order, one page of stories by cursor. No counting, so that size costs nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict

from masthead.kit import zones
from masthead.people.models import User
from masthead.stories import index, permissions
from masthead.stories.models import Credit, Scheduled, Story
from masthead.titles.models import Title

PAGE = 30
"""Stories on one page."""
ORDERS = {"changed": "last change", "deadline": "deadline", "filed": "newest first"}
ORIGINS = {"ours": "ours", "wire": "wire"}
NEEDED = (
    "id",
    "title",
    "section",
    "slug",
    "path",
    "headline",
    "wire_headline",
    "desk_headline",
    "desk_writers",
    "words",
    "state",
    "live",
    "has_unpublished_changes",
    "embargo_until",
    "expires_at",
    "order_pubstatus",
    "order_embargo_until",
    "order_expires_at",
    "agency",
    "deadline",
    "filed_by",
    "taken_by",
    "taken_at",
    "changed_at",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the budget is asked for; all values as they stand in the address."""

    words: str = ""
    state: str = ""
    section: str = ""
    writer: str = ""
    origin: str = ""
    mine: str = ""
    since: str = ""
    until: str = ""
    order: str = "changed"

    @classmethod
    def of(cls, given: QueryDict) -> Asked:
        """The filters in an address; what makes no sense is left out."""
        found = {name: given.get(name, "").strip()[:100] for name in cls.__dataclass_fields__}
        found["section"] = found["section"] if found["section"].isdigit() else ""
        found["state"] = found["state"] if found["state"] in Story.State.values else ""
        found["origin"] = found["origin"] if found["origin"] in ORIGINS else ""
        found["order"] = found["order"] if found["order"] in ORDERS else "changed"
        return cls(**found)

    @property
    def query(self) -> str:
        """The filters as they stand in an address; empty when nothing is asked for."""
        return urlencode({k: v for k, v in asdict(self).items() if v and (k, v) != ("order", "changed")})


@dataclass(frozen=True, slots=True)
class Page:
    stories: list[Story]
    older: str
    """Cursor of the next page; empty on the last."""
    too_common: bool = False
    """The words sought are in so many stories that only the newest of them were looked at."""


def page(title: Title, asked: Asked, user: User, after: str = "") -> Page:
    """One page of the stories of `title` that fit, after the cursor `after`."""
    # First the ids alone, out of one index; with the joins in the same query SQLite sorts the whole paper.
    words = index.search(asked.words) if asked.words else None
    fitting = _filtered(title, asked, user)
    fitting = words.among(fitting) if words else fitting
    pks = list(_ordered(fitting, asked.order, after).values_list("pk", flat=True)[: PAGE + 1])
    waiting = Scheduled.objects.filter(story=OuterRef("pk"), state="waiting").values("at")[:1]
    found = Story.objects.filter(pk__in=pks).annotate(
        waiting_at=Subquery(waiting),
        credited=Exists(Credit.objects.filter(story=OuterRef("pk"), person__user=user)),
    )
    by_pk = {story.pk: story for story in found.select_related("section", "agency", "taken_by", "title").only(*_columns())}
    rows = [by_pk[pk] for pk in pks if pk in by_pk]
    older = _cursor(rows[PAGE - 1], asked.order) if len(rows) > PAGE else ""
    return Page(rows[:PAGE], older, bool(words and words.more))


def _columns() -> tuple[str, ...]:
    related = ("section__name", "agency__name", "taken_by__username", "taken_by__first_name", "taken_by__last_name")
    return (*NEEDED, *related, "title__name", "title__time_zone", "title__language")


def _filtered(title: Title, asked: Asked, user: User) -> QuerySet[Story]:
    found: QuerySet[Story] = Story.objects.filter(title=title)
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.section:
        found = found.filter(section_id=int(asked.section))
    if asked.origin:
        found = found.filter(agency__isnull=asked.origin == "ours")
    if asked.writer:
        credited = Credit.objects.filter(name__icontains=asked.writer).values("story")
        found = found.filter(Q(desk_writers__icontains=asked.writer) | Q(pk__in=credited))
    if asked.mine:
        found = permissions.mine(found, user)
    for name, lookup, days in (("since", "filed_at__gte", 0), ("until", "filed_at__lt", 1)):
        day = _midnight(getattr(asked, name), title, days)
        found = found.filter(**{lookup: day}) if day else found
    return found


def _midnight(text: str, title: Title, days: int) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=days)
    except ValueError:
        return None
    return zones.beginning(day.date(), title.zone)


def _ordered(found: QuerySet[Story], order: str, after: str) -> QuerySet[Story]:
    moment, pk = _place(after)
    if order == "filed":
        return (found.filter(pk__lt=pk) if pk else found).order_by("-id")
    if order == "deadline":
        found = found.exclude(deadline=None)
        if moment:
            found = found.filter(deadline__gte=moment).filter(Q(deadline__gt=moment) | Q(pk__gt=pk))
        return found.order_by("deadline", "id")
    if moment:
        found = found.filter(changed_at__lte=moment).filter(Q(changed_at__lt=moment) | Q(pk__lt=pk))
    return found.order_by("-changed_at", "-id")


def _cursor(story: Story, order: str) -> str:
    moment: Any = story.deadline if order == "deadline" else story.changed_at
    return f"{moment.isoformat()},{story.pk}"


def _place(cursor: str) -> tuple[datetime | None, int]:
    moment, _, pk = cursor.partition(",")
    try:
        # A plus sign in an address is a space when it was not escaped.
        return datetime.fromisoformat(moment.replace(" ", "+")), int(pk)
    except ValueError:
        return None, 0
