"""The source form: only what a kind needs, in plain words, without script; and no password ever comes back."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command

from masthead.newsroom.source_kinds import EVERY, KINDS
from masthead.people.models import User
from masthead.wire import credentials
from masthead.wire.models import Source

ADD = "/newsroom/snippets/wire/source/add/"
SECRET = "Gull-and-Tern-9"


@pytest.fixture
def keeper(client, title):  # type: ignore[no-untyped-def]
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    return client


def edit(source: Source) -> str:
    return f"/newsroom/snippets/wire/source/edit/{source.pk}/"


SFTP = {"name": "Aldine", "active": "on", "host": "sftp.aldine.invalid", "username": "desk", "secret": SECRET, "every": "5"}


def test_first_the_kind_is_chosen(keeper) -> None:
    page = keeper.get(ADD).content.decode()
    for kind in KINDS.values():
        assert f"?kind={kind.kind}" in page and kind.name in page and kind.what.split("'")[0] in page
    assert len(KINDS) == len(Source.Kind) and "?kind=" in keeper.get(ADD + "?kind=pigeon").content.decode()


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda k: str(k.kind))
def test_only_the_fields_of_the_kind_are_shown(keeper, kind) -> None:
    page = keeper.get(f"{ADD}?kind={kind.kind}").content.decode()
    every = {name for each in KINDS.values() for name in each.fields} - {"forget_host_key"}
    for name in {*every, *EVERY}:
        shown = f'name="{name}"' in page
        assert shown is (name in {*EVERY, *kind.fields}), name
    for text in kind.helps.values():
        assert text.split("“")[0].split("'")[0].split("&")[0] in page


def test_saving_tries_and_says_what_happened(keeper) -> None:
    page = keeper.post(f"{ADD}?kind=sftp", SFTP, follow=True).content.decode()
    source = Source.objects.get(slug="aldine")
    assert "There is no computer called sftp.aldine.invalid" in page
    assert (source.kind, source.every, source.failures) == ("sftp", 30, 1)
    assert credentials.secret(source) == SECRET
    folder = keeper.post(f"{ADD}?kind=folder", {"name": "Stringer", "active": "on"}, follow=True).content.decode()
    assert "drop files into wire/in/stringer/" in folder
    hook = keeper.post(f"{ADD}?kind=webhook", {"name": "Mira", "active": "on"}, follow=True).content.decode()
    assert "one step is left" in hook


def test_a_password_never_comes_back_and_lies_nowhere_in_the_clear(keeper, caplog) -> None:
    keeper.post(f"{ADD}?kind=sftp", SFTP, follow=True)
    source = Source.objects.get()
    for page in (edit(source), "/newsroom/wire/sources/", "/newsroom/snippets/wire/source/", f"/newsroom/snippets/wire/source/history/{source.pk}/"):
        assert SECRET not in keeper.get(page).content.decode(), page
    everything = io.StringIO()
    call_command("dumpdata", stdout=everything)
    assert SECRET not in everything.getvalue() and source.sealed in everything.getvalue()
    assert SECRET not in caplog.text and SECRET not in repr(vars(source))
    history = [row for row in json.loads(everything.getvalue()) if "log" in row["model"]]
    assert history, "the change itself is in the history"


def test_left_empty_it_is_kept_but_not_for_another_computer(keeper) -> None:
    keeper.post(f"{ADD}?kind=sftp", SFTP)
    source = Source.objects.get()
    Source.objects.update(host_key="ssh-ed25519 SHA256:abc")
    same = {**SFTP, "slug": "aldine", "secret": "", "place": "/out"}
    page = keeper.get(edit(source)).content.decode()
    assert "ssh-ed25519 SHA256:abc" in page and 'name="forget_host_key"' in page
    keeper.post(edit(source), same)
    source.refresh_from_db()
    assert (credentials.secret(source), source.place, source.host_key) == (SECRET, "/out", "ssh-ed25519 SHA256:abc")
    moved = keeper.post(edit(source), {**same, "host": "evil.invalid"}).content.decode()
    source.refresh_from_db()
    assert "type the password for it" in moved and source.host == "sftp.aldine.invalid"
    keeper.post(edit(source), {**same, "host": "new.aldine.invalid", "secret": "another-word"})
    source.refresh_from_db()
    assert (credentials.secret(source), source.host_key) == ("another-word", "")
    Source.objects.update(host_key="ssh-ed25519 SHA256:abc")
    keeper.post(edit(source), {**same, "host": "new.aldine.invalid", "forget_host_key": "on"})
    source.refresh_from_db()
    assert source.host_key == ""


@pytest.mark.parametrize(
    "kind, change, words",
    [
        ("sftp", {"host": "sftp://a.example/x"}, "Only the computer"),
        ("sftp", {"host": ""}, "required"),
        ("sftp", {"secret": ""}, "needed to be let in"),
        ("sftp", {"port": "99999"}, "1 to 65535"),
        ("sftp", {"name": "", "slug": ""}, "required"),
        ("web", {"address": "http://a.example/f", "proof": "bearer"}, "must begin with https"),
        ("web", {"address": "https://a.example/f", "proof": "header"}, "Which header"),
        ("web", {"address": "https://a.example/f", "proof": "header", "header_name": "x: y"}, "letters, figures and hyphens"),
        ("ap", {"address": "http://api.example/feed"}, "must begin with https"),
        ("ap", {"address": "https://api.example/feed", "secret": ""}, "needed to be let in"),
    ],
)
def test_what_cannot_work_is_said_at_the_field_and_nothing_is_saved(keeper, kind, change, words) -> None:
    page = keeper.post(f"{ADD}?kind={kind}", {**SFTP, **change}).content.decode()
    assert words in page and Source.objects.count() == 0 and SECRET not in page


def test_two_sources_never_share_a_folder(keeper) -> None:
    keeper.post(f"{ADD}?kind=folder", {"name": "Mira", "active": "on"})
    page = keeper.post(f"{ADD}?kind=folder", {"name": "Mira", "active": "on"}).content.decode()
    assert "Another source has the folder “mira” already" in page and Source.objects.count() == 1


def test_a_web_source_sends_its_password_only_to_the_computer_it_was_typed_for(keeper) -> None:
    web = {"name": "Feed", "active": "on", "address": "https://a.invalid/f", "proof": "basic", "username": "u", "secret": SECRET, "every": "60"}
    keeper.post(f"{ADD}?kind=web", web)
    source = Source.objects.get()
    assert credentials.headers(source, "https://a.invalid/other")["Authorization"].startswith("Basic ")
    away = keeper.post(edit(source), {**web, "slug": "feed", "secret": "", "address": "https://evil.invalid/f"})
    assert "type the password for it" in away.content.decode()
    keeper.post(edit(source), {**web, "slug": "feed", "secret": "", "address": "https://a.invalid/g"})
    source.refresh_from_db()
    assert source.address.endswith("/g") and credentials.secret(source) == SECRET
