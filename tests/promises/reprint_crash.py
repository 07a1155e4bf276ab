"""Kill `masthead press --all` while it prints in two processes, and let it go on; look at what readers get all the while.

Run as a program with a data folder and a number of kills; prints one JSON line of figures. Every page must be there at any
moment, whole, as it was before the run or as it is after it; what was printed is not printed again; at the end the store
is what a fresh print of every page gives.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from tests.promises.crash import set_up

STORIES = 500
BEFORE, AFTER = b"The Evening Anchor", b"The Morning Buoy"


def fill() -> list[str]:
    """A paper of many stories, and its printed pages; returns the stories' paths."""
    from datetime import timedelta

    from masthead.kit import clock
    from masthead.press import batch, run
    from masthead.stories.models import Story
    from masthead.titles.models import Title

    Title.objects.update(name=BEFORE.decode())
    title, now = Title.objects.get(), clock.now()
    section = title.sections.get()
    Story.objects.bulk_create(
        Story(
            title=title, section=section, headline=f"Story {n}", slug=f"s{n}", path=f"/2026/01/01/s{n}/", live=True, state="published",
            body=f'[{{"type": "text", "value": "<p>Text {n}.</p>"}}]', released=True, indexed=True,
            first_published_at=now - timedelta(minutes=n), substantive_at=now - timedelta(minutes=n),
        )
        for n in range(STORIES)
    )  # fmt: skip
    batch.print_pages(title, run.everything(title))
    Title.objects.update(name=AFTER.decode())
    return [f"/2026/01/01/s{n}/" for n in range(STORIES)]


def printed() -> dict[str, object]:
    """What the run has behind it: when each page was printed, by its path."""
    from datetime import datetime

    from masthead.press import reprint
    from masthead.press.models import PrintedPage
    from masthead.titles.models import Title

    begun = reprint.begun(Title.objects.get())
    if not begun.is_file() or not (said := begun.read_text()):
        return {}
    rows = PrintedPage.objects.filter(printed_at__gte=datetime.fromisoformat(said))
    return dict(rows.values_list("path", "printed_at"))


def look(path: str) -> str:
    """What is wrong with the page at `path` as any process would read it now; nothing, if nothing is."""
    from masthead.press import run
    from masthead.press.store import Store
    from masthead.titles.models import Title

    store = Store(run.store_of(Title.objects.get()).root, 1)
    try:
        entry = store.get(path)
    except ValueError:
        return f"{path} is half-written"
    if entry is None:
        return f"{path} is not there"
    body = entry.in_encoding("identity")[1]
    return "" if BEFORE in body or AFTER in body else f"{path} is neither the old page nor the new one"


def main(home: Path, kills: int) -> None:
    set_up(home)
    dice, faults, killed, kept = random.Random(kills), [], 0, 0
    paths = fill()
    from masthead.press import batch, run
    from masthead.titles.models import Title

    command = [sys.executable, "-m", "masthead.project.cli", "press", "--all", "--processes", "2"]
    done: dict[str, object] = {}
    while True:
        wanted = len(done) + dice.randrange(1, STORIES // (kills + 1))
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            faults += [wrong for wrong in map(look, dice.choices(paths, k=3)) if wrong]
            if killed < kills and len(printed()) >= wanted:
                process.kill()
                process.wait()
            time.sleep(0.1)
        if process.returncode == 0:
            break
        killed += 1
        time.sleep(1.5)  # The processes that printed for it see that it is gone, and end.
        now = printed()
        faults += [f"{path} was printed twice" for path, at in done.items() if now.get(path) != at]
        done, kept = now, kept + len(now)
        if killed > kills:
            faults.append("a run that nobody killed failed")
            break
    title = Title.objects.get()
    held = {entry.path: (entry.etag, AFTER in entry.in_encoding("identity")[1]) for entry in run.store_of(title).everything()}
    faults += [f"{path} is still the old page" for path in paths if not held[path][1]]
    batch.print_pages(title, list(held))
    fresh = {entry.path: entry.etag for entry in run.store_of(title).everything()}
    faults += [f"{path} is not as a fresh print" for path, (etag, _) in held.items() if fresh.get(path) != etag]
    print(json.dumps({"killed": killed, "kept": kept, "pages": len(held), "faults": faults[:20]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
