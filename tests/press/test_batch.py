"""Pages printed together are those that are printed one by one, and the paper printed anew goes on after kill -9."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from masthead.kit import clock
from masthead.kit.prepared import Prepared
from masthead.press import batch, pages, run, shelf
from masthead.press.models import PageKey
from masthead.press.reading import Reader
from masthead.press.rows import Around
from masthead.stories import actions, diary
from masthead.stories.models import Story


@pytest.fixture
def stories(title) -> list[Story]:
    """Stories, some of the same second, on common and rare topics; some of them taken back."""
    dice, start = random.Random(5), clock.now() - timedelta(days=3)
    for n in range(28):
        names = {f"Topic {min(dice.randrange(9), dice.randrange(9))}" for _ in range(dice.randrange(4))}
        copy = actions.Copy(headline=f"Story {n}", body=f"<p>Text {n}.</p>", topics=tuple(map(actions.CopyTopic, sorted(names))))
        filed = actions.file_story(title=title, section=dice.choice(list(title.sections.all())), copy=copy)
        shown = actions.publish_as_filed(story=filed)
        Story.objects.filter(pk=shown.pk).update(first_published_at=start + timedelta(hours=dice.randrange(20)))
        if n % 9 == 8:
            actions.withdraw(story=shown, reason="wrong")
    diary.work_off()
    return list(Story.objects.exclude(path=None))


@pytest.fixture(params=[10, 1_500])
def looks_back(request, monkeypatch) -> int:
    """How many rows are looked at for all: so few that most stories ask by themselves, or enough for all."""
    monkeypatch.setattr(shelf, "LOOKS_BACK", request.param)
    monkeypatch.setattr(shelf, "_UP_TO", Prepared(shelf._up_to))
    yield request.param


def test_what_came_before_is_the_same_for_one_and_for_many(title, stories, looks_back) -> None:
    now, around = clock.now(), Around()
    whole = list(pages.find_stories(title, [story.path for story in stories], around).values())
    together = shelf.Shelf(title, whole, now, around)
    assert len(whole) >= shelf.TOGETHER
    named = 0
    for story in whole:
        alone = shelf.Shelf(title, [story], now, Around())
        found = [one.pk for one in together.before(story, Reader(title, now, together))]
        assert found == [one.pk for one in alone.before(story, Reader(title, now, alone))]
        named += len(found)
    assert named > 3 * len(whole)


def _held(title) -> dict[str, tuple]:
    keys: dict[str, set[str]] = {}
    for path, key in PageKey.objects.filter(page__title=title).values_list("page__path", "key"):
        keys.setdefault(path, set()).add(key)
    return {e.path: (e.etag, e.status, e.valid_until, e.shut_at, keys[e.path]) for e in run.store_of(title).everything() if e.path in keys}


def test_pages_printed_together_show_and_note_what_they_do_one_by_one(title, stories) -> None:
    with clock.frozen(clock.now()):
        paths = [path for path in run.everything(title) if not path.startswith("/pictures/")]
        for path in paths:
            run.print_page(title, path)
        alone = _held(title)
        for path in paths:
            run.store_of(title).remove(path)
        assert batch.print_pages(title, paths) == len(paths)
        assert _held(title) == alone and len(alone) > 45


def test_a_batch_asks_few_questions_however_many_its_stories(title, stories, django_assert_max_num_queries) -> None:
    paths = [story.path for story in stories]
    batch.print_pages(title, paths)
    with django_assert_max_num_queries(40):
        batch.print_pages(title, paths)
