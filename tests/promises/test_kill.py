"""Promise: what an agency kills is gone from every surface, whatever the order in which its orders come."""

from __future__ import annotations

import itertools

import pytest

from masthead.press.surfaces import URLS
from masthead.stories import diary
from masthead.stories.models import DeskNote, Story
from masthead.stories.surfaces import SURFACES
from masthead.wire import intake
from masthead.wire.models import WireItem
from tests import reader
from tests.promises.walk import leaks, shown_on
from tests.wire.made import g2

STEM = "newsml-g2/sd-core__tag_reuters.com_2016_newsml_L1N14N0FF_version_"


def deliver(title, data: bytes, name: str = "copy.xml") -> intake.Receipt:
    receipt = intake.take(data, name=name, source=intake.default_source(title))
    diary.work_off()
    return receipt


def fixture(shared, version: str) -> bytes:
    return next((shared / "wire" / "fixtures").glob(f"{STEM}{version}*")).read_bytes()


def test_every_surface_can_be_walked() -> None:
    assert {s.name for s in SURFACES} == set(URLS)


def test_kill_g2(title, shared) -> None:
    deliver(title, fixture(shared, "978556838"))
    story = Story.objects.get()
    words = [story.wire_headline, story.summary[:60]]
    assert reader.get(title, story.path).status == 200
    assert {"article", "front", "section", "feed-rss", "feed-atom", "feed-json"} <= shown_on(title, story, words[0])
    deliver(title, fixture(shared, "1542761538"))
    story.refresh_from_db()
    answer = reader.get(title, story.path)
    assert answer.status == 410
    assert "withdrawn" in answer.text
    assert leaks(title, story, words) == []
    assert WireItem.objects.get().versions.count() == 2
    assert story.diary.filter(verb="killed").count() == 1


def test_kill_before_story(title, shared) -> None:
    deliver(title, fixture(shared, "1542761538"))
    deliver(title, fixture(shared, "978556838"))
    assert Story.objects.count() == 0
    assert WireItem.objects.get().killed


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_arrival_changes_nothing(title, order) -> None:
    versions = [
        g2(version=1, headline="Ferry stops", body="Canary one " * 20),
        g2(version=2, headline="Ferry stops again", body="Canary two " * 20),
        g2(version=3, headline="", body="", pubstatus="canceled"),
    ]
    for n in order:
        deliver(title, versions[n], f"{n}.xml")
    assert WireItem.objects.get().killed
    assert not Story.objects.readable().exists()
    for story in Story.objects.all():
        assert leaks(title, story, ["Canary one", "Canary two", "Ferry stops"]) == []


def test_a_kill_wins_over_an_edited_copy(title) -> None:
    deliver(title, g2(version=1, headline="Ferry stops", body="Canary one " * 20))
    story = Story.objects.get()
    story.headline = "Our own headline of it"
    story.save_revision().publish()
    diary.work_off()
    assert "Our own headline of it" in reader.get(title, "/").text
    deliver(title, g2(version=2, headline="", body="", pubstatus="canceled"))
    story.refresh_from_db()
    assert reader.get(title, story.path).status == 410
    assert leaks(title, story, ["Our own headline of it", "Canary one"]) == []


def test_the_same_bytes_twice_do_nothing_twice(title) -> None:
    data = g2(version=1, headline="Ferry stops", body="Canary one " * 20)
    first, second = deliver(title, data), deliver(title, data, "other-name.xml")
    assert (first.again, second.again) == (False, True)
    assert Story.objects.count() == 1


def test_withheld_then_usable(title) -> None:
    deliver(title, g2(version=1, headline="Ferry stops", body="Canary one " * 20))
    deliver(title, g2(version=2, headline="Ferry stops", body="Canary one " * 20, pubstatus="withheld"))
    story = Story.objects.get()
    assert leaks(title, story, ["Canary one", "Ferry stops"]) == []
    deliver(title, g2(version=3, headline="Ferry stops", body="Canary one " * 20))
    assert reader.get(title, story.path).status == 200


def test_notes_for_editors_are_on_no_surface(title) -> None:
    deliver(title, g2(version=1, headline="Ferry stops", body="Canary one " * 20, ednote="Call the desk on 555 0199"))
    story = Story.objects.get()
    assert "555 0199" in DeskNote.objects.get(story=story).text.reveal()
    assert leaks(title, story, ["555 0199"]) == []
