"""Promise: a paper that was backed up comes back on another machine, to the byte, and says nothing twice.

The drill is the real one: commands as a keyholder types them, each in a process of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from masthead.ops.beginning import VOID
from tests import template
from tests.house import COMMAND

pytestmark = pytest.mark.slow
PASSPHRASE = "the ferry leaves at nine"
FILLED = """
import django; django.setup()
from django.contrib.sessions.backends.db import SessionStore
from masthead.ops import setting_up
from masthead.ops.demo import print_demo
setting_up.prepare_database(); print_demo(); setting_up.prepare_staff()
store = SessionStore(); store["somebody"] = 1; store.create()
from masthead.people import readers
from masthead.titles.models import Title
word, code = readers.ask(Title.objects.get().pk, "mia@example.org", "mia@example.org", {})
readers.let_in(word, code)
readers.ask(Title.objects.get().pk, "mia@example.org", "mia@example.org", {})
"""


def _env(home: Path) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_") and k != "DJANGO_SETTINGS_MODULE"}
    return env | {"MASTHEAD_HOME": str(home), "MASTHEAD_BACKUP_PASSPHRASE": PASSPHRASE}


def masthead(home: Path, *words: str, well: bool = True) -> str:
    done = subprocess.run([*COMMAND, *words], env=_env(home), cwd=home, capture_output=True, text=True)
    assert (done.returncode == 0) is well, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def old(tmp_path_factory) -> Path:
    """A demo paper with pictures, a session, and a backup of it beside."""
    home = tmp_path_factory.mktemp("old")
    (home / "masthead.toml").write_text('[server]\nport = 8123\n[cdn]\ntoken = "open sesame"\n')
    (home / "data").mkdir()
    template.copy(template.migrated(), home / "data" / "masthead.sqlite3")
    env = _env(home) | {"DJANGO_SETTINGS_MODULE": "masthead.project.settings"}
    subprocess.run([sys.executable, "-c", FILLED], env=env, cwd=home, check=True, capture_output=True)
    masthead(home, "backup", str(home.parent / "kept"))
    return home


def rows(home: Path) -> dict[str, list[tuple]]:
    """Every row of every table, in order."""
    with closing(sqlite3.connect(home / "data" / "masthead.sqlite3")) as database:
        names = [r[0] for r in database.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
        names = [n for n in names if not n.startswith("sqlite_")]
        return {n: sorted(database.execute(f'SELECT * FROM "{n}"').fetchall(), key=repr) for n in names}


def media(home: Path) -> dict[str, str]:
    """The digest of every file but the press's, which prints anew, the database, locks and the mailroom's count of beats."""
    data = home / "data"
    found = (p for p in data.rglob("*") if p.is_file() and p.relative_to(data).parts[0] not in ("press", "static"))
    plain = (p for p in found if not p.name.startswith("masthead.sqlite3") and p.suffix != ".lock" and p.name != "beat")
    return {str(p.relative_to(data)): hashlib.sha256(p.read_bytes()).hexdigest() for p in plain}


#: A restored paper prints anew, and its mailroom begins a new epoch so that nothing is sent twice.
CHANGED = {*VOID, "press_pagekey", "ops_installation", "mailroom_epoch"}


def test_a_new_machine_has_the_same_paper(old, tmp_path) -> None:
    kept = old.parent / "kept"
    said = masthead(tmp_path, "restore", str(kept))
    before, after = rows(old), rows(tmp_path)
    assert before.keys() == after.keys()
    assert [t for t in before if t not in CHANGED and before[t] != after[t]] == []
    assert media(old) == media(tmp_path), "every original, every delivery, the secret key"
    for table in ("django_session", "people_readersession", "people_signin"):
        assert before[table] and not after[table], "nobody is signed in any more, and no code lets anybody in"
    assert (tmp_path / "masthead.toml").read_text() == (old / "masthead.toml").read_text()
    assert [settled for *_, settled in after["ops_installation"]] == [1]
    print(f"\n{sum(map(len, after.values()))} rows and {len(media(tmp_path))} files are the same to the byte. {said}")


@pytest.mark.soak
def test_it_prints_the_same_front(old, tmp_path) -> None:
    masthead(tmp_path, "restore", str(old.parent / "kept"))
    masthead(old, "press", "--to", str(tmp_path / "old-site"))
    masthead(tmp_path, "press", "--to", str(tmp_path / "new-site"))
    sites = [
        {str(p.relative_to(s)): p.read_bytes() for p in s.rglob("*.html")} for s in (tmp_path / "old-site", tmp_path / "new-site")
    ]
    assert len(sites[0]) > 10 and sites[0].keys() == sites[1].keys()
    assert sites[0]["index.html"] == sites[1]["index.html"]


@pytest.mark.soak
def test_a_paper_that_is_here_is_not_overwritten_unless_asked(old, tmp_path) -> None:
    kept = str(old.parent / "kept")
    masthead(tmp_path, "restore", kept)
    with closing(sqlite3.connect(tmp_path / "data" / "masthead.sqlite3")) as database, database:
        database.execute("UPDATE titles_title SET name = 'Another paper'")
    before = rows(tmp_path)
    assert "Nothing was changed" in masthead(tmp_path, "restore", kept, well=False)
    assert rows(tmp_path) == before
    masthead(tmp_path, "restore", kept, "--replace")
    assert rows(tmp_path)["titles_title"] == rows(old)["titles_title"]


def test_without_the_passphrase_no_secret_leaves_the_house(old, tmp_path) -> None:
    kept = old.parent / "kept"
    key = (old / "data" / "secret_key").read_text()
    everything = b"".join(p.read_bytes() for p in kept.rglob("*") if p.is_file())
    assert key.encode() not in everything and b"open sesame" not in everything
    env = _env(tmp_path) | {"MASTHEAD_BACKUP_PASSPHRASE": "not the right one"}
    done = subprocess.run([*COMMAND, "restore", str(kept)], env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "not the passphrase" in done.stderr
    assert not (tmp_path / "data" / "masthead.sqlite3").exists()


@pytest.mark.soak
def test_a_second_backup_copies_only_what_is_new(old, tmp_path) -> None:
    kept = tmp_path / "kept"
    masthead(old, "backup", str(kept))
    said = masthead(old, "backup", str(kept), "--keep", "1")
    assert "of which 0.0 MB new" in said
    assert len(list((kept / "snapshots").iterdir())) == 1
    masthead(tmp_path, "restore", str(kept))


def test_a_damaged_backup_is_refused_whole(old, tmp_path) -> None:
    kept = tmp_path / "kept"
    masthead(old, "backup", str(kept))
    piece = max((kept / "objects").glob("??/*"), key=lambda p: p.stat().st_size)
    data = bytearray(piece.read_bytes())
    data[len(data) // 2] ^= 255
    piece.write_bytes(data)
    assert "Nothing was changed" in masthead(tmp_path, "restore", str(kept), well=False)
    assert not (tmp_path / "data" / "masthead.sqlite3").exists()
    # The next look mends it from what is here, and both backups can be counted on again.
    assert "1 pieces of it were damaged" in masthead(old, "backup", str(kept), "--check")
    first = masthead(tmp_path, "restore", str(kept), "--list").split()[0]
    masthead(tmp_path, "restore", str(kept), "--name", first)


def test_a_newer_backup_explains_itself(old, tmp_path) -> None:
    kept = tmp_path / "kept"
    masthead(old, "backup", str(kept))
    (path,) = (kept / "snapshots").glob("*.json")
    manifest = json.loads(path.read_text())
    manifest["migrations"].append("stories.0999_from_the_future")
    path.write_text(json.dumps(manifest))
    assert "newer than this one" in masthead(tmp_path, "restore", str(kept), well=False)


@pytest.mark.soak
@pytest.mark.parametrize("verb", ["backup", "restore"])
def test_killed_at_any_moment_the_old_one_is_whole(old, tmp_path, verb) -> None:
    kept = tmp_path / "kept"
    masthead(old, "backup", str(kept))
    masthead(tmp_path, "restore", str(kept))
    with closing(sqlite3.connect(tmp_path / "data" / "masthead.sqlite3")) as database, database:
        database.execute("UPDATE titles_title SET name = 'Later'")
    later, first, killed, seen = rows(tmp_path)["titles_title"], rows(old)["titles_title"], 0, set()
    words = ["backup", str(kept)] if verb == "backup" else ["restore", str(kept), "--replace", "--name", _names(kept)[0]]
    start = time.monotonic()
    masthead(tmp_path, *words)
    whole = time.monotonic() - start
    with closing(sqlite3.connect(tmp_path / "data" / "masthead.sqlite3")) as database, database:
        database.execute("UPDATE titles_title SET name = 'Later'")
    for moment in range(12):
        process = subprocess.Popen([*COMMAND, *words], env=_env(tmp_path), cwd=tmp_path, stdout=subprocess.DEVNULL)
        time.sleep(whole * (0.55 + moment * 0.035))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        if verb == "backup":
            assert masthead(tmp_path, "restore", str(kept), "--list").split()[0] == _names(kept)[0]
        else:
            masthead(tmp_path, "restore", str(kept), "--list")  # any command finishes what was begun
            now = rows(tmp_path)["titles_title"]
            assert now in (later, first), "the old paper or the new one, whole"
            seen.add(now == first)
        if True in seen:  # from here on the paper must differ again, or nothing would be shown
            with closing(sqlite3.connect(tmp_path / "data" / "masthead.sqlite3")) as database, database:
                database.execute("UPDATE titles_title SET name = 'Later'")
    assert killed >= 3
    if verb == "backup":
        other = tmp_path / "other"
        other.mkdir()
        for name in _names(kept):
            masthead(other, "restore", str(kept), "--name", name, "--replace")
    print(f"\n{verb}: killed {killed} times in 12, nothing lost; ended as new at least once: {True in seen}")


def _names(kept: Path) -> list[str]:
    return sorted(p.stem for p in (kept / "snapshots").glob("*.json"))
