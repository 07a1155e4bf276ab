"""A prepared question answers as the query set itself does, with every value anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Count, Q

from masthead.comments.models import Comment, State
from masthead.kit import clock
from masthead.kit.prepared import Prepared, PreparedMany, Slot
from masthead.people.models import Reader
from tests.comments import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(title):
    made.talking(title, slow_from=0)
    story = made.story(title)
    return [made.says(story, f"What is said here for the {n}th time of all") for n in range(4)]


def test_models_with_what_they_belong_to(said, django_assert_num_queries) -> None:
    prepared = Prepared(lambda: Comment.objects.filter(thread=Slot("thread"), at__gte=Slot("since")).select_related("author").order_by("-number"))
    for comment in said[1:3]:
        with django_assert_num_queries(1):
            found = prepared.all(thread=comment.thread_id, since=comment.at)
            assert [(one.pk, one.author.name, one.at, one.reasons) for one in found] == [
                (one.pk, one.author.name, one.at, one.reasons) for one in reversed(said) if one.at >= comment.at
            ]
    assert prepared.first(thread=said[0].thread_id, since=clock.now() + timedelta(days=1)) is None


def test_many_keys_at_once(said, django_assert_num_queries) -> None:
    many = PreparedMany(lambda keys: Comment.objects.filter(pk__in=keys).order_by("number").values_list("pk", flat=True))
    pks = [one.pk for one in said]
    for keys in (pks[:1], pks[1:], pks + pks, [*pks, *range(10_000, 10_200)]):
        with django_assert_num_queries(1):
            assert many.all(keys) == sorted(set(keys) & set(pks))
    with django_assert_num_queries(3):
        assert set(many.all([*range(10_000, 10_800), *pks])) == set(pks)
    with django_assert_num_queries(0):
        assert many.all([]) == []


def test_values_and_counts(said) -> None:
    counts = Prepared(
        lambda: Comment.objects.filter(author=Slot("reader")).exclude(pk=Slot("but")).order_by().values("author")
        .annotate(shown=Count("pk", filter=Q(state=State.PUBLISHED, title=Slot("title")))).values_list("shown")
    )  # fmt: skip
    reader = said[0].author_id
    assert counts.all(reader=reader, but=0, title=said[0].title_id) == [(1,)]
    assert counts.all(reader=reader, but=0, title=said[0].title_id + 1) == [(0,)]
    assert counts.all(reader=reader, but=said[0].pk, title=said[0].title_id) == []
    names = Prepared(lambda: Reader.objects.filter(pk__in=[Slot("one"), Slot("other")]).order_by("pk").values_list("name", flat=True))
    assert names.all(one=said[0].author_id, other=said[2].author_id) == [said[0].author.name, said[2].author.name]


def test_what_cannot_be_asked(said) -> None:
    prepared = Prepared(lambda: Comment.objects.filter(author=Slot("reader")))
    with pytest.raises(ValueError, match="no None"):
        prepared.all(reader=None)
    with pytest.raises(KeyError):
        prepared.all(author=1)
