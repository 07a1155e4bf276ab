"""An older database comes forward with its rows; a newer one is left alone, and says why."""

from __future__ import annotations

import lzma
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db.migrations.recorder import MigrationRecorder

from masthead.ops import setting_up, upgrade
from tests import recorded, template
from tests.house import COMMAND


def test_a_newer_database_is_refused_and_nothing_is_changed(title) -> None:
    upgrade.refuse_downgrade()
    MigrationRecorder.Migration.objects.create(app="stories", name="0999_from_the_future")
    with pytest.raises(upgrade.CannotGoBack, match=r"stories\.0999_from_the_future.*Install the newer version"):
        setting_up.prepare_database()


def test_migrations_of_apps_that_are_gone_hold_nothing_up(title) -> None:
    MigrationRecorder.Migration.objects.create(app="an_old_app", name="0001_initial")
    upgrade.refuse_downgrade()


def _env(home: Path) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_")}
    return env | {"MASTHEAD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "masthead.project.settings"}


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["init", "run"])
def test_the_command_says_so_in_a_sentence(tmp_path, verb) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "masthead.sqlite3"
    template.copy(template.migrated(), file)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('wire', '0999_later', '2030-01-01')")
    before = file.read_bytes()
    done = subprocess.run([*COMMAND, verb], env=_env(tmp_path), cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "newer Masthead" in done.stderr and "Traceback" not in done.stderr
    assert file.read_bytes() == before


OLD = {
    "stories": "0003_library", "titles": "0002_library", "people": "0002_the_budget", "pictures": "0002_terms_and_likeness",
    "press": "0002_pings", "wire": "0002_the_desk",
}  # fmt: skip
"""The shape of an early week."""
FILL = f"""
import django; django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
targets = list({OLD!r}.items()) + [n for n in executor.loader.graph.leaf_nodes() if n[0] in ("auth", "sessions", "wagtailcore", "wagtailimages", "taggit")]
executor.migrate(targets)
old = executor.loader.project_state(list({OLD!r}.items())).apps
title = old.get_model("titles", "Title").objects.create(name="The Early Paper", base_url="http://x", time_zone="UTC")
section = old.get_model("titles", "Section").objects.create(title=title, name="News", slug="news")
for n in range(50):
    story = old.get_model("stories", "Story").objects.create(
        title=title, section=section, headline=f"Story {{n}}", body='[{{"type": "text", "value": "<p>Old words.</p>", "id": "a"}}]',
        live=n % 2 == 0, state="published" if n % 2 == 0 else "draft", path=f"/2026/01/02/story-{{n}}/" if n % 2 == 0 else None,
        slug=f"story-{{n}}", first_published_at="2026-01-02T03:04:05Z" if n % 2 == 0 else None)
    old.get_model("stories", "Credit").objects.create(story=story, name="Ida Marsh", sort_order=0)
    old.get_model("stories", "DiaryEntry").objects.create(title=title, story=story, verb="filed", by="Ida")
print(len(connection.introspection.table_names()))
"""
LOOK = """
import django; django.setup()
from masthead.ops import setting_up
setting_up.prepare_database()
from masthead.stories.models import Story, Credit, DiaryEntry
from masthead.press import run
from masthead.titles.models import Title
stories = Story.objects.readable()
assert stories.count() == 25 and Story.objects.count() == 50 and Credit.objects.count() == 50 and DiaryEntry.objects.count() == 50
assert "Old words." in str(stories[0].body) and stories[0].headline.startswith("Story ")
entry = run.on_demand(Title.objects.get(), stories[0].path)
assert b"Old words." in entry.in_encoding("identity")[1]
print("forward")
"""


@pytest.mark.soak
@pytest.mark.slow
def test_a_database_of_an_early_week_comes_forward_with_its_rows(tmp_path) -> None:
    for code in (FILL, LOOK):
        done = subprocess.run([sys.executable, "-c", code], env=_env(tmp_path), cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
    assert "forward" in done.stdout


FORWARD = """
import django; django.setup()
from masthead.ops import setting_up
setting_up.prepare_database()
from masthead.circulation.models import Follow, Follower
from masthead.comments.models import Comment
from masthead.press import run
from masthead.stories.models import Story
from masthead.titles.models import Title
title = Title.objects.get()
told = {s.headline: run.on_demand(title, s.path) for s in Story.objects.exclude(path=None)}
said = {name: (entry.status, entry.in_encoding("identity")[1].decode()) for name, entry in told.items() if entry}
assert said["Ferry stops"][0] == 200 and "Old words of Ferry stops." in said["Ferry stops"][1] and "It was one o’clock." in said["Ferry stops"][1]
assert "A first word" in said["Ferry stops"][1] and "Rude words" not in said["Ferry stops"][1]
assert said["Tower killed"][0] == 410 and "Old words" not in said["Tower killed"][1] and "Bridge held" not in {n for n, (s, _) in said.items() if s == 200}
assert [(c.number, c.state) for c in Comment.objects.order_by("pk")] == [(1, "published"), (2, "published"), (3, "removed")]
follower = Follower.objects.get()
assert follower.confirmed_at and follower.next_at and sorted(f.kind for f in follower.follows.all()) == ["paper", "topic"]
from django.core.management import call_command
call_command("makemigrations", check=True, dry_run=True, verbosity=0)
print("forward")
"""
RELEASES = sorted(recorded.FOLDER.glob("*.sqlite3.xz"))


def counts(file: Path) -> dict[str, int]:
    with closing(sqlite3.connect(file)) as database:
        names = [r[0] for r in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if "fts" not in r[0]]
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name.removesuffix(".sqlite3.xz"))
def test_the_database_of_every_release_comes_forward_with_its_rows(tmp_path, release) -> None:
    """Recorded by `python -m tests.recorded` before the tag. Going back is refused above."""
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "masthead.sqlite3"
    file.write_bytes(lzma.decompress(release.read_bytes()))
    before = counts(file)
    done = subprocess.run([sys.executable, "-c", FORWARD], env=_env(tmp_path), cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and "forward" in done.stdout, done.stderr[-3000:]
    after = counts(file)
    grows = ("press_", "django_", "auth_", "people_counted", "sqlite_", "stories_clipping")
    assert {n: (before[n], after.get(n)) for n in before if not n.startswith(grows) and after.get(n) != before[n]} == {}
    print(f"\n{release.name}: {sum(before.values())} rows in {len(before)} tables came forward")
