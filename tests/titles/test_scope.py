"""A question about a paper's rows that names no paper is not asked where readers are answered."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.models import Count

from masthead.stories.models import Story, Topic
from masthead.titles import scope
from masthead.titles.models import Section


@pytest.fixture
def section(title) -> Section:
    return title.sections.first()


REFUSED = {
    "all": lambda s: list(Story.objects.all()),
    "readable": lambda s: list(Story.objects.readable()[:3]),
    "count": lambda s: Story.objects.filter(live=True).count(),
    "exists": lambda s: Topic.objects.filter(slug="ferries").exists(),
    "sum": lambda s: Story.objects.values("state").annotate(n=Count("pk")).order_by() and list(Story.objects.values("state").annotate(n=Count("pk"))),
    "update": lambda s: Story.objects.filter(state="draft").update(live=False),
    "delete": lambda s: Topic.objects.filter(slug="nothing")._raw_delete("default"),
    "by way of what has no title": lambda s: Story.objects.filter(credits__person__slug="ida-marsh").exists(),
    "in": lambda s: list(Section.objects.filter(slug__in=Topic.objects.values("slug"))),
}
ASKED = {
    "its title": lambda s: list(Story.objects.filter(title=s.title)),
    "of its title": lambda s: list(s.title.stories.filter(live=True)),
    "its key": lambda s: Section.objects.get(pk=s.pk),
    "keys": lambda s: list(Section.objects.filter(pk__in=[s.pk])),
    "uid": lambda s: Story.objects.filter(uid="6a0c2b8e-8f3f-4d0e-9d55-54f0a0a0a0a0").first(),
    "what belongs to it": lambda s: list(Story.objects.filter(section=s)),
    "no paper's": lambda s: s.title.__class__.objects.count(),
}


@pytest.mark.parametrize("ask", REFUSED.values(), ids=REFUSED)
def test_without_a_title_it_raises_and_nothing_is_asked(section, ask) -> None:
    with scope.guarded(), pytest.raises(scope.WithoutTitle, match="names no title"), transaction.atomic():
        ask(section)
    ask(section)  # outside it is another's care
    with scope.guarded(), scope.across():
        ask(section)


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_with_one_it_is_asked(section, ask) -> None:
    with scope.guarded(), scope.guarded():
        ask(section)


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ('SELECT "stories_topic"."id" FROM "stories_topic" WHERE ("stories_topic"."id") IN ((%s))', ""),  # PostgreSQL, fetching ahead
        ('SELECT U0."id" FROM "stories_topic" U0 WHERE U0."slug" = %s', "stories_topic"),
        ('SELECT U0."id" FROM "stories_topic" U0 WHERE U0."title_id" = %s', ""),
        ('SELECT 1 FROM "stories_credit" INNER JOIN "stories_story" ON ("stories_credit"."story_id" = "stories_story"."id")', ""),
        ('SELECT 1 FROM "stories_story" INNER JOIN "x" ON ("stories_story"."id" = "x"."story_id") WHERE "x"."live"', "stories_story"),
        ('INSERT INTO "stories_story" ("title_id") SELECT 1', ""),
    ],
)
def test_by_the_words_of_the_question(db, sql, table) -> None:
    assert scope.unscoped(sql) == table
