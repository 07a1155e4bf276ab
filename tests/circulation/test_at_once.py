"""Letters at once, alerts, outcomes, newsletters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from masthead.circulation import alerts, newsletters, targets
from masthead.circulation.models import Alert, Newsletter, Number
from masthead.kit import clock
from masthead.mailroom.models import Outgoing
from masthead.stories import actions
from masthead.stories.models import Story
from tests.circulation.made import follower, story, topic

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def at_noon():
    with clock.frozen(NOON):
        yield


def subjects(sink) -> list[str]:
    from tests.mailroom.sink import parse

    return [parse(data)["Subject"] for _, data in sink.taken]


def test_at_once_three_a_day_and_the_rest_in_the_daily(title, at_noon, deliver) -> None:
    topic(title, "Harbour")
    follower(title, "ada@example.org", "/topics/harbour/", pace="at once")
    for n in range(5):
        story(title, f"Story {n}", ("Harbour",))
        deliver()
        clock.advance(timedelta(minutes=5))
    assert subjects(deliver()) == ["Story 0", "Story 1", "Story 2"]
    clock.advance(timedelta(hours=18, minutes=40))
    sink = deliver()
    text = sink.to("ada@example.org")[3].get_body(("plain",)).get_content()
    assert len(sink.taken) == 4 and "Story 3" in text and "Story 4" in text and "Story 2" not in text


def test_a_quiet_night_is_one_letter_in_the_morning(title, at_noon, deliver) -> None:
    topic(title, "Harbour")
    follower(title, "ada@example.org", "/topics/harbour/", pace="at once", hour=9)
    clock.advance(timedelta(hours=11))
    for n in range(3):
        story(title, f"Night {n}", ("Harbour",))
        clock.advance(timedelta(hours=1))
        assert deliver().taken == []
    clock.advance(timedelta(hours=5, minutes=1))
    assert len(deliver().taken) == 1


def test_an_embargoed_story_is_told_when_it_opens(title, at_noon, deliver) -> None:
    topic(title, "Harbour")
    follower(title, "ada@example.org", "/topics/harbour/", pace="at once")
    story(title, "Canary", ("Harbour",), embargo_until=NOON + timedelta(hours=1))
    assert deliver().taken == []
    clock.advance(timedelta(hours=1))
    actions.release_due()
    assert subjects(deliver()) == ["Canary"]


def test_an_alert_and_its_withdrawal(title, at_noon, deliver) -> None:
    bridge = story(title, "The bridge is shut", ("Harbour",))
    for name in "abc":
        follower(title, f"{name}@example.org", "/topics/harbour/", alerts=True)
    follower(title, "no@example.org", "/topics/harbour/")
    follower(title, "asleep@example.org", "/topics/harbour/", alerts=True, quiet_from=9, quiet_to=15)
    assert alerts.reach(bridge) == alerts.Reach(now=3, asleep=1, paused=0)
    alert = alerts.send(story=bridge, words="The bridge is shut after a crash")
    assert alert.reach == 3
    with pytest.raises(alerts.CannotAlert):
        alerts.send(story=bridge, words="Again")
    assert sorted(deliver().addresses) == ["a@example.org", "b@example.org", "c@example.org"]
    actions.withdraw(story=Story.objects.get(pk=bridge.pk), by="desk")
    sink = deliver()
    deliver()
    again = sink.to("a@example.org")
    assert len(sink.taken) == 6 and again[1]["Subject"].startswith("Withdrawn")
    assert again[1]["References"] == again[0]["Message-ID"]
    assert "bridge" not in again[1].as_string()


def test_a_withdrawn_alert_does_not_leave(title, at_noon, deliver) -> None:
    bridge = story(title, "The bridge is shut")
    follower(title, "a@example.org", "/", alerts=True)
    alerts.send(story=bridge, words="Canary words")
    actions.withdraw(story=Story.objects.get(pk=bridge.pk), by="desk")
    assert deliver().taken == []
    assert Outgoing.objects.get(composer="alert").state == "dropped"


def test_a_corrected_alert_is_corrected_once(title, at_noon, deliver) -> None:
    bridge = story(title, "The bridge is shut")
    follower(title, "a@example.org", "/", alerts=True)
    alerts.send(story=bridge, words="The bridge is shut")
    deliver()
    clock.advance(timedelta(minutes=20))
    actions.correct(story=Story.objects.get(pk=bridge.pk), kind="correction", text="One lane is open.")
    sink = deliver()
    deliver()
    assert subjects(sink) == ["The bridge is shut", "Correction: The bridge is shut"]
    assert "One lane is open." in sink.to("a@example.org")[1].get_body(("plain",)).get_content()


def test_no_alert_leads_to_what_readers_may_not_see(title, at_noon) -> None:
    shut = story(title, "Embargoed", embargo_until=NOON + timedelta(hours=1))
    with pytest.raises(alerts.CannotAlert):
        alerts.send(story=shut, words="Words")
    assert not Alert.objects.exists() and not Outgoing.objects.exists()


def test_an_alert_that_is_late_is_held(title, at_noon, deliver) -> None:
    bridge = story(title, "The bridge is shut")
    follower(title, "a@example.org", "/", alerts=True)
    alerts.send(story=bridge, words="The bridge is shut")
    clock.advance(timedelta(hours=3))
    assert deliver().taken == []
    assert Outgoing.objects.get(composer="alert").state == "held"


def test_the_outcome_of_a_story_line_is_its_last_letter(title, at_noon, deliver) -> None:
    one = story(title, "The trial begins")
    line = actions.lines.begin(title=title, name="The harbour trial", stories=[one])
    reader = follower(title, "a@example.org", f"/stories-so-far/{line.slug}/")
    actions.lines.conclude(line=line, outcome="The court dismissed the case.")
    sink = deliver()
    deliver()
    [letter] = sink.to("a@example.org")
    assert letter["Subject"] == "How it ended: The harbour trial"
    assert "The court dismissed the case." in letter.get_body(("plain",)).get_content()
    assert not reader.follows.exists()
    assert targets.at(title, f"/stories-so-far/{line.slug}/") is None, "an ended story cannot be followed"


def test_a_newsletter_is_sent_once_from_the_gate(title, at_noon, deliver) -> None:
    letter = Newsletter.objects.create(title=title, name="The Weekend", slug="weekend")
    follower(title, "a@example.org", "/newsletters/weekend/")
    follower(title, "b@example.org", "/")
    good, bad = story(title, "Good read"), story(title, "Canary read")
    number = Number.objects.create(
        newsletter=letter, subject="Two reads", introduction="Dear readers,\n\nhere is the weekend.", picks=[bad.pk, good.pk]
    )
    newsletters.test_send(number, "desk@example.org")
    assert newsletters.send(number) == 1
    with pytest.raises(newsletters.CannotSend):
        newsletters.send(number)
    actions.withdraw(story=Story.objects.get(pk=bad.pk), by="desk")
    Outgoing.objects.filter(key__startswith="test:").delete()
    sink = deliver()
    assert sink.addresses == ["a@example.org"]
    got = sink.to("a@example.org")[0]
    assert "Canary" not in got.as_string() and "Good read" in got.get_body(("plain",)).get_content()
    assert got["List-Id"].startswith("The Test Paper weekend")


def test_the_desk_tries_a_newsletter_out(title, at_noon, postman, sink) -> None:
    letter = Newsletter.objects.create(title=title, name="The Weekend", slug="weekend")
    number = Number.objects.create(newsletter=letter, subject="Two reads", introduction="Dear readers,", picks=[])
    newsletters.test_send(number, "desk@example.org")
    postman.round()
    assert subjects(sink) == ["[Test] Two reads"]
