"""Each sentence of the doctor, provoked: what is wrong is said once, with what to do, and is not said of a paper that is well."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as live

from masthead.kit import clock, fetch, lookups
from masthead.mailroom.models import Outgoing
from masthead.ops import doctor, world
from masthead.press.models import Purge
from masthead.stories import actions
from masthead.stories.models import Delivery, DiaryEntry
from masthead.titles.models import Title
from masthead.wire import folder
from masthead.wire.models import Source, WireFile


@pytest.fixture
def well(title, monkeypatch, tmp_path):
    """A paper about which the doctor has nothing to say."""
    story = actions.file_story(title=title, section=title.sections.first(), copy=actions.Copy(headline="Ferry stops", body="<p>It stopped.</p>"))
    actions.publish_as_filed(story=story)
    (live.DATA / "secret_key").write_text("a key")
    (live.DATA / "secret_key").chmod(0o600)
    monkeypatch.setitem(live.CONFIG.values, "mail.host", "mail.example.org")
    monkeypatch.setattr(folder, "inbox", lambda: tmp_path)
    monkeypatch.setattr(doctor, "SLOW", 30.0)
    assert [one.what for one in doctor.examine() if not one.well] == []
    return title


def unwritable(title, monkeypatch) -> None:
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: False)


def readable_by_all(title, monkeypatch) -> None:
    (live.DATA / "secret_key").chmod(0o644)


def full(title, monkeypatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE", 10**18)


def away(title, monkeypatch) -> None:
    class Executor:
        def __init__(self, connection) -> None:
            raise OSError("no route to host")

    monkeypatch.setattr(doctor, "MigrationExecutor", Executor)


def older(title, monkeypatch) -> None:
    monkeypatch.setattr(doctor.MigrationExecutor, "migration_plan", lambda self, nodes: ["one"])


def no_paper(title, monkeypatch) -> None:
    monkeypatch.setattr(Title.objects, "order_by", lambda *by: Title.objects.none())


def nothing_public(title, monkeypatch) -> None:
    actions.hold(story=title.stories.get(), reason="Wait.")


def failed(title, monkeypatch) -> None:
    Delivery.objects.create(entry=DiaryEntry.objects.first(), consumer="test", state="failed")


def untold(title, monkeypatch) -> None:
    Purge.objects.create(title=title, surface="bunny", path="/", asked_at=clock.now(), due_at=clock.now(), tries=3)


def mail_is_wrong(title, monkeypatch) -> None:
    monkeypatch.setitem(live.CONFIG.values, "mail.tls", "perhaps")


def no_mail(title, monkeypatch) -> None:
    monkeypatch.setitem(live.CONFIG.values, "mail.host", "")


def unsure(title, monkeypatch) -> None:
    Outgoing.objects.create(title=title, key="one", kind="letter", rank=1, to="mia@example.org", domain="example.org", state="unsure")


def quarantine(title, monkeypatch) -> None:
    source = Source.objects.create(title=title, name="Aldine", slug="aldine")
    WireFile.objects.create(source=source, sha256="0" * 64, name="odd.xml", size=3, state="quarantined")


def no_inbox(title, monkeypatch) -> None:
    monkeypatch.setattr(folder, "inbox", lambda: live.DATA / "nowhere")


def silent(title, monkeypatch) -> None:
    Source.objects.create(title=title, name="Aldine", slug="aldine", usual_gap=600, last_item_at=clock.now() - timedelta(days=2))


def slow(title, monkeypatch) -> None:
    monkeypatch.setattr(doctor, "SLOW", -1.0)


FAULTS = {
    unwritable: ("cannot be written", "right to write"), readable_by_all: ("can be read by others", "chmod 600"), full: ("GB free", "Make room"),
    away: ("database does not answer", "no route to host"), older: ("1 changes of its shape", "masthead init"), no_paper: ("There is no paper", "masthead init"),
    nothing_public: ("0 stories are public", "Publish a story"), failed: ("1 diary entries", "See the log"), untold: ("1 changed pages", "cdn.token"),
    mail_is_wrong: ("settings of mail cannot", "“perhaps”"), no_mail: ("No mail server", "mail.host"), unsure: ("1 letters are held, or nobody knows", "Mailroom"),
    quarantine: ("1 wire files are in quarantine", "notes"), no_inbox: ("is not there", "masthead init"), silent: ("Aldine: gone strangely quiet", "Sources"),
    slow: ("database is slow with the newest stories", "PostgreSQL"),
}  # fmt: skip


@pytest.mark.parametrize("provoke", FAULTS, ids=lambda one: one.__name__)
def test_a_fault_is_said_with_its_remedy_and_no_other(well, monkeypatch, provoke) -> None:
    provoke(well, monkeypatch)
    found = [one for one in doctor.examine() if not one.well]
    what, remedy = FAULTS[provoke]
    assert len(found) == 1 and what in found[0].what and remedy in found[0].remedy, found


def no_answer(*_: object) -> int:
    raise lookups.NoAnswer("nobody answers at www.example.org")


def not_fetched(*_: object, **__: object) -> None:
    raise fetch.NotFetched("The address answers 502.")


@pytest.mark.parametrize(
    ("address", "days", "read", "said"),
    [
        ("http://localhost:8000", None, None, "readers elsewhere cannot come"),
        ("http://www.example.org", None, None, "is not behind TLS"),
        ("https://www.example.org", no_answer, None, "nobody answers at www.example.org"),
        ("https://www.example.org", lambda *_: 3, lambda *_, **__: b"", "holds for 3 days"),
        ("https://www.example.org", lambda *_: 60, not_fetched, "cannot be read from outside"),
        ("https://www.example.org", lambda *_: 60, lambda *_, **__: b"", ""),
    ],
)
def test_what_is_in_front(title, monkeypatch, address, days, read, said) -> None:
    title.base_url = address
    monkeypatch.setattr(world.lookups, "certificate_days", days)
    monkeypatch.setattr(world.fetch, "get", read)
    faults = [one for one in world._in_front(title) if not one.well]
    assert len(faults) == (1 if said else 0)
    assert all(said in one.what and one.remedy for one in faults)


def test_what_cannot_be_asked_is_unknown_and_no_fault(monkeypatch) -> None:
    monkeypatch.setattr(world.lookups, "clock_is_off", no_answer)
    found = world._clock()
    assert found.well and "unknown" in found.what
