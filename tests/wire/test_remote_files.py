"""Folders on other computers, over real SFTP, FTP and FTPS servers: taken once, whole, and never deleted unasked."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import paramiko
import pytest

from masthead.kit import clock
from masthead.stories.models import Story
from masthead.wire import archive, credentials, folder
from masthead.wire.arrivals import health, remote_files, rounds
from masthead.wire.models import Source, WireFile, WireItem
from tests.wire.servers import HERE, PASSWORD, USER, SftpServer, ftp_server, loopback, trusted  # noqa: F401

pytestmark = pytest.mark.slow
RSS = """<rss version="2.0"><channel><title>Aldine</title><item><guid isPermaLink="false">{0}</guid><title>Ferry {0} stops</title>
<description>The ferry {0} stopped at noon and the queue before it grew all through the long afternoon.</description></item></channel></rss>"""


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_files, "SETTLE", 0.15)


@pytest.fixture
def there(tmp_path: Path) -> Path:
    made = tmp_path / "there"
    (made / "out").mkdir(parents=True)
    return made


@pytest.fixture
def sftp(title, there: Path) -> Iterator[tuple[Source, SftpServer]]:
    server = SftpServer(there)
    source = Source(title=title, kind="sftp", name="Aldine", slug="aldine", host=HERE, port=server.port)
    source.username, source.place, source.take_old = USER, "out", True
    credentials.keep(source, PASSWORD)
    source.save()
    yield source, server
    server.close()


def look(source: Source) -> str:
    found = rounds.look(source, allows=loopback)
    source.refresh_from_db()
    return found.words


def landed(source: Source) -> list[str]:
    place = folder.inbox() / source.slug
    return sorted(p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file())


@pytest.fixture(autouse=True)
def _empty_inbox(settings) -> None:
    import shutil

    shutil.rmtree(folder.inbox(), ignore_errors=True)


def read_them(source: Source) -> None:
    """The watched folder does its work."""
    watch, later = folder.Watch(source.title), clock.monotonic
    watch.look()
    for seen in watch._seen.values():
        seen.since -= 10
    assert later()
    watch.look()


def test_new_files_come_once_and_the_key_is_pinned(sftp, there) -> None:
    source, _server = sftp
    (there / "out" / "one.xml").write_text(RSS.format(1))
    words = look(source)
    assert words.startswith("1 new file came. Its key is pinned: ssh-rsa SHA256:")
    assert source.host_key.startswith("ssh-rsa SHA256:") and source.host_key in words
    assert landed(source) == ["one.xml"]
    read_them(source)
    assert (landed(source), Story.objects.get().live) == ([], True)
    assert WireItem.objects.get().source == source
    assert look(source) == "Nothing new since the last look."
    assert (there / "out" / "one.xml").exists()
    source.refresh_from_db()
    assert source.last_item_at and health.health(source) == ("well", True)


def test_a_changed_file_is_new_and_two_of_one_name_do_not_meet(sftp, there) -> None:
    source, _ = sftp
    (there / "out" / "one.xml").write_text(RSS.format(1))
    look(source)
    (there / "out" / "one.xml").write_text(RSS.format(1).replace("long afternoon", "whole long afternoon"))
    assert "1 new file" in look(source)
    assert len(landed(source)) == 2, "the first was not read yet and is still there"
    read_them(source)
    assert WireItem.objects.get().versions.count() == 2
    assert landed(source) == [] and not [p for p in (folder.inbox() / "aldine").iterdir() if p.is_dir()]


def test_another_key_is_refused_before_a_password_is_sent(sftp, there) -> None:
    source, server = sftp
    look(source)
    server.host_key = paramiko.RSAKey.generate(2048)
    (there / "out" / "one.xml").write_text(RSS.format(1))
    words = look(source)
    assert "another key" in words and source.host_key in words and "Nothing was sent" in words
    assert landed(source) == [] and source.failures == 1 and not health.health(source)[1]


def test_a_wrong_password_and_a_missing_folder_are_said_in_words(sftp) -> None:
    source, _ = sftp
    source.place = "nowhere"
    assert "the folder or file is not there" in look(source)
    credentials.keep(source, "wrong-word")
    words = look(source)
    assert "did not accept" in words and "wrong-word" not in words


def test_a_private_key_lets_us_in(sftp, there) -> None:
    source, server = sftp
    key = paramiko.ECDSAKey.generate()
    text = io.StringIO()
    key.write_private_key(text)
    server.allowed = key
    credentials.keep(source, text.getvalue())
    (there / "out" / "one.xml").write_text(RSS.format(1))
    assert "1 new file" in look(source)
    credentials.keep(source, "-----BEGIN OPENSSH PRIVATE KEY-----\nrubbish\n-----END OPENSSH PRIVATE KEY-----")
    assert "private key cannot be read" in look(source)


def test_one_bad_file_does_not_stop_the_others_and_is_tried_again(sftp, there) -> None:
    source, _ = sftp
    for name in ("a.xml", "forbidden.xml", "z.xml", "half.part"):
        (there / "out" / name).write_text(RSS.format(name))
    (there / "out" / "junk.bin").write_bytes(b"\x00\x01 no copy")
    words = look(source)
    assert "3 new files came" in words and "forbidden.xml was not taken" in words
    assert landed(source) == ["a.xml", "junk.bin", "z.xml"] and source.failures == 0
    assert look(source) == "Nothing new since the last look.", "it rests for a while"
    with clock.frozen(clock.now() + timedelta(minutes=3)):
        assert "forbidden.xml was not taken" in look(source)
    read_them(source)
    assert WireFile.objects.filter(state="quarantined").count() == 1
    assert WireItem.objects.count() == 2


def test_what_lay_there_is_left_unless_asked_for(sftp, there) -> None:
    source, _ = sftp
    source.take_old = False
    source.save()
    (there / "out" / "old.xml").write_text(RSS.format("old"))
    assert "1 file that lay there already was left" in look(source)
    (there / "out" / "new.xml").write_text(RSS.format("new"))
    look(source)
    assert landed(source) == ["new.xml"]


def test_deleted_there_only_when_asked_and_only_after_it_is_safe(sftp, there) -> None:
    source, _ = sftp
    source.take_away = True
    (there / "out" / "one.xml").write_text(RSS.format(1))
    (there / "out" / "other.txt").write_text("stays")
    source.pattern = "*.XML *.jpg"
    source.save()
    look(source)
    assert landed(source) == ["one.xml"] and sorted(p.name for p in (there / "out").iterdir()) == ["other.txt"]


def test_a_file_that_still_grows_is_left_for_the_next_look(sftp, there, monkeypatch) -> None:
    source, _ = sftp
    path = there / "out" / "slow.xml"
    path.write_text("<rss>")
    monkeypatch.setattr(remote_files.time, "sleep", lambda seconds: path.write_text(RSS.format("slow")))
    look(source)
    assert landed(source) == []
    monkeypatch.setattr(remote_files.time, "sleep", lambda seconds: None)
    look(source)
    assert landed(source) == ["slow.xml"]


def test_a_name_cannot_leave_the_folder(sftp, there) -> None:
    from masthead.wire.arrivals import landing

    source, _ = sftp
    for name in ("../../evil.xml", "/etc/passwd", "..\\..\\evil", "...", ".hidden", "a\nb.xml", "README", "x.part", "ü" * 300):
        path = landing.put(source, name, b"x")
        assert path.resolve().is_relative_to((folder.inbox() / "aldine").resolve())
        assert path in folder._files(folder.inbox()), f"the folder would never look at {path.name}"


@pytest.fixture
def ftp(title) -> Source:
    source = Source(title=title, kind="ftp", name="Mira", slug="mira", host=HERE, username=USER, place="out")
    source.take_old = True
    credentials.keep(source, PASSWORD)
    source.save()
    return source


@pytest.mark.parametrize("encrypted", [True, False])
@pytest.mark.parametrize("lies", [False, True])
@pytest.mark.slow
def test_ftp_and_ftps(ftp, there, trusted, encrypted, lies) -> None:  # noqa: F811
    (there / "out" / "one.xml").write_text(RSS.format(1))
    (there / "out" / "sub").mkdir()
    with ftp_server(there, trusted if encrypted else None, lies=lies) as ftp.port:
        ftp.security = "tls" if encrypted else "none"
        ftp.save()
        assert look(ftp) == "1 new file came."
        assert landed(ftp) == ["one.xml"]
        assert archive.digest((folder.inbox() / "mira" / "one.xml").read_bytes()) == archive.digest(
            (there / "out" / "one.xml").read_bytes()
        )
        assert look(ftp) == "Nothing new since the last look."
        ftp.take_away = True
        (there / "out" / "two.xml").write_text(RSS.format(2))
        look(ftp)
        assert sorted(p.name for p in (there / "out").iterdir()) == ["one.xml", "sub"]
        credentials.keep(ftp, "wrong-word")
        assert "did not accept the name and password" in look(ftp)


def test_ftps_with_a_certificate_of_somebody_else(ftp, there, trusted, tmp_path) -> None:  # noqa: F811
    from tests.wire.servers import certificate

    other = tmp_path / "other"
    other.mkdir()
    with ftp_server(there, certificate(other)) as ftp.port:
        assert "certificate is not valid" in look(ftp)


def test_a_plain_server_gets_no_password_when_encryption_is_wanted(ftp, there) -> None:
    with ftp_server(there) as ftp.port:
        assert "refused" in look(ftp)
        assert ftp.failures == 1


def test_private_addresses_are_not_asked(ftp, sftp) -> None:
    for source in (ftp, sftp[0]):
        assert "not on the public internet" in rounds.look(source).words
