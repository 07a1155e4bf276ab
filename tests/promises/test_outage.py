"""The database is away, locked or damaged: readers read on, writes are refused in words, and it comes back by itself."""

from __future__ import annotations

import http.client
import os
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import house as houses
from tests.house import House, running
from tests.wire.made import g2

pytestmark = pytest.mark.slow


PAPER = ("--name", "The Real Paper", "--section", "News")


def drop(house: House, headline: str) -> None:
    """Have the wire bring a story."""
    slug = re.sub(r"\W+", "-", headline.lower())
    data = g2(guid=f"tag:{slug}", headline=headline, body=f"About this: {headline}. " * 20)
    (house.inbox / f"{slug}.xml").write_bytes(data)


def ask(house: House, path: str, method: str = "GET", body: str = "") -> tuple[int, dict[str, str], str]:
    line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=40)
    head = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    line.request(method, path, body or None, head)
    answer = line.getresponse()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode("utf-8", "replace")


@contextmanager
def away(home: Path, damaged: bool = False) -> Iterator[None]:
    """The database cannot be opened, or is no database, for a while."""
    data, safe = home / "data", home / "safe"
    safe.mkdir()
    place, nowhere = data / "masthead.sqlite3", home / "nowhere"

    def block() -> None:
        """Nothing can be opened at the place from now on: while its files are moved nobody opens the one without the others."""
        nowhere.symlink_to(home / "no such folder" / "file")
        nowhere.rename(place)

    (safe / place.name).hardlink_to(place)
    block()
    for file in data.glob("masthead.sqlite3-*"):
        file.rename(safe / file.name)
    if damaged:
        nowhere.write_bytes(b"nothing of the kind " * 500)
        nowhere.rename(place)
    try:
        yield
    finally:
        block()
        for file in data.glob("masthead.sqlite3-*"):
            file.unlink()
        for file in safe.glob("*-*"):
            file.rename(data / file.name)
        (safe / place.name).rename(place)
        safe.rmdir()


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("outage"), *PAPER) as made:
        for name in ("Ferry", "Bridge", "Tower", "Market", "School", "Library"):
            drop(made, f"{name} in the news")
        for name in ("Ferry", "Bridge", "Tower", "Market", "School", "Library"):
            made.wait_for("/", f"{name} in the news", 20)
        for path in ("/feed.rss", "/sitemap.xml"):  # made when somebody first asks
            assert made.get(path)[0] == 200
        time.sleep(4)  # stories' own pages are printed by the worker, not by asking for them
        yield made


@pytest.mark.parametrize("damaged", [False, True], ids=["away", "damaged"])
def test_readers_read_on(house, damaged) -> None:
    front = house.get("/")[1]
    stories = re.findall(r'href="(/20[^"]+)"', front)
    assert len(set(stories)) > 5
    with away(house.home, damaged):
        for path in ["/", *stories, "/feed.rss", "/sitemap.xml"]:
            assert house.get(path)[0] == 200, path
        for method, path, body in (("GET", "/search/?q=harbour", ""), ("POST", "/contact/", "words=hello"), ("GET", "/none/", "")):
            status, headers, text = ask(house, path, method, body)
            assert (status, headers.get("retry-after")) == (503, "30"), (path, text)
            assert "half a minute" in text and "Traceback" not in text
        time.sleep(1.5)  # the worker goes round meanwhile
    assert ask(house, "/none/")[0] == 404
    drop(house, f"Headline after the outage {damaged}")
    house.wait_for("/", f"Headline after the outage {damaged}", 30)


def test_a_locked_database_stops_no_reader(house) -> None:
    hand = sqlite3.connect(house.home / "data" / "masthead.sqlite3", isolation_level=None)
    hand.execute("BEGIN EXCLUSIVE")
    try:
        assert house.get("/")[0] == 200
        assert ask(house, "/none/")[0] == 404
    finally:
        hand.execute("ROLLBACK")
        hand.close()


def test_starting_without_a_database(house) -> None:
    """The house is stopped and started again during an outage: the last test that uses it."""
    port = houses._free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_") and k != "DJANGO_SETTINGS_MODULE"}
    env |= {"MASTHEAD_HOME": str(house.home), "MASTHEAD_SERVER_PORT": str(port)}
    second = House(house.home, port, None, env)
    house.process.terminate()
    house.process.wait(timeout=20)
    process = None
    try:
        with away(house.home), (house.home / "log2").open("w") as log:
            process = subprocess.Popen([*houses.COMMAND, "run"], env=env, stdout=log, stderr=log)
            for _ in range(100):
                try:
                    assert second.get("/")[0] == 200
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                pytest.fail((house.home / "log2").read_text()[-2000:])
            assert ask(second, "/none/")[0] == 503
        second.process = process
        for _ in range(50):
            if ask(second, "/none/")[0] == 404:
                break
            time.sleep(0.1)
        drop(house, "The second house prints too")
        second.wait_for("/", "The second house prints too", 30)
    finally:
        if process:
            process.terminate()
            process.wait(timeout=20)


def test_several_processes_say_the_same_within_100_ms(tmp_path) -> None:
    with running(tmp_path, *PAPER, settings={"MASTHEAD_SERVER_WORKERS": "3"}) as house:
        children = Path(f"/proc/{house.process.pid}/task/{house.process.pid}/children")

        def neighbours() -> list[int]:
            found = subprocess.run(["pgrep", "-P", str(house.process.pid)], capture_output=True, text=True).stdout
            return [int(pid) for pid in found.split()]

        assert children.exists() and len(neighbours()) == 2
        time.sleep(3)
        for _ in range(30):
            assert ask(house, "/")[0] == 200
        drop(house, "All processes know")
        house.wait_for("/", "All processes know", 30)
        time.sleep(0.1)
        assert all("All processes know" in ask(house, "/")[2] for _ in range(60))
        os.kill(neighbours()[0], signal.SIGKILL)
        time.sleep(2)
        assert len(neighbours()) == 2
        mine = neighbours()
        house.process.kill()
        house.process.wait()
        for _ in range(100):
            if not any(Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2] for pid in mine):
                return
            time.sleep(0.1)
        pytest.fail("neighbours outlived the first process")
