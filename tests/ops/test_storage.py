"""A paper that moves to PostgreSQL and a bucket: every row and file counted, and it reads the same afterwards."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from masthead.kit.buckets import Bucket, BucketError, Place
from masthead.press import export, export_bucket, run
from masthead.stories import actions, diary
from tests import engines, house, template
from tests.wire.made import g2


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with engines.bucket() as said:
        yield Place("s3://paper/tests", said["MASTHEAD_STORAGE_ENDPOINT"], "", "a", "b")


def within(place: Place, prefix: str) -> Bucket:
    return Bucket(Place(f"s3://paper/{prefix}", place.endpoint, "", "a", "b"))


@pytest.mark.slow
def test_things_in_a_bucket(place) -> None:
    one, other = within(place, "one"), within(place, "one/two")
    one.put("a/b.txt", b"words", ContentType="text/plain")
    assert one.get("a/b.txt") == b"words" and one.size("a/b.txt") == 5
    assert one.size("a/c.txt") is None and list(one.everything()) == [("a/b.txt", 5)] and not list(other.everything())
    with pytest.raises(FileNotFoundError):
        other.get("a/b.txt")
    one.remove(["a/b.txt", "never.txt"])
    assert not list(one.everything())


@pytest.mark.parametrize("url", ["https://paper.example.org/", "s3:///prefix", "paper"])
def test_an_address_that_names_no_bucket(url) -> None:
    with pytest.raises(BucketError, match="names no bucket"):
        Place(url).check()


@pytest.mark.slow
def test_a_bucket_that_is_not_there(place) -> None:
    with pytest.raises(BucketError, match="NoSuchBucket"):
        Bucket(Place("s3://no-such-bucket", place.endpoint, "", "a", "b")).put("a", b"")


@pytest.mark.slow
def test_the_paper_as_files_in_a_bucket(title, place, tmp_path) -> None:
    bucket = within(place, "site")
    stories = []
    for n in range(3):
        copy = actions.Copy(headline=f"Bell tower number {n}", body=f"<p>The tower {n} opened.</p>")
        stories.append(actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.first(), copy=copy)))
    diary.work_off()
    first = list(export_bucket.export_to(title, bucket))
    list(export.export(title, tmp_path / "www"))
    on_disk = {p.relative_to(tmp_path / "www").as_posix(): p.read_bytes() for p in (tmp_path / "www").rglob("*") if p.is_file()}
    on_disk.pop(export.LIST)
    assert set(first) == set(on_disk)
    assert {name: bucket.get(name) for name in first} == on_disk
    assert list(export_bucket.export_to(title, bucket)) == [], "nothing changed, nothing is sent"
    actions.withdraw(story=stories[0], reason="It was wrong.")
    diary.work_off()
    again = list(export_bucket.export_to(title, bucket))
    gone = f"{(stories[0].path or '').lstrip('/')}index.html"
    assert again[0].startswith(gone.removesuffix("index.html")) and bucket.size(gone) is None
    assert not [name for name, _ in bucket.everything() if name.endswith(".html") and b"tower number 0" in bucket.get(name)]
    other = within(place, "other")
    other.put("theirs.txt", b"kept")
    with pytest.raises(export.CannotExport, match="not an export of ours"):
        list(export_bucket.export_to(title, other))
    assert [name for name, _ in other.everything()] == ["theirs.txt"]
    assert run.store_of(title)


@pytest.mark.soak
@pytest.mark.slow
def test_the_demo_paper_moves_and_reads_the_same(tmp_path, place) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_") and k != "DJANGO_SETTINGS_MODULE"}
    env |= {"MASTHEAD_HOME": str(tmp_path), "MASTHEAD_SERVER_PORT": str(engines.free_port())}

    def masthead(*said: str, **more: str) -> subprocess.CompletedProcess:
        return subprocess.run([*house.COMMAND, *said], env=env | more, cwd=tmp_path, capture_output=True, text=True)

    assert masthead("init", "--demo").returncode == 0
    assert masthead("export", "before").returncode == 0
    with engines.postgres() as database:
        new = {
            "MASTHEAD_DATABASE_URL": database.url, "MASTHEAD_STORAGE_URL": "s3://paper/moved", "MASTHEAD_STORAGE_ENDPOINT": place.endpoint,
            "MASTHEAD_STORAGE_KEY": "a", "MASTHEAD_STORAGE_SECRET": "b",
        }  # fmt: skip
        moved = masthead("migrate-storage", **new)
        assert moved.returncode == 0, moved.stdout + moved.stderr
        print(moved.stdout)
        assert "counted on both sides" in moved.stdout and "stories_story" in moved.stdout
        (tmp_path / "data" / "originals").rename(tmp_path / "originals-put-away")
        assert masthead("export", "after", **new).returncode == 0
        same = sorted(p.relative_to(tmp_path / "before") for p in (tmp_path / "before").rglob("*") if p.is_file())
        assert len(same) > 10
        for name in same:
            if name.suffix not in (".xml",) and name.name != "paper.json":  # these two say when they were written
                assert (tmp_path / "after" / name).read_bytes() == (tmp_path / "before" / name).read_bytes(), name
        again = masthead("migrate-storage", "--rows", **new)
        assert again.returncode and "a paper in that PostgreSQL database already" in again.stderr + again.stdout
        fresh = masthead("init", **new)  # new rows get new numbers
        assert fresh.returncode == 0, fresh.stderr
        assert Path(tmp_path / "data" / "masthead.sqlite3").is_file()


@pytest.mark.slow
def test_a_paper_in_a_bucket_is_backed_up_into_a_bucket_and_comes_back(tmp_path, place) -> None:
    """Originals and deliveries lie in one bucket, the backups in another place; a new machine with an empty bucket gets all."""

    def masthead(home: Path, prefix: str, *words: str) -> str:
        home.mkdir(exist_ok=True)
        env = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_") and k != "DJANGO_SETTINGS_MODULE"}
        env |= {"MASTHEAD_HOME": str(home), "MASTHEAD_STORAGE_URL": f"s3://paper/{prefix}", "MASTHEAD_STORAGE_ENDPOINT": place.endpoint}
        env |= {"MASTHEAD_STORAGE_KEY": "a", "MASTHEAD_STORAGE_SECRET": "b", "MASTHEAD_BACKUP_PASSPHRASE": "the ferry leaves at nine"}
        done = subprocess.run([*house.COMMAND, *words], env=env, cwd=home, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    old, new = tmp_path / "old", tmp_path / "new"
    (old / "data").mkdir(parents=True)
    template.copy(template.migrated(), old / "data" / "masthead.sqlite3")
    masthead(old, "of-old", "init")
    (tmp_path / "one.xml").write_bytes(g2(headline="Ferry stops", body="It stopped. " * 20))
    masthead(old, "of-old", "wire", "file", str(tmp_path / "one.xml"))
    within(place, "of-old").put("originals/2026/harbour.jpg", b"a picture" * 300_000)
    assert "bucket" not in masthead(old, "of-old", "backup", "s3://paper/kept")
    assert "of which 0.0 MB new" in masthead(old, "of-old", "backup", "s3://paper/kept", "--keep", "1")
    said = masthead(new, "of-new", "restore", "s3://paper/kept")
    there = {name: within(place, "of-old").get(name) for name, _ in within(place, "of-old").everything()}
    back = {name: within(place, "of-new").get(name) for name, _ in within(place, "of-new").everything()}
    assert there == back and any(name.startswith("kept/") for name in back), said
    assert (new / "data" / "secret_key").read_text() == (old / "data" / "secret_key").read_text()
    names = masthead(new, "of-new", "restore", "s3://paper/kept", "--list").split()
    assert len(names) == 1, "the older one was let go"
