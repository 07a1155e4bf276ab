"""Letters that come back to a mailbox: what counts, and what anybody could have written."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from masthead.mailroom import message, outbox, returned
from masthead.mailroom.letter import Kind, Letter
from masthead.mailroom.models import Doubt, Outgoing, Returned, Suppressed
from masthead.titles.models import Title
from tests.mailroom import sink as sinks

ADA = "ada@example.org"


def sent(title: Title, postman, to: str = ADA, key: str = "k", **more: object) -> str:
    """A letter that left; its Message-ID."""
    outbox.post(Letter(title, to, "News", "It stands.", **more), key)  # type: ignore[arg-type]
    postman.round()
    assert Outgoing.objects.get(key=key).state == "sent"
    return message.message_id(key, title)


def report(kind: str, *parts: tuple[str, str]) -> bytes:
    """A multipart/report as mail servers write it."""
    head = f'From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\nContent-Type: multipart/report; report-type={kind}; boundary="B"\n\n'
    said = [("text/plain", "I am sorry to have to inform you.\n"), *parts]
    return (head + "".join(f"--B\nContent-Type: {content}\n\n{text}\n" for content, text in said) + "--B--\n").encode()


def bounce(ids: str, *, to: str = ADA, action: str = "failed", status: str = "5.1.1") -> bytes:
    said = f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 No such user\n"
    return report("delivery-status", ("message/delivery-status", said), ("text/rfc822-headers", f"Subject: News\nMessage-ID: {ids}\n"))


def test_a_mailbox_that_is_gone_gets_no_more(title, postman) -> None:
    raw = bounce(sent(title, postman), to="ADA@example.org")
    assert returned.understood(raw) and returned.understood(raw)
    assert Outgoing.objects.get().state == "bounced" and "No such user" in Outgoing.objects.get().said
    assert list(Suppressed.objects.values_list("address", "scope")) == [(ADA, "all")]


def test_three_full_mailboxes_in_a_week_are_a_gone_one(title, postman) -> None:
    for n in range(3):
        raw = bounce(sent(title, postman, key=f"k{n}"), status="5.2.2")
        assert not Suppressed.objects.exists()
        for _ in range(2):  # the same report twice is one
            returned.understood(raw)
    assert Suppressed.objects.get().address == ADA and Doubt.objects.count() == 3


@pytest.mark.parametrize(
    "change",
    [{"ids": "<" + "0" * 36 + "@testserver>"}, {"ids": "<made-up@testserver>"}, {"to": "bo@example.org"}, {"action": "delayed", "status": "4.4.1"}, {"to": ""}],
)
def test_what_anybody_could_have_written_does_nothing(title, postman, change) -> None:
    known = sent(title, postman)
    sent(title, postman, "bo@example.org", "other")
    assert not returned.understood(bounce(**{"ids": known, **change}))
    assert not Suppressed.objects.exists() and not Doubt.objects.exists()
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"sent"}


def test_a_complaint_is_obeyed(title, postman) -> None:
    known = sent(title, postman)
    feedback = f"Feedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: {ADA}\n"
    for ids in ("<" + "f" * 36 + "@testserver>", known):
        original = f"To: {ADA}\nSubject: News\nMessage-ID: {ids}\n\nIt stands.\n"
        returned.understood(report("feedback-report", ("message/feedback-report", feedback), ("message/rfc822", original)))
        assert Suppressed.objects.count() == (1 if ids == known else 0)
    assert Suppressed.objects.get().scope == "letters"


def test_whoever_unsubscribes_by_mail_is_out(title) -> None:
    from masthead.circulation import tokens
    from masthead.circulation.models import Pace
    from tests.circulation.made import follower, topic

    topic(title, "Harbour")
    one = follower(title, ADA, "/topics/harbour/")
    word = tokens.make(one, tokens.OFF)
    raw = EmailMessage()
    raw["Subject"] = f"unsubscribe {word[:-1]}{'0' if word[-1] != '0' else '1'}"
    assert not returned.understood(raw.as_bytes()) and one.follows.get().pace == Pace.DAILY
    raw.replace_header("Subject", f"unsubscribe {word}")
    assert returned.understood(raw.as_bytes()) and one.follows.get().pace == Pace.ON_SITE


def test_the_way_out_by_mail_leads_to_the_mailbox_that_is_read(title, sink, postman, mail) -> None:
    mail(bounces_to="back@echo.example", returns_host="imap.example")
    sent(title, postman, kind=Kind.LETTER, unsubscribe_url="https://x.example/off", unsubscribe_word="w")
    assert "<mailto:back@echo.example?subject=unsubscribe%20w>" in sinks.parse(sink.taken[0][1])["List-Unsubscribe"]


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 500, b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\n", b"Subject: unsubscribe " + b"a" * 5000])
def test_nothing_hostile_stops_the_reading(db, raw) -> None:
    assert not returned.understood(raw)


@pytest.mark.slow
def test_over_a_real_imap_server(title, postman, mail, tmp_path, monkeypatch) -> None:
    from tests.wire import servers

    cert = servers.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert[0]))
    known = sent(title, postman)
    with servers.imap_server(cert) as (_, tls):
        mail(returns_host=servers.HERE, returns_port=tls, returns_user=servers.USER, returns_password=servers.PASSWORD)
        box = servers.mailbox(tls, tls=True)
        box.append("INBOX", "", None, bounce(known).replace(b"\n", b"\r\n"))
        assert returned.look() == 1 and Outgoing.objects.get().state == "bounced"
        assert returned.look() == 0 and Returned.objects.get().said == ""
        assert box.select("INBOX")[0] == "OK" and box.search(None, "UNSEEN")[1] != [b""], "it stays unread for people"
        mail(returns_password="wrong")
        assert returned.look() == 0 and "did not accept" in Returned.objects.get().said
