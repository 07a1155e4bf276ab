"""Changes that wait together are followed together: what must go first, each page once, a bad one by itself."""

from __future__ import annotations

import pytest

from masthead.press import platemaker, run
from masthead.stories import actions, diary
from masthead.stories.models import Delivery
from tests import reader


def _file(title, headline: str, section: str = "world"):
    copy = actions.Copy(headline=headline, body=f"<p>{headline} today.</p>")
    return actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.get(slug=section), copy=copy))


@pytest.fixture
def made(monkeypatch) -> list[str]:
    """The paths of pages that are printed, in their order."""
    paths: list[str] = []
    real = run.timed

    def noted(printed, reader):
        paths.append(printed.path)
        return real(printed, reader)

    monkeypatch.setattr(run, "timed", noted)
    return paths


def test_a_front_is_printed_once_for_all_that_wait(title, made) -> None:
    stories = [_file(title, f"Ferry {word} runs") for word in ("one", "two", "three")]
    diary.work_off()
    assert made.count("/") == 1 and all(made.count(story.path) == 1 for story in stories)
    front, feed = reader.get(title, "/").text, reader.get(title, "/feed.rss").text
    assert all(f"Ferry {word} runs" in front and f"Ferry {word} runs" in feed for word in ("one", "two", "three"))
    assert not Delivery.objects.exclude(state="done").exists()


def test_what_is_taken_back_goes_before_all_that_waited_longer(title, monkeypatch) -> None:
    wrong = _file(title, "Mill burns")
    diary.work_off()
    for n in range(diary.AT_ONCE + 2):
        _file(title, f"Fair day {n}")
    actions.withdraw(story=wrong, reason="It was another mill.")
    told: list[str] = []
    real = run.on_entries
    monkeypatch.setitem(diary._together, "press", lambda entries: (told.extend(entry.verb for entry in entries), real(entries))[1])
    diary.work_off()
    assert told[0] == "withdrawn" and told.count("published") == diary.AT_ONCE + 2
    assert "Mill burns" not in reader.get(title, "/").text


def test_one_that_cannot_be_followed_keeps_no_other_from_it(title, monkeypatch) -> None:
    good, bad = _file(title, "Ferry runs"), _file(title, "Tower leans", "sport")
    real = platemaker.render

    def broken(plate: str, **said: object) -> str:
        if plate == "article.html" and said["story"].card.headline == "Tower leans":
            raise ValueError("a fault in the plate")
        return real(plate, **said)

    with monkeypatch.context() as patched:
        patched.setattr(platemaker, "render", broken)
        diary.work_off()
        waiting = Delivery.objects.filter(consumer="press", state="due")
        assert [delivery.entry.story for delivery in waiting] == [bad]
        assert "fault in the plate" in waiting.get().error
    assert "Ferry runs" in run.store_of(title).get(good.path).in_encoding("identity")[1].decode()
    waiting.update(due_at=bad.filed_at)
    diary.work_off()
    assert "Tower leans" in run.store_of(title).get(bad.path).in_encoding("identity")[1].decode()
