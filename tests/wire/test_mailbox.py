"""A mailbox as a source, over a real IMAP server: every new mail once, people's unread marks left alone."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from masthead.wire import archive, credentials
from masthead.wire.arrivals import health, mailbox, rounds
from masthead.wire.models import Source, WireFile, WireItem, WireVersion
from tests.wire import servers
from tests.wire.servers import HERE, PASSWORD, USER, loopback, trusted  # noqa: F401

pytestmark = pytest.mark.slow


def mail(number: int, sender: str = "Harbour Office <press@harbour.example>") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "desk@paper.example", f"Ferry {number} stops at noon"
    made["Message-ID"], made["Date"] = f"<{number}@harbour.example>", "Mon, 23 Nov 2026 09:00:00 +0000"
    made.set_content(f"The ferry {number} stopped at noon, and the queue before it grew all through the afternoon.\n" * 3)
    return made.as_bytes().replace(b"\n", b"\r\n")


@pytest.fixture(scope="module")
def ports(tmp_path_factory) -> Iterator[tuple[int, int, str]]:
    folder = tmp_path_factory.mktemp("imap")
    cert = servers.certificate(folder)
    with servers.imap_server(cert) as (plain, tls):
        yield plain, tls, str(cert[0])


@pytest.fixture(params=["starttls", pytest.param("tls", marks=pytest.mark.slow)])
def source(request, title, ports, monkeypatch) -> Iterator[tuple[Source, imaplib.IMAP4]]:
    monkeypatch.setenv("SSL_CERT_FILE", ports[2])
    port = ports[0] if request.param == "starttls" else ports[1]
    made = Source(title=title, kind="imap", name="Post", slug="post", host=HERE, port=port, username=USER)
    made.security = request.param
    credentials.keep(made, PASSWORD)
    made.save()
    colleague = servers.mailbox(port, request.param == "tls")
    colleague.select("INBOX")
    yield made, colleague
    colleague.logout()


def put(colleague: imaplib.IMAP4, *mails: bytes) -> None:
    for each in mails:
        assert colleague.append("INBOX", "", imaplib.Time2Internaldate(0), each)[0] == "OK"


def look(source: Source) -> str:
    found = rounds.look(source, allows=loopback)
    source.refresh_from_db()
    return found.words


def test_new_mails_come_once_byte_for_byte_and_stay_unread(source) -> None:
    post, colleague = source
    assert "New mails will be taken, older ones are left" in look(post)
    assert WireFile.objects.count() == 0 and look(post) == "Nothing new since the last look."
    put(colleague, mail(1), mail(2))
    assert look(post) == "2 new mails, 2 new or changed items."
    assert sorted(WireItem.objects.values_list("headline", flat=True)) == ["Ferry 1 stops at noon", "Ferry 2 stops at noon"]
    assert {archive.fetch(f.sha256) for f in WireFile.objects.all()} == {mail(1), mail(2)}
    assert look(post) == "Nothing new since the last look."
    colleague.noop()
    unseen = colleague.search(None, "UNSEEN")[1][0].split()
    assert len(unseen) >= 2
    assert health.health(post) == ("well", True) and post.last_item_at


def test_a_mail_that_cannot_be_read_stops_no_other(source) -> None:
    post, colleague = source
    look(post)
    put(colleague, mail(11), b"From: x@y.example\r\n\r\n", b"\x00\xff rubbish that no reader knows\r\n", mail(12))
    words = look(post)
    assert words.startswith("2 new mails, 2 new or changed items.") and "quarantine" in words
    assert WireItem.objects.count() >= 2 and post.failures == 0
    assert look(post) == "Nothing new since the last look."


def test_only_the_senders_that_are_named(source) -> None:
    post, colleague = source
    look(post)
    post.pattern = "press@harbour.example council.example"
    post.save()
    put(
        colleague,
        mail(21),
        mail(22, "Clerk <clerk@news.council.example>"),
        mail(23, "Fraud <press@harbour.example.evil.example>"),
        mail(24, '"press@harbour.example" <liar@evil.example>'),
        mail(25, "evilcouncil.example <a@evilcouncil.example>"),
        mail(26, "press@harbour.example, liar@evil.example"),
    )
    assert look(post).startswith("2 new mails, 2 new or changed items. A mail from somebody else was left")
    assert WireItem.objects.count() == 2


def test_a_mailbox_numbered_anew_loses_and_doubles_nothing(source) -> None:
    post, colleague = source
    look(post)
    put(colleague, mail(31))
    look(post)
    Source.objects.update(cursor={"validity": 1, "uid": 10**6})
    post.refresh_from_db()
    put(colleague, mail(32))
    look(post)
    headlines = WireItem.objects.values_list("headline", flat=True)
    assert {"Ferry 31 stops at noon", "Ferry 32 stops at noon"} <= set(headlines)
    assert WireVersion.objects.filter(headline="Ferry 31 stops at noon").count() == 1


def test_many_mails_are_taken_in_turns(source, monkeypatch) -> None:
    post, colleague = source
    monkeypatch.setattr(mailbox, "MOST", 2)
    look(post)
    put(colleague, mail(41), mail(42), mail(43))
    assert look(post).startswith("2 new mails") and post in rounds.due()
    assert look(post).startswith("1 new mail,") and post not in rounds.due()


def test_deleted_only_when_asked(source) -> None:
    post, colleague = source
    look(post)
    post.take_away = True
    post.save()
    put(colleague, mail(51))
    look(post)
    colleague.noop()
    found = colleague.search(None, 'UNDELETED SUBJECT "Ferry 51"')[1][0].split()
    assert found == [] and WireItem.objects.count() == 1


def test_a_mail_that_is_too_large_is_left(source, settings, monkeypatch) -> None:
    post, colleague = source
    look(post)
    monkeypatch.setitem(settings.CONFIG.values, "wire.max_file_mb", 0)
    put(colleague, mail(61))
    assert "was left in the mailbox" in look(post)
    assert WireFile.objects.count() == 0


def test_refusals_in_words(source) -> None:
    post, _ = source
    post.place = "Nowhere"
    assert "no mailbox called “Nowhere”" in look(post)
    credentials.keep(post, "wrong-word")
    words = look(post)
    assert "did not accept the name and password" in words and "wrong-word" not in words
    assert "not on the public internet" in rounds.look(post).words
