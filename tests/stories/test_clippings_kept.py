"""The readers' index over a growing archive: pages back in time, changes, what it never says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from masthead.kit import clock
from masthead.stories import actions, clippings, diary
from masthead.stories.clippings import Question, folded, search
from masthead.stories.models import Clipping, Spelling, Story
from tests.stories.clipped import found, publish

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_headlines_alone(title) -> None:
    publish(title, "The ferry is late", "The harbour master explained it.")
    assert found(title, "harbour") == ["The ferry is late"]
    assert found(title, "harbour", in_headlines=True) == []
    assert found(title, "ferry", in_headlines=True) == ["The ferry is late"]


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


def test_chinese_is_found_by_its_signs(title) -> None:
    publish(title, "東京港の新しい橋", "東京港に橋ができた")
    assert found(title, "東京") == ["東京港の新しい橋"]
    assert found(title, "京東") == []
    assert folded("Ünïcode_Straße") == "unicode strasse"


def test_loaded_archives_are_caught_up(title) -> None:
    from masthead.stories import index

    story = publish(title, "Ferry from the archive")
    clippings._forget([story.clipping.place])
    story.clipping.delete()
    Story.objects.update(indexed=False)
    assert found(title, "archive") == []
    assert index.catch_up() == 1
    assert found(title, "archive") == ["Ferry from the archive"]
