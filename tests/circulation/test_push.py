"""Breaking news on a browser's screen: a real push service in this process, and browsers that open what came."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from masthead.circulation import alerts, devices
from masthead.circulation.models import Alert, Device
from masthead.kit import clock
from masthead.mailroom import epoch
from masthead.mailroom.courier import Courier
from masthead.mailroom.models import Parcel
from masthead.people.models import User
from masthead.public import devices as door
from masthead.stories import actions, diary
from masthead.stories.models import Story
from tests.circulation.made import story
from tests.mailroom import pushservice

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def _service():
    with pushservice.running() as one:
        yield one


@pytest.fixture
def service(_service, monkeypatch, mail):
    monkeypatch.setattr(door, "turnstile", door.contact.Turnstile(each=1000, together=10_000))
    for kept in (_service.browsers, _service.answers, _service.requests):
        kept.clear()
    _service.key = devices.own_key()
    with clock.frozen(NOON):
        yield _service


@pytest.fixture
def carry(service):
    courier = Courier(allows=lambda _: True)

    def all_of_it() -> None:
        diary.work_off(names=("circulation",))
        while courier.round():
            pass

    yield all_of_it
    courier.close()


def ask(browser, **more):
    said = {**browser.subscription, "key": devices.own_key(), "zone": "UTC", "night": False, **more}
    return Client().post("/follow/push/", json.dumps(said), content_type="application/json")


def fresh(one: Story) -> Story:
    return Story.objects.get(pk=one.pk)


def test_an_alert_is_shown_corrected_and_withdrawn_in_place(title, service, carry) -> None:
    bridge, browser = story(title, "The bridge is shut"), service.browser()
    assert ask(browser).status_code == 200
    assert alerts.reach(bridge) == alerts.Reach(now=0, asleep=0, paused=0, devices=1)
    alert = alerts.send(story=bridge, words="The bridge is shut after a crash")
    assert alert.devices == 1
    carry()
    [first] = browser.came
    assert (first["head"], first["body"], first["path"]) == ("The Test Paper", "The bridge is shut after a crash", bridge.path)
    _, headers = service.requests[0]
    assert headers["urgency"] == "high" and 7000 < int(headers["ttl"]) <= 7200
    clock.advance(timedelta(minutes=20))
    actions.correct(story=fresh(bridge), kind="correction", text="One lane is open.")
    carry()
    actions.withdraw(story=fresh(bridge), by="desk")
    carry()
    carry()
    assert browser.heads == ["The Test Paper", "The Test Paper: a correction", "The Test Paper: withdrawn"]
    assert "One lane is open." in browser.came[1]["body"]
    assert len({one["tag"] for one in browser.came}) == 1 == len({h["topic"] for _, h in service.requests})
    assert "bridge" not in json.dumps(browser.came[2]).lower() and browser.came[2]["still"]


def test_a_killed_storys_push_does_not_leave_and_nobody_is_told_of_it(title, service, carry) -> None:
    bridge, browser = story(title, "Canary"), service.browser()
    ask(browser)
    alerts.send(story=bridge, words="Canary words")
    actions.withdraw(story=fresh(bridge), by="desk")
    carry()
    assert browser.came == [] == service.requests
    assert [row.state for row in Parcel.objects.all()] == ["dropped"]


def test_a_push_under_way_at_the_kill_is_followed_by_the_withdrawal(title, service, carry) -> None:
    bridge, browser = story(title, "The bridge is shut"), service.browser()
    ask(browser)
    service.answer(browser, 503)
    alerts.send(story=bridge, words="Canary words")
    carry()
    actions.withdraw(story=fresh(bridge), by="desk")
    clock.advance(timedelta(minutes=1))
    carry()
    assert browser.heads == ["The Test Paper: withdrawn"] and "Canary" not in json.dumps(browser.came)


@pytest.mark.parametrize(("status", "left"), [(404, 0), (410, 0), (400, 1), (401, 1), (403, 1), (413, 1)])
def test_only_404_and_410_end_a_subscription(title, service, carry, status, left) -> None:
    browser = service.browser()
    ask(browser)
    service.answer(browser, status)
    alerts.send(story=story(title, "The bridge is shut"), words="Shut")
    carry()
    assert Device.objects.count() == left and Parcel.objects.get().state == ("refused" if left else "gone")
    assert not left or Device.objects.get().refusals == 1


def test_what_failed_is_tried_again_until_it_is_too_late(title, service, carry) -> None:
    well, slow, never = service.browser(), service.browser(), service.browser()
    for one in (well, slow, never):
        ask(one)
    service.answer(slow, 500, 503)
    service.answer(never, *[500] * 50)
    alerts.send(story=story(title, "The bridge is shut"), words="Shut")
    carry()
    assert len(well.came) == 1 and slow.came == []
    for _ in range(3):
        clock.advance(timedelta(minutes=1))
        carry()
    assert len(slow.came) == 1 and len(well.came) == 1
    clock.advance(timedelta(hours=2))
    carry()
    assert sorted(Parcel.objects.values_list("state", flat=True)) == ["late", "sent", "sent"] and Device.objects.count() == 3


def test_too_many_requests_makes_the_whole_service_wait(title, service, carry) -> None:
    first = service.browser()
    ask(first)
    service.answer(first, 429)
    alerts.send(story=story(title, "The bridge is shut"), words="Shut")
    carry()
    clock.advance(timedelta(minutes=9))
    carry()
    assert len(service.requests) == 1
    clock.advance(timedelta(minutes=2))
    carry()
    assert len(first.came) == 1


def test_the_night_is_quiet_unless_the_reader_wants_it(title, service, carry) -> None:
    asleep, awake, abroad = service.browser(), service.browser(), service.browser()
    clock.advance(timedelta(hours=14))
    ask(asleep), ask(awake, night=True), ask(abroad, zone="Asia/Tokyo")
    bridge = story(title, "The bridge is shut")
    found = alerts.reach(bridge)
    assert (found.devices, found.devices_asleep) == (2, 1)
    assert alerts.send(story=bridge, words="Shut").devices == 2
    carry()
    assert (len(asleep.came), len(awake.came), len(abroad.came)) == (0, 1, 1)


def test_another_key_of_the_paper_and_the_browser_that_renews_itself(title, service, carry, settings) -> None:
    old, new = service.browser(), service.browser()
    ask(old, night=True)
    settings.SECRET_KEY = "another secret key of the same paper, fifty characters long"
    service.key = devices.own_key()
    assert alerts.reach(story(title, "One")).devices == 0, "a push made with another key would be refused for ever"
    assert ask(new, key="the old page's").status_code == 422
    assert ask(new, old=old.endpoint, night=None).status_code == 200
    [kept] = Device.objects.all()
    assert kept.endpoint == new.endpoint and kept.quiet_from == kept.quiet_to, "the wish for the night went over"
    alerts.send(story=story(title, "The bridge is shut"), words="Shut")
    carry()
    assert (len(old.came), len(new.came)) == (0, 1)


def test_asking_twice_is_one_subscription_and_leaving_ends_it(title, service) -> None:
    browser = service.browser()
    ask(browser), ask(browser, night=True)
    assert Device.objects.get().quiet_to == 0
    for said in ({"endpoint": browser.endpoint + "x", "leave": True}, {"endpoint": browser.endpoint, "leave": True}):
        assert Client().post("/follow/push/", json.dumps(said), content_type="application/json").status_code == 200
    assert not Device.objects.exists()


BAD = [
    {"endpoint": "ftp://x.example/1"}, {"endpoint": ""}, {"endpoint": "https://x.example:99999999/"}, {"endpoint": 7}, {"keys": None},
    {"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, {"endpoint": "https://x.example/" + "y" * 1000},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_what_is_no_subscription_is_refused(title, service, bad) -> None:
    assert ask(service.browser(), **bad).status_code == 422 and not Device.objects.exists()


def test_other_sites_and_other_shapes_are_refused(title, service) -> None:
    client, said = Client(), json.dumps({**service.browser().subscription, "key": devices.own_key()})
    assert client.post("/follow/push/", said, content_type="application/json", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    for body, status in (("[]", 400), ("{", 400), ("x" * 6000, 413)):
        assert client.post("/follow/push/", body, content_type="application/json").status_code == status
    assert client.put("/follow/push/").status_code == 405 and not Device.objects.exists()
    answer = client.get("/follow/push/")
    assert answer.json() == {"key": devices.own_key()} and "set-cookie" not in answer.headers


def test_a_push_goes_to_no_address_inside_the_house(title, service) -> None:
    browser = service.browser()
    ask(browser)
    alerts.send(story=story(title, "The bridge is shut"), words="Shut")
    courier = Courier()
    courier.round()
    courier.close()
    assert service.requests == [] and "not on the public internet" in Parcel.objects.get().said


def test_a_restored_database_sends_no_push_again(title, service, carry) -> None:
    browser = service.browser()
    ask(browser)
    alerts.send(story=story(title, "The bridge is shut"), words="Shut")
    epoch.begin_anew()
    carry()
    assert browser.came == [] and Parcel.objects.get().state == "held"


def test_two_colleagues_for_one_alert(title, service, carry, monkeypatch, settings) -> None:
    monkeypatch.setitem(settings.CONFIG.values, "alerts.two_people", True)
    ada, ben = (User.objects.create(username=name) for name in ("ada", "ben"))
    bridge, browser = story(title, "The bridge is shut"), service.browser()
    ask(browser)
    alert = alerts.send(story=bridge, words="Shut", user=ada)
    carry()
    assert alert.waiting and not Parcel.objects.exists()
    for wrong in (lambda: alerts.second(alert, ada), lambda: alerts.send(story=bridge, words="Shut", user=ben)):
        with pytest.raises(alerts.CannotAlert):
            wrong()
    alerts.second(alert, ben)
    with pytest.raises(alerts.CannotAlert):
        alerts.second(alert, ben)
    carry()
    assert len(browser.came) == 1 and Alert.objects.get().second == ben


def test_an_alert_that_waited_too_long_or_was_put_away_is_not_sent(title, service, carry, monkeypatch, settings) -> None:
    monkeypatch.setitem(settings.CONFIG.values, "alerts.two_people", True)
    ada, ben = (User.objects.create(username=name) for name in ("ada", "ben"))
    late, away = (alerts.send(story=story(title, name), words=name, user=ada) for name in ("Late", "Away"))
    alerts.put_away(away)
    clock.advance(timedelta(hours=3))
    with pytest.raises(alerts.CannotAlert, match="too long"):
        alerts.second(late, ben)
    assert not Parcel.objects.exists() and list(Alert.objects.all()) == [late]
