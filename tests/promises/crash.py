"""Kill the house at any moment of filing and publishing, 200 times and more, and look at what is left.

Run as a program with a data folder and a number of trials; prints one JSON line of figures, exits 1 on a loss.
Every trial forks a real process that takes a dropped file in, files, publishes and prints; it is killed with
SIGKILL after a random while. What it had acknowledged (the file left the folder) must be there; no page may be
half-written; a second process must bring everything to its end.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path


def set_up(home: Path) -> None:
    os.environ["MASTHEAD_HOME"] = str(home)
    os.environ["MASTHEAD_PATHS_DATA"] = str(home / "data")
    os.environ["MASTHEAD_WIRE_SETTLE_MS"] = "0"
    os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.project.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from masthead.ops import setting_up
    from masthead.wire import folder
    from tests import template

    (home / "data").mkdir(parents=True, exist_ok=True)
    template.copy(template.migrated(), home / "data" / "masthead.sqlite3")
    call_command("migrate", interactive=False, verbosity=0)
    folder.prepare()
    setting_up.prepare_paper(name="Crash", town="", language="en", time_zone="UTC", sections=("News",))
    connections.close_all()


def in_child(work: Callable[[], None]) -> int:
    """Run `work` in a process of its own; its pid."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:
            print(f"child: {error!r}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return pid


def take_in() -> None:
    """What the worker does, until nothing is left to do."""
    from masthead.stories import diary
    from masthead.titles.models import Title
    from masthead.wire import folder

    watch = folder.Watch(Title.objects.get())
    for _ in range(200):
        watch.look()
        done = diary.work_off()
        if not done and not watch.restless():
            return


def drop(home: Path, n: int) -> str:
    from tests.wire.made import g2

    story, version = n // 3, n % 3 + 1
    name = f"copy-{n}.xml"
    data = g2(guid=f"tag:crash:{story}", version=version, headline=f"Story {story}", body=f"Version {version}. " * 20)
    inbox = home / "data" / "wire" / "in"
    (inbox / f".{name}").write_bytes(data)
    (inbox / f".{name}").rename(inbox / name)
    return name


def torn_pages(home: Path) -> list[str]:
    """Page files that are not whole."""
    from masthead.press import entries

    torn = []
    for file in (home / "data" / "press").glob("*/*/*.page"):
        try:
            entry = entries.unpack(file.read_bytes())
            whole = json.loads(file.read_bytes().split(b"\n", 1)[0])["bodies"]
            if {k: len(v) for k, v in entry.bodies.items()} != whole:
                torn.append(file.name)
        except Exception as error:
            torn.append(f"{file.name}: {error!r}")
    return torn


def lost(home: Path, acknowledged: list[str]) -> list[str]:
    """Acknowledged files of which the database knows nothing."""
    database = sqlite3.connect(home / "data" / "masthead.sqlite3")
    known = {row[0] for row in database.execute("SELECT name FROM wire_wirefile WHERE state = 'read'")}
    fine = database.execute("PRAGMA integrity_check").fetchone()[0]
    database.close()
    return [name for name in acknowledged if name not in known] + ([] if fine == "ok" else [f"database: {fine}"])


def unlike_a_fresh_print() -> None:
    """Everything printed from scratch must be what the store holds. Exits 1 when it is not."""
    from masthead.press import run
    from masthead.stories.models import Delivery, Story
    from masthead.titles.models import Title

    assert not Delivery.objects.exclude(state="done").exists(), "a delivery was left undone"
    title = Title.objects.get()
    before = {e.path: (e.status, e.etag) for e in run.store_of(title).everything()}
    assert all(s.path in before for s in Story.objects.all()), "a story has no page"
    for path in before:
        run.print_page(title, path)
    after = {e.path: (e.status, e.etag) for e in run.store_of(title).everything()}
    assert before == after, {p for p in before if before[p] != after.get(p)}


def main(home: Path, trials: int) -> int:
    set_up(home)
    dice = random.Random(7)
    killed, acknowledged, faults = 0, [], []
    for n in range(trials):
        name = drop(home, n)
        pid = in_child(take_in)
        time.sleep(dice.uniform(0.002, 0.35))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        killed += os.WIFSIGNALED(status)
        if not (home / "data" / "wire" / "in" / name).exists():
            acknowledged.append(name)
        if n % 20 == 19 or n == trials - 1:
            faults += torn_pages(home) + lost(home, acknowledged)
            faults += _ends_well(take_in, "recovery") + _ends_well(unlike_a_fresh_print, "print")
    everything = [f"copy-{n}.xml" for n in range(trials)]
    faults += lost(home, everything)
    print(json.dumps({"trials": trials, "killed": killed, "acknowledged": len(acknowledged), "faults": faults[:20]}))
    return 1 if faults else 0


def _ends_well(work: Callable[[], None], what: str) -> list[str]:
    _, status = os.waitpid(in_child(work), 0)
    return [] if status == 0 else [f"{what} ended with {status}"]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
