"""Have the system refuse what the house asks of its disk (ENOSPC, EIO) at any moment of filing and publishing.

Run as a program with a data folder and a number of trials; prints one JSON line of figures, exits 1 on a loss. Every trial
forks a real process that takes a dropped file in, files, publishes and prints, with strace between it and the system:
one kind of call fails once, several times, or from some moment on for as long as the process lives. After it, on a sound
disk again, everything must come to its end, as after a kill (`crash`).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.promises import crash

CALLS = ("write", "fsync", "rename", "openat", "pwrite64", "fdatasync", "unlink", "ftruncate")
"""What the press, the wire and SQLite ask of the disk."""
LONGEST = 6.0
"""Seconds that a process may go on under a fault."""


def take_in_when_watched() -> None:
    """Begin as soon as strace holds on to this process; under a fault each step may fail, as in the worker's rounds."""
    own = Path("/proc/self/status")
    for _ in range(500):
        if "TracerPid:\t0\n" not in own.read_text():
            break
        time.sleep(0.01)
    print("begun", file=sys.stderr)
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        try:
            crash.take_in()
        except Exception as error:
            print(f"child: {error!r}"[:200], file=sys.stderr)
            time.sleep(0.05)


def recover() -> None:
    """What the next start does, when the pauses of what failed are over."""
    from masthead.press import run
    from masthead.stories.models import Delivery
    from masthead.titles.models import Title

    for _ in range(3):
        Delivery.objects.filter(state="due").update(due_at="2020-01-01T00:00:00Z")
        crash.take_in()
    run.store_of(Title.objects.get()).sweep()
    run.catch_up(Title.objects.get())


def trial(home: Path, n: int, dice: random.Random) -> tuple[str, bool]:
    """One process under one fault; the name of its file, and whether the file was taken."""
    name = crash.drop(home, n)
    pid = crash.in_child(take_in_when_watched)
    call, error = dice.choice(CALLS), dice.choice(("ENOSPC", "EIO"))
    first = dice.randrange(1, 40 if call in ("write", "openat", "pwrite64") else 8)
    when = dice.choice((f"{first}", f"{first}..{first + 3}", f"{first}+"))
    command = ["strace", "-f", "-qq", "-o", str(home / "calls"), "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"]
    watcher = subprocess.Popen([*command, "-p", str(pid)], stderr=subprocess.DEVNULL)
    until = time.monotonic() + LONGEST
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    watcher.wait(timeout=10)
    return name, "INJECTED" in (home / "calls").read_text(errors="replace")


def main(home: Path, trials: int) -> int:
    crash.set_up(home)
    dice = random.Random(5)
    refused, taken, faults = 0, [], []
    for n in range(trials):
        name, hit = trial(home, n, dice)
        refused += hit
        if not (home / "data" / "wire" / "in" / name).exists():
            taken.append(name)
        faults += [f"trial {n}: {one}" for one in crash.torn_pages(home)]
        if n % 6 == 5 or n == trials - 1:
            faults += crash._ends_well(recover, "recovery") + crash._ends_well(crash.unlike_a_fresh_print, "print")
            faults += crash.lost(home, taken)
    faults += crash.lost(home, [f"copy-{n}.xml" for n in range(trials)])
    print(json.dumps({"trials": trials, "refused": refused, "faults": faults[:20]}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
