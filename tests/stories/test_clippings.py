"""The readers' index: what it finds, in which order, and what it never says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.stories import actions, clippings, diary, spelling
from masthead.stories.clippings import Question, folded, search
from masthead.stories.models import Clipping, Spelling, Story

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def publish(title, headline: str, body: str = "", section: int = 0, at: datetime | None = None, **more) -> Story:
    with clock.frozen(at or clock.now()):
        copy = actions.Copy(headline=headline, body=f"<p>{body or headline}</p>", **more)
        story = actions.file_story(title=title, section=title.sections.all()[section], copy=copy)
        story = actions.publish_as_filed(story=story)
        diary.work_off()
    return story


def found(title, words: str = "", **more) -> list[str]:
    ids = search(title, Question(words, **more), 20).ids
    named = dict(Story.objects.values_list("pk", "headline"))
    return [named[pk] for pk in ids]


@pytest.fixture
def archive(title):
    for n, headline in enumerate(["Harbour wall cracks", "Council debates the harbour", "Café Müller reopens"]):
        publish(title, headline, section=n % 2, at=NOW + timedelta(minutes=n), topics=(actions.CopyTopic(f"Topic {n}"),))
    return title


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


def test_headlines_alone(title) -> None:
    publish(title, "The ferry is late", "The harbour master explained it.")
    assert found(title, "harbour") == ["The ferry is late"]
    assert found(title, "harbour", in_headlines=True) == []
    assert found(title, "ferry", in_headlines=True) == ["The ferry is late"]


@pytest.mark.parametrize("slip", ["harbor", "harbuor", "hrabour", "harboour", "jarbour", "counsil", "debtaes"])
def test_a_slip_in_a_headline_word_is_put_right(archive, slip) -> None:
    with clock.frozen(NOW + timedelta(hours=1)):
        answer = search(archive, Question(slip), 20)
        assert answer.ids and answer.spelt != slip
        assert answer.spelt in ("harbour", "council", "debates")


def test_pages_go_back_in_time_without_a_gap(title) -> None:
    for n in range(7):
        publish(title, f"Ferry report {n}", at=NOW + timedelta(seconds=n // 3))
    with clock.frozen(NOW + timedelta(hours=1)):
        asked, seen = Question("ferry"), []
        for _ in range(4):
            answer = search(title, asked, 2)
            seen += answer.ids
            asked = replace(asked, before=answer.more)
        assert answer.more is None
        assert seen == list(Story.objects.order_by("-first_published_at", "-pk").values_list("pk", flat=True))


def test_many_stories_of_one_second_have_a_place_each(title) -> None:
    copies = [actions.Copy(headline=f"Imported {n}", body="<p>x</p>") for n in range(70)]
    with clock.frozen(NOW):
        section = title.sections.first()
        stories = [actions.file_story(title=title, section=section, copy=copy) for copy in copies]
        clippings.note([actions.publish_as_filed(story=story).pk for story in stories])
    assert Clipping.objects.count() == 70
    with clock.frozen(NOW):
        assert len(search(title, Question("imported"), 100).ids) == 70


def test_it_follows_every_change(title) -> None:
    story = publish(title, "Ferry sinks slowly", "Old words about a zeppelin.")
    story.headline = "Ferry sails on"
    revision = story.save_revision()
    assert found(title, "sails") == [], "a draft is not searched"
    revision.publish()
    diary.work_off()
    assert found(title, "sails") == ["Ferry sails on"]
    assert found(title, "sinks") == []
    actions.correct(story=story, kind="correction", text="It was never a submarine.")
    diary.work_off()
    assert found(title, "submarine") == ["Ferry sails on"]
    actions.hold(story=Story.objects.get(pk=story.pk))
    assert found(title, "sails") == [], "the gate is asked, whatever the index still holds"
    diary.work_off()
    assert Clipping.objects.count() == 0


def test_a_word_of_a_hidden_headline_is_never_proposed(title) -> None:
    with clock.frozen(NOW):
        story = publish(title, "Mayor arrested", at=NOW)
        Story.objects.filter(pk=story.pk).update(order_embargo_until=NOW + timedelta(hours=1), released=False)
        assert Spelling.objects.filter(word="arrested").exists()
        for words in ("arrested", "arested", "mayor arested", '"mayor arrested"'):
            assert search(title, Question(words), 20) == clippings.Answer()
        clock.advance(timedelta(hours=1))
        assert search(title, Question("arested"), 20).spelt == "arrested", "at its second, without any worker"


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


def test_chinese_is_found_by_its_signs(title) -> None:
    publish(title, "東京港の新しい橋", "東京港に橋ができた")
    assert found(title, "東京") == ["東京港の新しい橋"]
    assert found(title, "京東") == []
    assert folded("Ünïcode_Straße") == "unicode strasse"


@pytest.mark.parametrize(
    "one, other, slips", [("bridge", "bridge", 0), ("brigde", "bridge", 1), ("bidge", "bridge", 1), ("bats", "cots", 2)]
)
def test_slips(one, other, slips) -> None:
    assert spelling.slips(one, other) == slips == spelling.slips(other, one)


def test_loaded_archives_are_caught_up(title) -> None:
    from masthead.stories import index

    story = publish(title, "Ferry from the archive")
    clippings._forget([story.clipping.place])
    story.clipping.delete()
    Story.objects.update(indexed=False)
    assert found(title, "archive") == []
    assert index.catch_up() == 1
    assert found(title, "archive") == ["Ferry from the archive"]
