"""Promise: what a reader tells the newsroom reaches the desk, and nobody else, and goes when its time is up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from masthead.kit import clock, images
from masthead.kit.private import PrivateTextLeak
from masthead.people.models import User
from masthead.press import run
from masthead.public import contact
from masthead.stories import tips
from masthead.stories.models import Tip
from tests import reader
from tests.pictures.made import MARKS, jpeg

CANARY = "Canary: the sluice has been open since May."


@pytest.fixture(autouse=True)
def nobody_came_yet(monkeypatch):
    monkeypatch.setattr(contact, "turnstile", contact.Turnstile())


def send(client, **more: object):
    return client.post("/contact/", {"text": CANARY, "name": "", "reply_to": "", "website": ""} | more)


def test_a_tip_with_a_picture_reaches_the_desk_with_a_receipt(client, title) -> None:
    file = SimpleUploadedFile("IMG.jpg", jpeg(marks=MARKS), "image/jpeg")
    answer = send(client, name="Ann", reply_to="ann@example.org", file=file)
    tip = Tip.objects.get()
    assert answer.status_code == 200 and tip.receipt in answer.content.decode()
    assert "no-store" in answer["Cache-Control"] and not answer.cookies and answer["X-Robots-Tag"] == "noindex"
    kept = tips.attachment(tip).read_bytes()
    assert images.told(kept).said == {} and b"Solberg" not in kept
    assert tips.attachment(tip).stat().st_mode & 0o777 == 0o600
    with pytest.raises(PrivateTextLeak):
        str(tip.text)
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    assert tip.receipt in client.get("/newsroom/inbox/").content.decode()
    page = client.get(f"/newsroom/inbox/{tip.pk}/").content.decode()
    assert CANARY in page and "ann@example.org" in page
    file = client.get(f"/newsroom/inbox/{tip.pk}/file/")
    assert "attachment" in file["Content-Disposition"] and b"".join(file.streaming_content) == kept


def test_no_page_and_no_store_ever_holds_a_word_of_it(client, title) -> None:
    send(client)
    receipt = Tip.objects.get().receipt
    for path in run.everything(title):
        assert not {CANARY, receipt} & set(reader.get(title, path).text.split("\n")), path
    held = b"".join(b"".join(e.bodies.values()) for e in run.store_of(title).everything() if "identity" in e.bodies)
    assert CANARY.encode() not in held
    page = reader.get(title, "/contact/")
    assert page.headers["cache-control"] == "public, no-cache" and receipt not in page.text and CANARY not in page.text


@pytest.mark.parametrize(
    "more, status, words",
    [
        ({"text": ""}, 422, "no text"),
        ({"text": "x" * 20_001}, 422, "20,001 letters"),
        ({"file": ("a.pdf", b"%PDF-1.7 hello")}, 422, "only pictures and plain text"),
        ({"file": ("a.docx", b"PK\x03\x04\x00\x00\xff")}, 422, "only pictures and plain text"),
        ({"file": ("a.txt", "Zoë was there".encode())}, 200, "receipt"),
    ],
)
def test_what_is_taken_and_what_is_refused_in_words(client, title, more, status, words) -> None:
    if "file" in more:
        more = {"file": SimpleUploadedFile(*more["file"])}
    answer = send(client, **more)
    assert answer.status_code == status and words in answer.content.decode()
    assert Tip.objects.count() == (1 if status == 200 else 0)
    kept = list(tips.folder().glob("*.txt")) if tips.folder().exists() else []
    assert any(p.read_text() == "Zoë was there" for p in kept) or status == 422


def test_a_file_that_is_too_large_is_refused(client, title, monkeypatch) -> None:
    monkeypatch.setattr(tips, "LIMITS", tips.Limits(megabytes=0))
    assert send(client, file=SimpleUploadedFile("a.txt", b"hello")).status_code == 422
    assert Tip.objects.count() == 0


@pytest.mark.parametrize(
    "path, headers, status",
    [
        ("/contact/", {"content_length": "99999999"}, 413),
        ("/contact/", {"content_length": "no"}, 413),
        ("/contact/", {"transfer_encoding": "chunked"}, 411),
        ("/", {"content_length": "99999999"}, 413),
    ],
)
def test_a_flood_is_refused_before_it_is_read(title, path, headers, status) -> None:
    answer = reader.get(title, path, method="POST", **headers)
    assert answer.status == status and "Nothing of it was kept" in answer.text
    assert answer.headers["cache-control"] == "no-store" and Tip.objects.count() == 0


def test_too_many_from_one_place_are_asked_to_wait(client, title) -> None:
    got = [send(client, text=f"{CANARY} {n}").status_code for n in range(contact.MOST_EACH + 2)]
    assert got == [200] * contact.MOST_EACH + [429, 429]
    assert Tip.objects.count() == contact.MOST_EACH
    assert "127.0.0.1" not in repr(contact.turnstile._came)
    assert not [f.name for f in Tip._meta.fields if "ip" in f.name.split("_") or "address" in f.name]


def test_sending_twice_is_one_tip(client, title) -> None:
    send(client)
    send(client)
    assert Tip.objects.count() == 1


def test_what_fills_in_the_trap_is_put_aside_not_thrown_away(client, title) -> None:
    assert send(client, website="https://spam.example").status_code == 200
    tip = Tip.objects.get()
    assert tip.aside
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    assert tip.receipt not in client.get("/newsroom/inbox/").content.decode()
    assert tip.receipt in client.get("/newsroom/inbox/?show=aside").content.decode()


def test_another_sites_form_is_refused(client, title) -> None:
    answer = client.post("/contact/", {"text": CANARY}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and Tip.objects.count() == 0


def test_it_goes_when_its_time_is_up_unless_it_is_being_worked_on(client, title) -> None:
    file = SimpleUploadedFile("a.txt", b"a word")
    send(client, file=file)
    send(client, text="Another")
    second = Tip.objects.get(attachment="")
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    client.post(f"/newsroom/inbox/{second.pk}/act/", {"what": "open"})
    with clock.frozen(clock.now() + timedelta(days=181)):
        assert tips.forget_due() == 1
    assert list(Tip.objects.all()) == [second]


@pytest.mark.django_db(transaction=True)
def test_the_file_goes_with_the_tip(title) -> None:
    tip = tips.take(title, text=CANARY, file=b"a word")
    path = tips.attachment(tip)
    assert path.is_file()
    tips.forget(tip)
    assert not path.exists()


def test_the_inbox_is_for_those_who_may(client, title) -> None:
    send(client)
    tip = Tip.objects.get()
    paths = ["/newsroom/inbox/", f"/newsroom/inbox/{tip.pk}/", f"/newsroom/inbox/{tip.pk}/file/"]
    assert [client.get(p).status_code for p in paths] == [302, 302, 302]
    from django.contrib.auth.models import Permission

    user = User.objects.create_user("reporter", "", "a long password")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    refused = [client.get(p) for p in paths]
    assert all(CANARY not in a.content.decode() and tip.receipt not in a.content.decode() for a in refused)
    client.post(f"/newsroom/inbox/{tip.pk}/act/", {"what": "delete"})
    assert Tip.objects.count() == 1
