"""The readers' index: what it finds, in which order, and what it never says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.stories import actions, spelling
from masthead.stories.clippings import Question, search
from tests import scenes
from tests.stories.clipped import found, publish

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def three_stories(title):
    for n, headline in enumerate(["Harbour wall cracks", "Council debates the harbour", "Café Müller reopens"]):
        publish(title, headline, section=n % 2, at=NOW + timedelta(minutes=n), topics=(actions.CopyTopic(f"Topic {n}"),))


ground = scenes.ground(three_stories, NOW)


@pytest.fixture
def archive(scene):
    return scene.title


@pytest.mark.parametrize(
    "words, wanted",
    [
        ("harbour", ["Council debates the harbour", "Harbour wall cracks"]),
        ("HARBOUR crack", ["Harbour wall cracks"]),
        ("harb", ["Council debates the harbour", "Harbour wall cracks"]),
        ("wa", []),
        ("cafe muller", ["Café Müller reopens"]),
        ("Müller", ["Café Müller reopens"]),
        ('"harbour wall"', ["Harbour wall cracks"]),
        ('"wall harbour"', []),
        ("harbour zebra", []),
        ("", []),
        ("   ", []),
        ("***", []),
    ],
)
def test_words(archive, words, wanted) -> None:
    with clock.frozen(NOW + timedelta(hours=1)):
        assert found(archive, words) == wanted


def test_filters(archive) -> None:
    world, sport = archive.sections.all()
    topic = archive.topics.get(name="Topic 1")
    with clock.frozen(NOW + timedelta(hours=1)):
        assert found(archive, "harbour", section=world.pk) == ["Harbour wall cracks"]
        assert found(archive, section=sport.pk) == ["Council debates the harbour"]
        assert found(archive, "harbour", topic=topic.pk) == ["Council debates the harbour"]
        assert found(archive, "harbour", since=NOW + timedelta(minutes=1)) == ["Council debates the harbour"]
        assert found(archive, "harbour", until=NOW + timedelta(minutes=1)) == ["Harbour wall cracks"]
        assert found(archive, "harbour", ours=False) == []
        assert len(found(archive, ours=True)) == 3


@pytest.mark.parametrize("slip", ["harbor", "harbuor", "hrabour", "harboour", "jarbour", "counsil", "debtaes"])
def test_a_slip_in_a_headline_word_is_put_right(archive, slip) -> None:
    with clock.frozen(NOW + timedelta(hours=1)):
        answer = search(archive, Question(slip), 20)
        assert answer.ids and answer.spelt != slip
        assert answer.spelt in ("harbour", "council", "debates")


ODD = ['"', '""', "'", "* OR 1", "NEAR(a b)", "headline: x", "a AND", "NOT", "(", "p1", "^x", "-", "\u202e", "\ud800"[:0], "%", "a" * 5000,
       "{marks} : p1", "ours", "x\ty\nz", "ة" * 40, "東京", "🚢", "; DROP TABLE stories_story", "a:b", "l'eau", "& | ! <->", ":*A"]  # fmt: skip


@pytest.mark.parametrize("asked", ODD)
def test_odd_questions_are_answered(archive, asked) -> None:
    with clock.frozen(NOW + timedelta(hours=1)):
        assert search(archive, Question(asked), 20).ids == ()
        assert search(archive, Question(asked + " harbour"), 20).ids in ((), search(archive, Question("harbour"), 20).ids)


def test_random_questions_are_answered(archive) -> None:
    import random

    dice = random.Random(5)
    letters = "ab\"'*()^:-+{}&|!<>\\%_ \u0301\u00e9\u6771\u0627\U0001f6a2\x00\x1f;"
    for _ in range(400):
        search(archive, Question("".join(dice.choices(letters, k=dice.randrange(1, 30)))), 5)


@pytest.mark.parametrize(
    "one, other, slips", [("bridge", "bridge", 0), ("brigde", "bridge", 1), ("bidge", "bridge", 1), ("bats", "cots", 2)]
)
def test_slips(one, other, slips) -> None:
    assert spelling.slips(one, other) == slips == spelling.slips(other, one)
