"""The one letter a day: what is in it, when it comes, and when it does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from masthead.circulation import editions, following
from masthead.circulation.models import Follower
from masthead.kit import clock
from masthead.mailroom import epoch
from masthead.mailroom.models import Outgoing
from masthead.stories import actions
from masthead.stories.models import Story
from tests.circulation.made import follower, story, topic

SEVEN = timedelta(minutes=31)


def body(message) -> str:
    return message.get_body(("plain",)).get_content()


def test_one_letter_each_story_once_with_its_reasons(title, at_dawn, deliver) -> None:
    wall = story(title, "The wall stands", ("Harbour", "Council"))
    story(title, "A vote is near", ("Council",))
    story(title, "Nobody follows this", ("Chess",))
    follower(title, "ada@example.org", "/topics/harbour/", "/topics/council/")
    clock.advance(SEVEN)
    sink = deliver()
    [letter] = sink.to("ada@example.org")
    text = body(letter)
    assert letter["Subject"] == "The wall stands"
    assert text.count("The wall stands") == 1 and text.count("A vote is near") == 1 and "Nobody" not in text
    assert text.index("The wall stands") < text.index("A vote is near"), "two reasons go before one"
    assert "Because you follow Harbour and Council." in " ".join(text.split())
    assert f"http://testserver{wall.path}" in text
    html = letter.get_body(("html",)).get_content()
    assert "prefers-color-scheme: dark" in html and html.count("The wall stands") == 2  # the title and the headline
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nothing_new_is_no_letter_and_nothing_comes_twice(title, at_dawn, deliver) -> None:
    story(title, "The wall stands", ("Harbour",))
    follower(title, "ada@example.org", "/topics/harbour/", "/")
    clock.advance(SEVEN)
    assert len(deliver().taken) == 1
    for _ in range(3):
        clock.advance(timedelta(days=1))
        assert len(deliver().taken) == 1
    story(title, "The wall fell", ("Harbour",))
    clock.advance(timedelta(days=1))
    assert len(deliver().taken) == 2
    assert "The wall stands" not in body(deliver().to("ada@example.org")[1])


@pytest.mark.parametrize("order", ["kill", "withdraw", "hold", "embargo", "expiry"])
def test_an_order_reaches_a_letter_that_waits(title, at_dawn, sink, postman, order) -> None:
    bad, good = story(title, "Canary bad", ("Harbour",)), story(title, "Good news", ("Harbour",))
    assert good.pk
    follower(title, "ada@example.org", "/topics/harbour/")
    clock.advance(SEVEN)
    editions.plan_due(title)
    Outgoing.objects.filter(key__startswith="confirm:").delete()
    if order == "kill":
        actions.obey(story=bad, orders=actions.Orders(pubstatus="canceled"), by="Aldine Wire")
    elif order == "withdraw":
        actions.withdraw(story=bad, by="desk")
    elif order == "hold":
        actions.obey(story=bad, orders=actions.Orders(pubstatus="withheld"), by="Aldine Wire")
    else:
        key = "embargo_until" if order == "embargo" else "expires_at"
        at = clock.now() + timedelta(hours=1) if order == "embargo" else clock.now()
        actions.obey(story=bad, orders=actions.Orders(**{key: at}), by="Aldine Wire")
    postman.round()
    [letter] = sink.to("ada@example.org")
    assert "Canary" not in letter.as_string() and "Good news" in letter["Subject"]


def test_a_correction_follows_to_those_who_were_sent_the_story(title, at_dawn, deliver) -> None:
    wall = story(title, "The wall stands", ("Harbour",))
    follower(title, "ada@example.org", "/topics/harbour/")
    clock.advance(SEVEN)
    deliver()
    late = follower(title, "bo@example.org", "/topics/chess/") if topic(title, "Chess") else None
    assert late
    actions.correct(story=wall, kind="correction", text="The wall is 4 metres high, not 40.")
    clock.advance(timedelta(days=1))
    sink = deliver()
    letters = sink.to("ada@example.org")
    assert len(letters) == 2 and "4 metres high" in body(letters[1])
    assert "correction to what we sent you" in letters[1]["Subject"]
    assert sink.to("bo@example.org") == []
    clock.advance(timedelta(days=1))
    assert len(deliver().taken) == 2, "it is told once"


def test_what_was_withdrawn_is_said_without_its_words(title, at_dawn, deliver) -> None:
    wall = story(title, "Canary headline", ("Harbour",))
    follower(title, "ada@example.org", "/topics/harbour/")
    clock.advance(SEVEN)
    deliver()
    actions.withdraw(story=Story.objects.get(pk=wall.pk), by="desk")
    clock.advance(timedelta(days=1))
    second = deliver().to("ada@example.org")[1]
    assert "has since been withdrawn" in " ".join(body(second).split()) and "Canary" not in second.as_string()


def test_each_at_their_own_hour_on_their_own_clock(title, sink, postman) -> None:
    with clock.frozen(datetime(2026, 11, 23, 0, 0, tzinfo=UTC)):
        story(title, "The wall stands", ("Harbour",))
        for name, zone, hour in (("a", "Asia/Tokyo", 12), ("b", "America/Chicago", 7), ("c", "Europe/Paris", 18)):
            follower(title, f"{name}@example.org", "/topics/harbour/", time_zone=zone, hour=hour)
        Outgoing.objects.all().delete()
        came = {}
        for _ in range(24):
            editions.plan_due(title)
            postman.round()
            for to in sink.addresses:
                came.setdefault(to[0], clock.now().hour)
            clock.advance(timedelta(hours=1))
    assert came == {"a": 3, "b": 13, "c": 17}


@pytest.mark.parametrize(
    ("zone", "day", "hour", "utc"),
    [
        ("Europe/Berlin", date(2026, 3, 28), 2, "2026-03-28 01:00"),
        ("Europe/Berlin", date(2026, 3, 29), 2, "2026-03-29 01:00"),  # does not exist: 3 o'clock
        ("Europe/Berlin", date(2026, 3, 30), 2, "2026-03-30 00:00"),
        ("Europe/Berlin", date(2026, 10, 25), 2, "2026-10-25 00:00"),  # comes twice: the first
        ("America/Chicago", date(2026, 11, 1), 7, "2026-11-01 13:00"),
    ],
)
def test_the_hour_where_the_clocks_change(title, zone, day, hour, utc) -> None:
    from masthead.circulation.hours import at_hour

    assert f"{at_hour(day, Follower(title=title, time_zone=zone), hour):%Y-%m-%d %H:%M}" == utc


def test_once_a_week_on_ones_day(title, at_dawn, deliver) -> None:
    follower(title, "ada@example.org", "/", pace="weekly", weekday=5)
    clock.advance(SEVEN)
    counted = []
    for n in range(14):
        story(title, f"Story of day {n}", ("Harbour",))
        clock.advance(timedelta(days=1))
        counted.append(len(deliver().taken))
    assert counted[-1] == 2
    letters = deliver().to("ada@example.org")
    assert body(letters[1]).count("Story of day") == 7


def test_pause_leave_and_the_page_only(title, at_dawn, deliver) -> None:
    paused = follower(title, "a@example.org", "/")
    following.pause(paused, date(2026, 11, 25))
    following.leave(follower(title, "b@example.org", "/"))
    follower(title, "c@example.org", "/", pace="on site")
    clock.advance(SEVEN)
    for n in range(3):
        story(title, f"Story {n}")
        clock.advance(timedelta(days=1))
        deliver()
    sink = deliver()
    assert sink.addresses == ["a@example.org"]


def test_a_day_missed_is_not_made_up_for_at_a_wrong_hour(title, at_dawn, deliver) -> None:
    story(title, "The wall stands", ("Harbour",))
    follower(title, "ada@example.org", "/")
    clock.advance(timedelta(hours=9))
    assert deliver().taken == []
    clock.advance(timedelta(hours=15, minutes=31))
    assert len(deliver().taken) == 1


def test_a_restored_database_plans_no_second_letter(title, at_dawn, deliver, sink) -> None:
    story(title, "The wall stands", ("Harbour",))
    one = follower(title, "ada@example.org", "/")
    due = one.next_at
    clock.advance(SEVEN)
    deliver()
    # Brought back to dawn: nothing is known of the letter that left.
    Outgoing.objects.all().delete()
    one.sent.all().delete()
    Follower.objects.update(next_at=due, last_at=None)
    clock.advance(timedelta(minutes=20))
    epoch.begin_anew()
    assert len(deliver().taken) == 1


def test_a_letter_stays_small(title, at_dawn, deliver) -> None:
    for n in range(40):
        story(title, f"Ünïcode headline number {n} " + "ß" * 100, ("Harbour",), body=f"<p>{'Ärger ' * 300}</p>")
    follower(title, "ada@example.org", "/")
    clock.advance(SEVEN)
    [(_, data)] = deliver().taken
    assert len(data) < 90_000
    assert "And 25 more on our site" in body(deliver().to("ada@example.org")[0])
