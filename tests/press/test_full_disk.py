"""The disk of the press is full: readers get what stands now, from memory, and nobody what stood before."""

from __future__ import annotations

import errno

import pytest

from masthead.kit import files
from masthead.press import platemaker, run
from masthead.stories import actions, diary
from masthead.stories.models import Delivery
from tests import reader


@pytest.fixture
def story(title):
    copy = actions.Copy(headline="Bell tower opens", body="<p>The tower opened on Friday.</p>")
    published = actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.first(), copy=copy))
    diary.work_off()
    for path in ("/", "/feed.rss", published.path):
        assert "Bell tower opens" in reader.get(title, path).text
    return published


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_kill_on_a_full_disk(title, story, monkeypatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(files, "write_whole", full)
        patched.setattr(files, "write_many", lambda some: {path: OSError(errno.ENOSPC, "No space left") for path, _ in some})
        actions.obey(story=story, orders=actions.Orders("canceled", reason="Wrong."), by="The agency")
        assert diary.work_off() == Delivery.objects.filter(state="done", entry__verb="killed").count()
        for path in ("/", "/feed.rss"):
            assert "Bell tower" not in reader.get(title, path).text
            assert run.store_of(title).on_disk(path) is None
        assert reader.get(title, story.path).status == 410
        run.store_of(title).forget_memory()
        assert reader.get(title, "/").status == 200, "made for who asks, and kept nowhere"
        assert Delivery.objects.filter(consumer="press", state="due").count() == 1, "it is tried again"
    Delivery.objects.filter(state="due").update(due_at=story.filed_at)
    diary.work_off()
    assert "Bell tower" not in run.store_of(title).on_disk("/").in_encoding("identity")[1].decode()
    assert not Delivery.objects.filter(state="due").exists()


def test_a_page_that_cannot_be_made_keeps_no_other_from_it_and_shows_nothing_old(title, story, monkeypatch) -> None:
    real = platemaker.render

    def broken(plate: str, **said: object) -> str:
        if plate == "front.html":
            raise ValueError("a fault in the plate")
        return real(plate, **said)

    with monkeypatch.context() as patched:
        patched.setattr(platemaker, "render", broken)
        actions.withdraw(story=story, reason="Wrong.")
        diary.work_off()
        run.catch_up(title)
        assert run.store_of(title).get("/") is None
        assert "Bell tower" not in reader.get(title, "/feed.rss").text and reader.get(title, story.path).status == 410
