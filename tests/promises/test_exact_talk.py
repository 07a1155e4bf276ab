"""Promise: whatever readers say and moderators decide, each printed part of a conversation is what printing it anew would give."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from masthead.comments import leaving, moderating, writing
from masthead.comments.models import Comment, Decision, State
from masthead.kit import clock
from masthead.press import addresses, run
from masthead.press.surfaces import URLS
from masthead.stories import diary
from tests.comments import made

pytestmark = pytest.mark.slow

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
REFUSED = (writing.NotTaken, writing.Asks, moderating.CannotDecide)
ACTS = ["say"] * 9 + ["answer"] * 6 + ["change", "take_back", "respect", "reject", "approve", "pick", "hold", "undo", "note", "mode", "erase", "edit", "slow"]


def _act(dice: random.Random, story, mo, n: int) -> None:
    act = dice.choice(ACTS)
    said = Comment.objects.filter(thread__story=story).order_by("?").select_related("author").first()
    if act == "say" or said is None:
        for m in range(dice.choice([1, 1, 1, 9])):
            made.says(story, f"What {n} {m} has to say of it, {dice.random()}")
    elif act == "answer":
        made.says(story, f"An answer {n}, {dice.random()}", answers=said.number)
    elif said.author is None and act in ("change", "take_back", "erase"):
        return
    elif act == "change":
        writing.change(said, said.author, f"Said in other words {n}")
    elif act == "take_back":
        writing.take_back(said, said.author)
    elif act == "respect":
        writing.respect(said, made.reader())
    elif act in ("reject", "approve", "pick", "hold"):
        moderating.decide(said, act, mo, rule="off-topic" if act == "reject" else "")
    elif act == "undo":
        moderating.undo(Decision.objects.order_by("?").first() or _nothing(), mo)
    elif act == "note":
        moderating.set_thread(story, mo, note=f"A word of the desk {n}")
    elif act == "mode":
        moderating.set_thread(story, mo, mode=dice.choice(["", "", "", "pre", "read"]))
    elif act == "erase":
        leaving.erase(said.author)
    elif act == "edit":
        story.refresh_from_db()
        story.headline = f"Edited {n}"
        story.save_revision().publish()
    else:
        clock.advance(timedelta(minutes=15))


def _nothing() -> Decision:
    raise moderating.CannotDecide("Nothing was decided yet.")


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.soak) for n in (2, 3, 4))])
def test_every_part_equals_a_fresh_print(title, seed) -> None:
    dice = random.Random(seed)
    made.talking(title)
    mo = made.moderator(title)
    with clock.frozen(START):
        stories = [made.story(title), made.story(title, headline="The ferry runs again")]
        diary.work_off()
        for n in range(60):
            clock.advance(timedelta(seconds=40))
            try:
                _act(dice, dice.choice(stories), mo, n)
            except REFUSED:
                pass
            if n % 12 == 11:
                diary.work_off()
                run.catch_up(title)
                held = {e.path: (e.status, e.etag) for e in run.store_of(title).everything()}
                paths = {path for story in stories for path in [story.path, *URLS["conversation"](story), addresses.talk_part(story.path, 3)]}
                for path in {*held, *paths}:
                    run.print_page(title, path)
                fresh = {e.path: (e.status, e.etag) for e in run.store_of(title).everything()}
                assert {p for p in held if held[p] != fresh.get(p)} == set()
    assert Comment.objects.filter(state=State.PUBLISHED).count() > 5
    assert sum("/comments/" in path for path in fresh) > 5
