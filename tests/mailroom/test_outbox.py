"""Posting and handing over, against a real mail server."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import send_mail
from django.db import transaction

from masthead.kit import clock
from masthead.mailroom import composing, epoch, outbox, setting, suppression
from masthead.mailroom.letter import CannotPost, Kind, Letter
from masthead.mailroom.models import Outgoing, Rest, Suppressed
from masthead.mailroom.postman import Postman
from tests.mailroom import sink as sinks

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def letter(title, to="ada@example.org", **more) -> Letter:
    return Letter(**{"title": title, "to": to, "subject": "The harbour wall", "text": "It stands.", **more})


def state(key: str) -> str:
    return Outgoing.objects.get(key=key).state


def test_one_key_is_one_letter(title, sink, postman) -> None:
    outbox.post(letter(title), "a")
    outbox.post(letter(title, subject="Another"), "a")
    assert postman.round() == 1
    assert postman.round() == 0
    assert [m["Subject"] for m in sink.to("ada@example.org")] == ["The harbour wall"]
    assert state("a") == "sent"


def test_what_is_rolled_back_was_never_posted(title, sink, postman) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.post(letter(title), "a")
        raise RuntimeError
    assert postman.round() == 0 and sink.taken == [] and not Outgoing.objects.exists()


def test_all_that_a_list_letter_carries(title, sink, postman, mail) -> None:
    title.contact_email = "desk@example.org"
    title.save()
    mail(sender="The Echo <daily@echo.example>")
    html = "<p>Über die <b>Mole</b></p>"
    outbox.post(
        letter(title, html=html, kind=Kind.LETTER, list_id="daily", unsubscribe_url="https://echo.example/f/x/off",
               unsubscribe_word="x", subject="Grüße\r\nBcc: evil@example.org", text="Über die Mole\n.\n..\n"),
        "a",
    )  # fmt: skip
    postman.round()
    [got] = sink.to("ada@example.org")
    assert got["List-Unsubscribe"] == "<https://echo.example/f/x/off>, <mailto:desk@example.org?subject=unsubscribe%20x>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert got["List-Id"].endswith("<daily.echo.example>") and got["Auto-Submitted"] == "auto-generated"
    assert got["From"] == "The Echo <daily@echo.example>" and got["Bcc"] is None
    assert got["Subject"] == "Grüße Bcc: evil@example.org"
    assert got.get_body(("plain",)).get_content().splitlines() == ["Über die Mole", ".", ".."]
    assert got.get_body(("html",)).get_content().strip() == html


@pytest.mark.parametrize(
    "words",
    ["", ".", "..\r\n.\r\n", "From me", "x" * 3000, "Zeile mit Leerzeichen  \nß\n\n\nEnde", "=20 = =\n=_x", "名前 " * 300, "a\rb\r\nc"],
)
def test_whatever_the_words_they_arrive_whole(title, sink, postman, words) -> None:
    outbox.post(letter(title, text=f"A\n{words}\nZ", html=f"<p>{words}</p>", subject=f"{words[:80]} Zürich"), "a")
    postman.round()
    [got] = sink.to("ada@example.org")
    plain = got.get_body(("plain",)).get_content()
    assert plain.splitlines() == f"A\n{words}\nZ".replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert got["Subject"] == " ".join(f"{words[:80]} Zürich".split()) and not got.defects
    assert all(len(line) <= 998 for line in sink.taken[0][1].splitlines())


def test_the_message_id_is_the_same_at_every_try(title, sink, postman) -> None:
    sink.at_data["ada@example.org"] = "451 4.3.0 later"
    with clock.frozen(NOON):
        outbox.post(letter(title), "a")
        postman.round()
        assert (state("a"), postman.round()) == ("queued", 0)
        sink.at_data.clear()
        clock.advance(timedelta(minutes=6))
        postman.round()
    assert state("a") == "sent"
    from masthead.mailroom.message import message_id

    assert sink.to("ada@example.org")[0]["Message-ID"] == message_id("a", title)


@pytest.mark.parametrize(
    ("answer", "becomes", "suppressed"),
    [
        ("550 5.1.1 no such user", "bounced", 1),
        ("550 No such user here", "bounced", 1),
        ("550 5.7.1 looks like spam", "bounced", 0),
        ("552 5.2.2 mailbox full", "bounced", 0),
        ("450 4.2.0 greylisted", "queued", 0),
    ],
)
def test_what_each_refusal_means(title, sink, postman, answer, becomes, suppressed) -> None:
    sink.answers["ada@example.org"] = answer
    outbox.post(letter(title), "a")
    outbox.post(letter(title, to="bo@example.org"), "b")
    postman.round()
    assert (state("a"), state("b")) == (becomes, "sent")
    assert Suppressed.objects.count() == suppressed
    assert sink.addresses == ["bo@example.org"]


def test_a_domain_that_says_not_now_three_times_is_left_alone(title, sink, postman) -> None:
    sink.answers["slow.example"] = "450 4.7.1 too many"
    with clock.frozen(NOON):
        for n in range(6):
            outbox.post(letter(title, to=f"r{n}@slow.example"), f"slow{n}")
        outbox.post(letter(title), "a")
        postman.round()
        assert Rest.objects.get().domain == "slow.example"
        assert sink.addresses == ["ada@example.org"]
        sink.answers.clear()
        assert postman.round() == 0
        clock.advance(timedelta(minutes=10))
        postman.round()
        assert len(sink.taken) == 7 and not Rest.objects.exists()


def test_a_server_that_is_away_loses_nothing(title, sink, mail) -> None:
    mail(port=1)
    with clock.frozen(NOON):
        outbox.post(letter(title), "a")
        lost = Postman()
        assert lost.round() == 0
        row = Outgoing.objects.get()
        assert row.state == "queued" and "not reached" in row.said
        mail(port=sink.port)
        lost.close()
        other = Postman()
        assert other.round() == 0, "the server rests a minute"
        clock.advance(timedelta(minutes=1))
        other.round()
        other.close()
    assert state("a") == "sent"


def test_sign_in_mail_leaves_first(title, sink, postman) -> None:
    for n in range(3):
        outbox.post(letter(title, to=f"r{n}@example.org", kind=Kind.LETTER), f"l{n}")
    outbox.post(letter(title, kind=Kind.SIGN_IN), "s")
    postman.round()
    assert sink.addresses[0] == "ada@example.org"


def test_the_speed_of_a_domain(title, sink, postman, mail) -> None:
    mail(domain_per_minute=2)
    with clock.frozen(NOON):
        for n in range(5):
            outbox.post(letter(title, to=f"r{n}@example.org"), f"l{n}")
        outbox.post(letter(title, to="z@other.example"), "z")
        while postman.round():
            pass
        assert sorted(sink.addresses) == ["r0@example.org", "r1@example.org", "z@other.example"]
        clock.advance(timedelta(seconds=61))
        while postman.round():
            pass
        assert len(sink.taken) == 5


def test_too_late_is_held(title, sink, postman) -> None:
    with clock.frozen(NOON):
        outbox.post(letter(title, good_until=NOON + timedelta(hours=1)), "a")
        clock.advance(timedelta(hours=2))
        postman.round()
        row = Outgoing.objects.get()
        assert row.state == "held" and sink.taken == []
        assert outbox.release(row)
        postman.round()
    assert len(sink.taken) == 1


def test_suppression_has_a_scope(title, sink, postman) -> None:
    suppression.suppress(title, "Ada@example.org", Suppressed.Scope.LETTERS, "Reported as spam.")
    outbox.post(letter(title, kind=Kind.LETTER), "l")
    outbox.post(letter(title, kind=Kind.SIGN_IN), "s")
    postman.round()
    assert (state("l"), state("s")) == ("dropped", "sent")


def test_composed_at_the_last_moment(title, sink, postman) -> None:
    said = {"text": "first"}
    composing.composer("test", lambda row: letter(title, to=row.to, text=said["text"]) if said["text"] else None)
    for n in range(2):
        outbox.plan([outbox.Planned(title, f"p{n}", f"r{n}@example.org", Kind.LETTER, "test", {"n": n})])
    said["text"] = "second"
    postman.round()
    assert sink.to("r1@example.org")[0].get_content().strip() == "second"
    said["text"] = ""
    outbox.plan([outbox.Planned(title, "p3", "r3@example.org", Kind.LETTER, "test")])
    postman.round()
    assert state("p3") == "dropped" and len(sink.taken) == 2


def test_a_letter_that_is_too_large_is_held_and_the_next_one_goes(title, sink, postman) -> None:
    with pytest.raises(CannotPost):
        outbox.post(letter(title, html="x" * 90_001), "big")
    composing.composer("big", lambda row: letter(title, to=row.to, html="ü" * 40_000))
    outbox.plan([outbox.Planned(title, "p", "r@example.org", Kind.LETTER, "big")])
    outbox.post(letter(title, kind=Kind.LETTER), "after")
    postman.round()
    assert (state("p"), state("after")) == ("held", "sent")


def test_nothing_of_a_letter_is_kept_once_it_left(title, sink, postman) -> None:
    outbox.post(letter(title, text="https://echo.example/sign-in/secret"), "a")
    postman.round()
    assert Outgoing.objects.get().letter is None


def test_an_older_database_sends_nothing_again(title, sink, postman) -> None:
    outbox.post(letter(title), "a")
    before = epoch.row().beat
    postman.round()
    # The database is brought back: the letter waits again, the beat is as it was.
    Outgoing.objects.update(state="queued", letter={"subject": "x", "text": "x"})
    epoch.row().__class__.objects.update(beat=before)
    other = Postman()
    assert other.round() == 0
    other.close()
    assert len(sink.taken) == 1
    row = Outgoing.objects.get()
    assert row.state == "held" and "brought back" in row.said
    outbox.post(letter(title), "new")
    assert postman.round() == 1 and len(sink.taken) == 2


def test_a_copied_folder_is_noticed(title, sink, postman) -> None:
    outbox.post(letter(title), "a")
    postman.round()
    path = epoch.file()
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)
    outbox.post(letter(title), "b")
    assert postman.round() == 0 and state("b") == "held"


def test_without_a_server_letters_lie_in_a_folder(title, mail, settings, caplog) -> None:
    mail(host="")
    outbox.post(letter(title), "a")
    one = Postman()
    with caplog.at_level("INFO", "masthead.mail"):
        one.round()
    one.close()
    [file] = (settings.DATA / "mail").glob("*.eml")
    assert sinks.parse(file.read_bytes())["To"] == "ada@example.org"
    assert "No mail server is set" in caplog.text


def test_what_a_library_sends_goes_through_the_outbox(title, sink, postman, settings) -> None:
    settings.EMAIL_BACKEND = "masthead.mailroom.backend.OutboxBackend"
    assert send_mail("Your code", "12345", None, ["ada@example.org"]) == 1
    postman.round()
    assert sink.to("ada@example.org")[0]["Subject"] == "Your code"


@pytest.mark.parametrize("written", ["ada", "ada@", "a b@example.org", "ada@example.org\nBcc: x@example.org", ""])
def test_what_is_no_address_is_refused(title, written) -> None:
    with pytest.raises(CannotPost):
        outbox.post(letter(title, to=written), "a")
    assert not Outgoing.objects.exists()


def test_settings_that_contradict_each_other(mail) -> None:
    mail(host="a", service="postmark")
    with pytest.raises(setting.CannotMail):
        setting.check()
    mail(service="", tls="ssl")
    with pytest.raises(setting.CannotMail):
        setting.check()


def test_a_service_tells_of_bounces_and_complaints(title, sink, postman) -> None:
    from anymail.signals import AnymailTrackingEvent, tracking

    for n, kind in enumerate(["bounced", "complained"]):
        outbox.post(letter(title, to=f"r{n}@example.org"), f"k{n}")
        postman.round()
        event = AnymailTrackingEvent(event_type=kind, recipient=f"R{n}@example.org", reject_reason="bounced")
        for _ in range(2):
            tracking.send(sender=None, event=event, esp_name="Test")
    assert state("k0") == "bounced"
    assert list(Suppressed.objects.order_by("address").values_list("address", "scope")) == [
        ("r0@example.org", "all"), ("r1@example.org", "letters"),
    ]  # fmt: skip


def test_the_seal_is_good(title, sink, postman, mail, tmp_path) -> None:
    import dkim
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 1024)
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(*pem))
    import base64

    public = base64.b64encode(
        key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    mail(sender="a@echo.example", dkim_selector="m1", dkim_key=str(tmp_path / "key.pem"))
    outbox.post(letter(title, html="<p>Grüße</p>", kind=Kind.LETTER, unsubscribe_url="https://e.example/u"), "a")
    postman.round()
    data = sink.taken[0][1]
    record = b"v=DKIM1; k=rsa; p=" + public
    asked = []
    assert dkim.verify(data, dnsfunc=lambda name, timeout=5: asked.append(name) or record)
    assert asked == [b"m1._domainkey.echo.example."]
    assert not dkim.verify(data.replace(b"harbour", b"harbor"), dnsfunc=lambda name, timeout=5: record)
    head = sinks.parse(data)["DKIM-Signature"].replace(" ", "").lower()
    assert "list-unsubscribe:list-unsubscribe-post" in head.replace("\n", "")


class Distant(sinks.Sink):
    """A server that takes several commands at once, and counts the pieces in which they come."""

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]


def test_what_comes_before_the_text_is_said_at_once_where_the_server_can(title, mail, monkeypatch) -> None:
    said: list[bytes] = []
    send = smtplib.SMTP.send
    monkeypatch.setattr(smtplib.SMTP, "send", lambda self, words: said.append(words) or send(self, words))
    with sinks.running(Distant(answers={"gone.example": "550 5.1.1 nobody", "later.example": "450 later"})) as sink:
        mail(host="127.0.0.1", port=sink.port, tls="none", domain_per_minute=0)
        one = Postman()
        for n, to in enumerate(("a@example.org", "b@gone.example", "c@later.example", "d@example.org")):
            outbox.post(letter(title, to=to), f"k{n}")
        while one.round():
            pass
        one.close()
    assert [state(f"k{n}") for n in range(4)] == ["sent", "bounced", "queued", "sent"]
    assert sink.addresses == ["a@example.org", "d@example.org"] and sinks.parse(sink.taken[1][1])["To"] == "d@example.org"
    assert sum(words.startswith(b"MAIL FROM:") and words.count(b"\r\n") == 3 for words in said if isinstance(words, bytes)) == 4
