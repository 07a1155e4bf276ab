"""Promise: over a change of the clocks, every reader gets exactly one letter a day with exactly the right stories.

400 followers in the suite; MASTHEAD_DAY_FOLLOWERS=5000 for the whole town.
"""

from __future__ import annotations

import os
import random
import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from masthead.circulation import choosing, editions
from masthead.circulation.models import Follower
from masthead.kit import clock
from masthead.stories import diary
from tests.circulation import town
from tests.mailroom.sink import parse

START = datetime(2026, 10, 24, 12, 1, tzinfo=UTC)
"""The night after it, the clocks of Berlin and London go back; Kolkata's never do; Chicago's a week later."""
HOURS = 48
COUNT = int(os.environ.get("MASTHEAD_DAY_FOLLOWERS", "400"))


@pytest.mark.slow
def test_two_days_with_a_change_of_the_clocks(db, fresh_store, postman, sink, monkeypatch) -> None:
    monkeypatch.setattr(choosing, "MOST", 60)
    dice, opened, came = random.Random(9), {}, defaultdict(list)
    with clock.frozen(START):
        title = town.paper()
        topics = town.topics(title, 12)
        town.followers(title, topics, COUNT, zones=town.ZONES)
        for _hour in range(HOURS):
            for _ in range(min(dice.choice((0, 1, 1, 1, 2)), 40 - len(opened))):
                about = dice.sample(topics, dice.randint(1, 3))
                story = town.story(title, about, f"Story {len(opened)} of the town")
                opened[len(opened)] = (clock.now(), {topic.pk for topic in about})
                assert story.path
            diary.work_off(names=("circulation",))
            clock.advance(timedelta(minutes=59))
            # On the hour, and once more in the middle of it: nothing may come twice.
            for _ in range(2):
                editions.plan_due(title)
                while postman.round():
                    pass
            for to, data in sink.taken:
                came[to].append((clock.now(), _stories(data)))
            sink.taken.clear()
            clock.advance(timedelta(minutes=1))
    expected = {f.to: _expected(f, opened) for f in Follower.objects.prefetch_related("follows")}
    letters = sum(map(len, expected.values()))
    wrong = {to: (came.get(to), due) for to, due in expected.items() if [s for _, s in came.get(to, [])] != [s for _, s in due]}
    doubled = sum(len(got) - len({at for at, _ in got}) for got in came.values())
    print(f"{COUNT} readers, {len(opened)} stories, {letters} letters: {len(wrong)} readers wrong, {doubled} doubled")
    assert wrong == {} and doubled == 0 and set(came) <= set(expected)
    assert all([at for at, _ in came.get(to, [])] == [at for at, _ in due] for to, due in expected.items())
    assert letters > COUNT and len(opened) == 40


def _stories(data: bytes) -> set[int]:
    body = parse(data).get_body(("plain",))
    assert body is not None
    return {int(n) for n in re.findall(r"^Story (\d+) of the town", body.get_content(), re.MULTILINE)}


def _expected(follower: Follower, opened: dict[int, tuple[datetime, set[int]]]) -> list[tuple[datetime, set[int]]]:
    """Reckoned from the dates on the reader's own calendar, not as the room does it."""
    zone, wanted, had, letters = ZoneInfo(follower.time_zone), {f.target for f in follower.follows.all()}, set(), []
    for n in range(-1, 5):
        day = date(2026, 10, 24) + timedelta(days=n)
        due = datetime(day.year, day.month, day.day, follower.hour, tzinfo=zone).astimezone(UTC)
        # Work is done on the whole hour; half-hour zones have it at the next one.
        at = due if due.minute == 0 else due + timedelta(minutes=60 - due.minute)
        if not START < due <= START + timedelta(hours=HOURS) or at > START + timedelta(hours=HOURS):
            continue
        fresh = {n for n, (when, about) in opened.items() if when < at and about & wanted} - had
        if fresh:
            had |= fresh
            letters.append((at, fresh))
    return letters
