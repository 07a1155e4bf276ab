"""The readers' door: asking, confirming, changing, leaving; and what a mail scanner does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from masthead.circulation import tokens
from masthead.circulation.models import Follow, Follower
from masthead.kit import clock
from masthead.mailroom.models import Outgoing
from masthead.public import follow as door
from tests import reader
from tests.circulation.made import follower, story, topic

FORM = {"what": ["/topics/harbour/"], "address": "Ada@example.org"}


@pytest.fixture(autouse=True)
def nobody_came_before(monkeypatch) -> None:
    monkeypatch.setattr(door, "turnstile", door.contact.Turnstile(each=1000, together=10_000))
    monkeypatch.setattr(door, "EVEN", 0.0)


@pytest.fixture
def client(title) -> Client:
    topic(title, "Harbour")
    return Client()


def confirm_link() -> str:
    text = Outgoing.objects.filter(key__startswith="confirm:").latest("id").letter["text"]
    return re.search(r"http://testserver(/follow/confirm/\S+)", text)[1]


def test_the_form_stands_on_printed_pages_and_needs_no_script(title) -> None:
    one = story(title, "The wall stands", ("Harbour",))
    page = reader.get(title, one.path)
    assert 'action="/follow/"' in page.text and 'value="/topics/harbour/" checked' in page.text
    assert "set-cookie" not in page.headers and "<script>" not in page.text
    for path in ("/topics/harbour/", f"/{title.sections.first().slug}/"):
        assert f'<input type="hidden" name="what" value="{path}">' in reader.get(title, path).text


def test_from_the_form_to_the_first_confirmed_follow(client) -> None:
    answer = client.post("/follow/", FORM)
    assert answer.status_code == 200 and not answer.cookies and "no-store" in answer["Cache-Control"]
    assert Follow.objects.filter(confirmed=True).count() == 0 and Follower.objects.get().next_at is None
    link = confirm_link()
    for _ in range(3):
        assert "Harbour" in client.get(link).content.decode()
        client.head(link)
    assert Follow.objects.filter(confirmed=True).count() == 0, "a scanner opened it"
    wanted = re.findall(r'name="follow" value="(\d+)"', client.get(link).content.decode())
    answer = client.post(link, {"follow": wanted, "do": "confirm"})
    assert "The next letter comes on" in answer.content.decode()
    assert Follow.objects.get().confirmed and Follower.objects.get().address == "ada@example.org"
    mine = re.search(r'/follow/mine/[^"]+', answer.content.decode())[0]
    assert "Harbour" in client.get(mine).content.decode()


def test_what_was_not_ticked_is_not_followed(client, title) -> None:
    topic(title, "Chess")
    client.post("/follow/", {**FORM, "what": ["/topics/harbour/", "/topics/chess/"]})
    keep = Follow.objects.get(target=topic(title, "Chess").pk)
    client.post(confirm_link(), {"follow": [keep.pk]})
    assert list(Follow.objects.all()) == [keep]


def test_known_and_unknown_addresses_answer_alike(client, title) -> None:
    follower(title, "known@example.org", "/topics/harbour/")
    said = [client.post("/follow/", {**FORM, "address": f"{name}@example.org"}) for name in ("known", "new", "new", "known")]
    assert len({a.content for a in said}) == 1 and {a.status_code for a in said} == {200}
    assert Follow.objects.filter(follower__address="known@example.org", confirmed=False).count() == 0


def test_one_address_is_asked_once_in_ten_minutes(client) -> None:
    for _ in range(5):
        client.post("/follow/", FORM)
    assert Outgoing.objects.count() == 1


def test_known_and_unknown_addresses_are_answered_after_the_same_time(client, title, monkeypatch) -> None:
    monkeypatch.setattr(door, "EVEN", 0.4)
    follower(title, "known@example.org", "/topics/harbour/")
    client.post("/follow/", {**FORM, "address": "warm@example.org"})
    took = []
    for name in ("known", "new", "new"):
        began = clock.monotonic()
        client.post("/follow/", {**FORM, "address": f"{name}@example.org"})
        took.append(clock.monotonic() - began)
    assert min(took) >= 0.4, "each waits, so what was to be done does not show"


def test_who_said_yes_is_asked_anew_for_the_next_thing(client, title) -> None:
    """A reader confirmed at once and follows something else a minute later: that letter comes, too."""
    client.post("/follow/", FORM)
    client.post(confirm_link(), {"follow": [Follow.objects.get().pk]})
    topic(title, "Chess")
    client.post("/follow/", {**FORM, "what": ["/topics/chess/"]})
    assert Outgoing.objects.count() == 2
    assert re.findall(r"Chess|Harbour", client.get(confirm_link()).content.decode().split("<main")[1]) == ["Chess"]


def test_nobody_fills_a_strangers_mailbox_through_us(client) -> None:
    with clock.frozen(datetime(2026, 11, 23, 8, tzinfo=UTC)):
        for _ in range(30):
            client.post("/follow/", FORM)
            clock.advance(timedelta(minutes=11))
        assert Outgoing.objects.count() == 5
        clock.advance(timedelta(days=1))
        client.post("/follow/", FORM)
        assert Outgoing.objects.count() == 6


def test_ipv6_addresses_of_one_house_are_one_place() -> None:
    stile = door.contact.Turnstile(each=2, together=100)
    assert [stile.lets_in(f"2001:db8:1:2::{n}") for n in range(4)] == [True, True, False, False]
    assert stile.lets_in("2001:db8:1:3::1") and stile.lets_in("192.0.2.1") and stile.lets_in("::ffff:192.0.2.2")
    assert stile.lets_in("192.0.2.2") and not stile.lets_in("192.0.2.2"), "the same, written in two ways"


def test_how_it_comes_is_chosen_where_one_confirms(client) -> None:
    client.post("/follow/", FORM)
    client.post(confirm_link(), {"follow": [Follow.objects.get().pk], "pace": "weekly", "alerts": "1"})
    assert (Follow.objects.get().pace, Follower.objects.get().alerts) == ("weekly", True)


@pytest.mark.parametrize("address", ["ada@example.org\r\nBcc: bo@example.org", "ada@example.org\nX: y", "ada@exa mple.org", "<ada@example.org>", "a" * 65 + "@example.org", "ada@example.org,bo@example.org"])
def test_an_address_that_carries_a_header_is_none(client, address) -> None:
    assert client.post("/follow/", {**FORM, "address": address}).status_code == 422
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize("change", [{"address": "nobody"}, {"what": ["/no-such/"]}, {"what": []}])
def test_what_cannot_be_taken_says_so_and_changes_nothing(client, change) -> None:
    assert client.post("/follow/", {**FORM, **change}).status_code == 422
    assert not Follower.objects.exists() and not Outgoing.objects.exists()


def test_a_form_on_another_site_and_a_filled_trap_do_nothing(client) -> None:
    assert client.post("/follow/", FORM, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/follow/", {**FORM, "website": "x"}).status_code == 200
    assert not Follower.objects.exists()


def _links(one: Follower) -> list[str]:
    return [
        f"/follow/confirm/{tokens.make(one, tokens.CONFIRM)}/",
        f"/follow/mine/{tokens.make(one, tokens.MINE)}/",
        *(f"/follow/off/{tokens.make(one, tokens.OFF, about)}/" for about in ("", "alerts", "newsletter-1")),
    ]


def _standing(one: Follower) -> tuple[object, ...]:
    one.refresh_from_db()
    return one.alerts, one.left_at, one.paused_until, *one.follows.values_list("pace", "confirmed", "kind")


def test_opening_every_link_changes_nothing(client, title) -> None:
    one = follower(title, "ada@example.org", "/topics/harbour/", "/", alerts=True)
    before = _standing(one)
    for link in _links(one):
        for _ in range(2):
            assert client.get(link).status_code == client.head(link).status_code == 200
    assert _standing(one) == before


@pytest.mark.slow
def test_a_link_altered_in_any_character_does_nothing(client, title) -> None:
    one = follower(title, "ada@example.org", "/topics/harbour/", alerts=True)
    other = follower(title, "bo@example.org", "/topics/harbour/", alerts=True)
    before, tried = (_standing(one), _standing(other)), 0
    for link in _links(one):
        base, token = link.rstrip("/").rsplit("/", 1)
        for n, was in enumerate(token):
            for now in {"0", "f", was.upper(), chr(ord(was) ^ 1)} - {was, "/", "?", "#", "%"}:
                altered = f"{base}/{token[:n]}{now}{token[n + 1:]}/"
                answer = client.post(altered, {"List-Unsubscribe": "One-Click", "do": "all"})
                assert answer.status_code in (404, 405), altered
                tried += 1
    # The signed part of one purpose is no good for another.
    mine = tokens.make(one, tokens.MINE)
    assert client.post(f"/follow/off/{mine}/", {"do": "all"}).status_code == 404
    assert (_standing(one), _standing(other)) == before and tried > 500


def test_the_one_click_of_a_mail_program(client, title) -> None:
    one = follower(title, "ada@example.org", "/topics/harbour/", alerts=True)
    link = f"/follow/off/{tokens.make(one, tokens.OFF)}/"
    answer = Client(enforce_csrf_checks=True).post(
        link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200 and not answer.cookies
    assert _standing(one) == (True, None, None, ("on site", True, "topic"))
    one.refresh_from_db()
    assert one.next_at is None


def test_ones_own_page_keeps_what_is_chosen(client, title) -> None:
    one = follower(title, "ada@example.org", "/topics/harbour/", "/")
    link = f"/follow/mine/{tokens.make(one, tokens.MINE)}/"
    first, second = one.follows.order_by("pk")
    answer = client.post(
        link,
        {f"pace-{first.pk}": "weekly", f"pace-{second.pk}": "off", "hour": "18", "weekday": "2", "quiet_from": "20",
         "quiet_to": "9", "time_zone": "America/Chicago", "alerts": "1"},
    )  # fmt: skip
    one.refresh_from_db()
    assert (one.hour, one.weekday, one.time_zone, one.alerts) == (18, 2, "America/Chicago", True)
    assert list(one.follows.values_list("pace", flat=True)) == ["weekly"]
    local = one.local(one.next_at)
    assert (local.hour, local.weekday()) == (18, 2)
    assert "(America/Chicago)" in answer.content.decode()
    answer = client.post(link, {"time_zone": "Mars/Base", "hour": "5"})
    one.refresh_from_db()
    assert "is not a time zone" in answer.content.decode() and (one.time_zone, one.hour) == ("America/Chicago", 5)


def test_somebody_elses_follow_is_not_mine_to_change(client, title) -> None:
    one, other = (follower(title, f"{n}@example.org", "/topics/harbour/") for n in "ab")
    theirs = other.follows.get()
    client.post(f"/follow/mine/{tokens.make(one, tokens.MINE)}/", {f"pace-{theirs.pk}": "off"})
    assert other.follows.get() == theirs


def test_pause_leave_and_be_forgotten(client, title) -> None:
    one = follower(title, "ada@example.org", "/topics/harbour/")
    link = f"/follow/mine/{tokens.make(one, tokens.MINE)}/"
    client.post(link, {"do": "pause"})
    one.refresh_from_db()
    assert (one.paused_until - one.local().date()).days == 30
    client.post(link, {"do": "resume"})
    client.post(link, {"do": "all"})
    one.refresh_from_db()
    assert one.left_at and one.next_at is None
    client.post(link, {"do": "forget"})
    assert not Follower.objects.exists()
    assert client.get(link).status_code == 404
