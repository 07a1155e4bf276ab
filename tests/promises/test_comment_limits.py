"""Promise: whoever writes, respects, reports or asks for codes does it so often and no more, whatever headers they send."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from masthead.comments.models import Comment, Flag, Respect
from masthead.kit import clock
from masthead.mailroom.models import Outgoing
from masthead.people import readers
from masthead.public import talk_entering
from tests.comments import made

SPOOFED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP", "Via", "User-Agent")


@pytest.fixture
def story(title):
    talk_entering.letters_turnstile._came.clear()
    made.talking(title, slow_from=0, rules={"first-comments": {"does": "off"}, "copied": {"does": "off"}, "let-others-speak": {"does": "off"}})
    return made.story(title)


def headers(n: int) -> dict[str, str]:
    """Each time from somewhere else, if one believes it."""
    return dict.fromkeys(SPOOFED, f"203.0.113.{n % 250}")


def taken(story, sessions: list[str], tries: int, every: float, **form) -> int:
    """How many of the forms are taken that are sent one after the other, `every` so many seconds, by the sessions in turn."""
    count, begun = 0, clock.now()
    for n in range(tries):
        client = Client()
        client.cookies["masthead_reader"] = sessions[n % len(sessions)]
        sent = {name: value.format(n=n) for name, value in form.items()}
        with clock.frozen(begun + timedelta(seconds=every * n)):
            answer = client.post(f"/comments{story.path}", sent, headers=headers(n))
        count += answer.status_code in (200, 303)
    return count


def session(days: int) -> str:
    return readers.open_session(made.reader(days=days))


def test_a_reader_writes_so_often(story) -> None:
    said = "What I say here for the {n}th time, and it is always another"
    old, new = taken(story, [session(30)], 25, 20, text=said), taken(story, [session(0)], 12, 20, text=said)
    assert (old, new) == (15, 3) and Comment.objects.count() == 18
    print(f"within ten minutes with spoofed headers: {old} of 25 by somebody known, {new} of 12 by somebody new")


def test_a_farm_of_new_accounts_behind_one_network(story) -> None:
    count = taken(story, [session(0) for _ in range(60)], 60, 1, text="One of many words of a farm, number {n}")
    assert count == 41, "40, and the one that showed it"


def test_respects_and_reports(story) -> None:
    for n in range(40):
        made.says(story, f"Something to respect, number {n}")
    mine = session(30)
    assert taken(story, [mine], 40, 1, respect="{n}1") == 4, "there are no comments of these numbers"
    assert Respect.objects.count() == 4
    answers = [taken(story, [mine], 1, 0, respect=str(n)) for n in range(2, 41)]
    assert sum(answers) <= 30 and Respect.objects.count() == 30
    for n in range(1, 15):
        taken(story, [mine], 1, 0, report=str(n), rule="attack")
    assert Flag.objects.count() == 10


def test_codes_by_place_and_by_address(story) -> None:
    for n in range(30):
        Client().post(f"/comments{story.path}", {"text": "Hello", "address": f"r{n}@readers.example"}, headers=headers(n))
    assert Outgoing.objects.count() == 12, "twelve from one place in ten minutes, whatever it says of itself"
