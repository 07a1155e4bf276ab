"""Promise: after any changes, the store holds byte for byte what printing everything anew would give."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.people.models import Person
from masthead.press import run
from masthead.stories import actions, diary
from masthead.stories.models import Story

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def _file(title, dice: random.Random, n: int) -> None:
    person = Person.objects.order_by("?").first() if dice.random() < 0.5 else None
    copy = actions.Copy(
        headline=f"Story {n}",
        body=f"<p>Text of {n}. {dice.random()}</p>" * 3,
        credits=(actions.CopyCredit(person.name if person else "A Guest", person=person),),
        topics=tuple(actions.CopyTopic(f"Topic {dice.randrange(4)}") for _ in range(dice.randrange(3))),
    )
    story = actions.file_story(title=title, section=dice.choice(list(title.sections.all())), copy=copy)
    if dice.random() < 0.8:
        actions.publish_as_filed(story=story)


def _change(title, dice: random.Random, n: int) -> None:
    story = dice.choice(list(Story.objects.all())) if Story.objects.exists() else None
    act = dice.choice(["file", "file", "edit", "withdraw", "hold", "correct", "publish", "move"])
    if story is None or act == "file":
        _file(title, dice, n)
    elif act in ("edit", "move"):
        story.headline = f"Edited {n}"
        if act == "move":
            story.section = dice.choice(list(title.sections.all()))
        story.save_revision().publish()
    elif act == "correct":
        actions.correct(story=story, kind="correction", text=f"Number {n} was wrong.")
    elif act == "publish":
        actions.publish_as_filed(story=story)
    else:
        {"withdraw": actions.withdraw, "hold": actions.hold}[act](story=story)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_store_equals_a_fresh_print(title, seed) -> None:
    dice = random.Random(seed)
    Person.objects.create(name="Ada Quill", slug="ada-quill")
    Person.objects.create(name="Ben Marsh", slug="ben-marsh")
    with clock.frozen(START):
        for path in run.everything(title):
            run.print_page(title, path)
        for n in range(40):
            clock.advance(timedelta(minutes=7))
            _change(title, dice, n)
            diary.work_off()
            if n % 10 == 9:
                held = {e.path: (e.status, e.etag) for e in run.store_of(title).everything()}
                for path in {*held, *run.everything(title)}:
                    run.print_page(title, path)
                fresh = {e.path: (e.status, e.etag) for e in run.store_of(title).everything()}
                wrong = {p for p in held if held[p] != fresh.get(p)}
                assert wrong == set()
