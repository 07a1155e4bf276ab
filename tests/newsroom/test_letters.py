"""Letters on the desk."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from masthead.circulation.models import Alert, Clicks, Follow, Follower, Newsletter, Number
from masthead.kit import clock
from masthead.mailroom import suppression
from masthead.mailroom.letter import Kind
from masthead.mailroom.models import Outgoing, Parcel
from masthead.stories import actions
from tests.circulation.made import follower, story
from tests.staff import hire

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def desk(title, client):
    client.force_login(hire(title, "keyholder"))
    with clock.frozen(NOON):
        yield client


def test_figures_of_followers(title, desk) -> None:
    story(title, "The wall stands", ("Harbour",))
    for name in "abc":
        follower(title, f"{name}@example.org", "/topics/harbour/", *(["/"] if name == "a" else []))
    follower(title, "d@example.org", "/topics/harbour/", pace="on site")
    page = desk.get("/newsroom/letters/").content.decode()
    assert "4 followers; 4 new in seven days" in page
    row = re.search(r"Harbour</a> \(topic\)</th>(.*?)</tr>", page)[1]
    assert re.findall(r">(\d+)<", row) == ["4", "3", "4"]


def test_an_alert_shows_its_reach_before_it_is_sent(title, desk) -> None:
    one = story(title, "The bridge is shut")
    follower(title, "a@example.org", "/", alerts=True)
    follower(title, "b@example.org", "/", alerts=True, quiet_from=9, quiet_to=15)
    page = desk.get(f"/newsroom/letters/alert/{one.pk}/").content.decode()
    assert "1 reader gets it by e-mail now, and 0 devices show it." in page and "1 reader is in their quiet hours" in page and not Alert.objects.exists()
    answer = desk.post(f"/newsroom/letters/alert/{one.pk}/", {"words": "Bridge shut"}, follow=True)
    assert "goes to 1 reader and 0 devices now" in answer.content.decode()
    again = desk.post(f"/newsroom/letters/alert/{one.pk}/", {"words": "Bridge shut"}).content.decode()
    assert "one story, one alert" in again and Outgoing.objects.filter(composer="alert").count() == 1


def test_two_colleagues_send_an_alert(title, desk, monkeypatch, settings) -> None:
    monkeypatch.setitem(settings.CONFIG.values, "alerts.two_people", True)
    one = story(title, "The bridge is shut")
    follower(title, "a@example.org", "/", alerts=True)
    where = f"/newsroom/letters/alert/{one.pk}/"
    page = desk.post(where, {"words": "Bridge shut"}, follow=True).content.decode()
    assert "waits for a second colleague. Nobody gets it before." in page and f'href="{where}">waits for a second colleague' in page
    page = desk.get(where).content.decode()
    assert "somebody else must agree" in page and "I agree" not in page
    assert "somebody else must agree" in desk.post(where, {"do": "second"}).content.decode()
    assert not Outgoing.objects.filter(composer="alert").exists()
    desk.force_login(hire(title, "editor"))
    assert "I agree: send it to 1 reader and 0 devices now" in desk.get(where).content.decode()
    assert "goes to 1 reader" in desk.post(where, {"do": "second"}, follow=True).content.decode()
    assert Outgoing.objects.filter(composer="alert").count() == 1
    assert "does not wait any more" in desk.post(where, {"do": "second"}).content.decode()


def test_an_alert_that_waits_is_put_away(title, desk, monkeypatch, settings) -> None:
    monkeypatch.setitem(settings.CONFIG.values, "alerts.two_people", True)
    one = story(title, "The bridge is shut")
    desk.post(f"/newsroom/letters/alert/{one.pk}/", {"words": "Bridge shut"})
    page = desk.post(f"/newsroom/letters/alert/{one.pk}/", {"do": "away"}, follow=True).content.decode()
    assert "Nobody got it." in page and not Alert.objects.exists()


def test_what_became_of_pushes_and_posts(title, desk) -> None:
    for n, state in enumerate(("sent", "sent", "gone")):
        Parcel.objects.create(title=title, key=f"k{n}", way="push", host="push.example", state=state, said=f"Said {n}")
    page = desk.get("/newsroom/letters/mailroom/").content.decode()
    assert '<th scope="row">push</th><td>sent</td><td class="n">2</td><td>Said 1</td>' in page and "nobody is there any more" in page


def test_clicks_are_shown_when_the_paper_counts_them(title, desk, monkeypatch, settings) -> None:
    one = story(title, "The bridge is shut")
    for edition, count in (("daily-2026-11-23", 7), ("daily-2026-11-22", 2), ("daily-2026-10-01", 9)):
        Clicks.objects.create(title=title, edition=edition, story=one, count=count)
    assert "Opened from letters" not in desk.get("/newsroom/letters/").content.decode()
    monkeypatch.setitem(settings.CONFIG.values, "mail.count_clicks", True)
    page = desk.get("/newsroom/letters/").content.decode()
    assert re.findall(r'<td>(daily-[\d-]+)</td>.*?class="n">([^<]+)<', page) == [("daily-2026-11-23", "7"), ("daily-2026-11-22", "fewer than 5")]


def test_a_newsletter_from_its_name_to_its_readers(title, desk) -> None:
    first, second = story(title, "First read"), story(title, "Second read")
    desk.post("/newsroom/letters/newsletters/", {"name": "The Weekend", "about": "Each Saturday"})
    letter = Newsletter.objects.get()
    follower(title, "a@example.org", "/newsletters/the-weekend/")
    desk.post(f"/newsroom/letters/newsletters/{letter.pk}/begin/")
    number = Number.objects.get()
    words = {
        "subject": "Two reads", "introduction": "Dear readers,\r\n\r\n<b>here</b> they are.",
        f"place-{first.pk}": "2", f"place-{second.pk}": "1",
    }  # fmt: skip
    desk.post(f"/newsroom/letters/numbers/{number.pk}/", words)
    number.refresh_from_db()
    assert number.picks == [second.pk, first.pk]
    shown = desk.get(f"/newsroom/letters/numbers/{number.pk}/preview/")
    assert shown.content.decode().index("Second read</a>") < shown.content.decode().index("First read</a>")
    assert "&lt;b&gt;here&lt;/b&gt;" in shown.content.decode() and "default-src 'none'" in shown["Content-Security-Policy"]
    desk.post(f"/newsroom/letters/numbers/{number.pk}/", {**words, "do": "try", "to": "desk@example.org"})
    answer = desk.post(f"/newsroom/letters/numbers/{number.pk}/", {**words, "do": "send"}, follow=True)
    assert "It goes to 1 reader." in answer.content.decode()
    answer = desk.post(f"/newsroom/letters/numbers/{number.pk}/", {**words, "do": "send"}, follow=True)
    assert "It is not sent twice." in answer.content.decode()
    assert Outgoing.objects.filter(composer="newsletter").count() == 1


MAILCHIMP = (
    "Email Address,First Name,OPTIN_TIME,CONFIRM_TIME\nNew@Example.org,Ada,2024-01-05 10:00:00,2024-01-05 10:01:00\n"
    "known@example.org,Bo,,\nspam@example.org,Cy,,\nnot an address,,,\nnew@example.org,Again,,\n"
)
GHOST = "id,email,name,note,subscribed_to_emails,created_at\n1,g@example.org,G,,true,2025-02-03T00:00:00Z\n2,off@example.org,O,,false,\n"


@pytest.mark.parametrize(("text", "new"), [(MAILCHIMP, ["new@example.org"]), (GHOST, ["g@example.org"]), (GHOST.replace(",", ";"), ["g@example.org"])])
def test_a_list_from_another_program(title, desk, text, new) -> None:
    follower(title, "known@example.org", "/")
    suppression.suppress(title, "spam@example.org", "letters", "Reported as spam.")
    before = Outgoing.objects.count()
    form = {"file": SimpleUploadedFile("list.csv", text.encode()), "told": "Signed up on our old site.", "what": ["/"]}
    answer = desk.post("/newsroom/letters/take-over/", form, follow=True).content.decode()
    assert f"{len(new)} addresses were taken over" in answer
    made = Follower.objects.exclude(address="known@example.org")
    assert list(made.values_list("address", flat=True)) == new
    assert made.get().consent.startswith("Signed up on our old site. 202") and made.get().next_at > NOON
    assert Follow.objects.filter(follower=made.get(), confirmed=True).count() == 1
    assert Outgoing.objects.count() == before, "nobody is written to because of it"


@pytest.mark.parametrize(
    ("text", "told", "what"), [(MAILCHIMP, "", ["/"]), (MAILCHIMP, "x", []), ("a,b\n1,2\n", "x", ["/"]), ("", "x", ["/"])]
)
def test_a_list_that_cannot_be_taken_over(title, desk, text, told, what) -> None:
    form = {"file": SimpleUploadedFile("list.csv", text.encode()), "told": told, "what": what}
    assert "Nobody was taken over" in desk.post("/newsroom/letters/take-over/", form).content.decode()
    assert not Follower.objects.exists()


def test_all_followers_as_a_file(title, desk) -> None:
    follower(title, "a@example.org", "/", consent="=cmd()")
    lines = b"".join(desk.get("/newsroom/letters/followers.csv").streaming_content).decode().splitlines()
    assert lines[0].startswith("email,confirmed_at,consent") and lines[1].startswith("a@example.org,2026-11-23T12:00:00Z,'=cmd()")
    assert "/ daily" in lines[1]


def test_a_letter_in_doubt_waits_for_a_person(title, desk) -> None:
    follower(title, "a@example.org", "/")
    row = Outgoing.objects.get()
    Outgoing.objects.update(state="unsure", said="The paper stopped")
    page = desk.get("/newsroom/letters/mailroom/").content.decode()
    assert "Nobody knows whether they went out: 1" in page and "The paper stopped" in page
    desk.post("/newsroom/letters/mailroom/", {"do": "release", "letter": [row.pk]})
    assert Outgoing.objects.get().state == "queued"
    desk.post("/newsroom/letters/mailroom/", {"do": "drop", "letter": [row.pk]})
    assert Outgoing.objects.get().state == "queued", "only what is in doubt or held"


def test_who_may_not(title, client) -> None:
    client.force_login(hire(title, "editor"))
    for path in ("letters/followers.csv", "letters/take-over/"):
        assert client.get(f"/newsroom/{path}").status_code == 403
    assert client.post("/newsroom/letters/mailroom/", {"do": "drop"}).status_code == 403
    assert client.get("/newsroom/letters/").status_code == 200


def test_growth_by_week(title, desk) -> None:
    for name, days, gone in (("a", 0, None), ("b", 8, None), ("c", 9, 1), ("d", 15, 8)):
        one = follower(title, f"{name}@example.org", "/")
        one.confirmed_at, one.left_at = NOON - timedelta(days=days), NOON - timedelta(days=gone) if gone is not None else None
        one.save()
    page = desk.get("/newsroom/letters/").content.decode()
    table = page.partition('id="l-growth"')[2].partition("</table>")[0]
    rows = [re.findall(r">([^<]+)</t[hd]>", row) for row in table.split("<tr>")[2:5]]
    assert rows == [["23 Nov 2026", "1", "0", "2"], ["16 Nov 2026", "0", "1", "1"], ["9 Nov 2026", "2", "1", "2"]]


def test_somebody_rings_up_and_wants_no_more_letters(title, desk) -> None:
    one = follower(title, "ada@example.org", "/", alerts=True)
    answer = desk.post("/newsroom/letters/mailroom/", {"do": "suppress", "address": "Ada@Example.org"}, follow=True)
    assert "gets no more letters" in answer.content.decode() and "Asked for it; noted by" in answer.content.decode()
    one.refresh_from_db()
    assert one.left_at and not one.alerts and suppression.why_not(title, "ada@example.org", Kind.LETTER)
    assert not suppression.why_not(title, "ada@example.org", Kind.SIGN_IN)
    assert "is not an e-mail address" in desk.post("/newsroom/letters/mailroom/", {"do": "suppress", "address": "x"}, follow=True).content.decode()


def test_a_newsletter_has_a_page_and_feeds(title, desk) -> None:
    one, gone = story(title, "First read"), story(title, "Canary read")
    letter = Newsletter.objects.create(title=title, name="The Weekend", slug="weekend", about="Each Saturday")
    Number.objects.create(newsletter=letter, subject="Canary", picks=[one.pk, gone.pk], sent_at=clock.now())
    Number.objects.create(newsletter=letter, subject="Not yet", picks=[story(title, "Secret pick").pk])
    actions.withdraw(story=gone, by="desk")
    page = Client().get("/newsletters/weekend/").content.decode()
    assert "Each Saturday" in page and 'value="/newsletters/weekend/"' in page and f'href="{one.path}">First read' in page
    feeds = [Client().get(f"/newsletters/weekend/feed.{kind}") for kind in ("rss", "atom", "json")]
    for text in (page, *(feed.content.decode() for feed in feeds)):
        assert "First read" in text and "Canary" not in text and "Secret pick" not in text
    assert Client().get("/newsletters/no-such/").status_code == 404 == Client().get("/newsletters/weekend/feed.exe").status_code
