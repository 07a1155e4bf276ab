"""The whole paper printed again, on all cores, beside the running paper: old plates serve until each page is there.

Broken off, it goes on where it stopped: a page printed since the run began is not printed twice.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import datetime
from pathlib import Path

from masthead.kit import clock, files
from masthead.press import batch, hands, platemaker, run
from masthead.press.models import PrintedPage
from masthead.titles.models import Title

AT_A_TIME = batch.AT_A_TIME
"""Pages that a process takes at a time."""


def begun(title: Title) -> Path:
    """The file that says since when a run is under way."""
    return run.store_of(title).root / "reprinting"


def left(title: Title) -> list[str]:
    """What is to print, the most read first; begins a run if none was broken off."""
    file = begun(title)
    if not file.is_file():
        files.write_whole(file, clock.now().isoformat().encode())
    since = datetime.fromisoformat(file.read_text())
    rows = PrintedPage.objects.filter(title=title)
    done = set(rows.filter(printed_at__gte=since, plates=platemaker.PLATES_VERSION).values_list("path", flat=True))
    known = rows.values_list("path", flat=True)
    return [path for path in dict.fromkeys([*run.everything(title), *known]) if path not in done]


def print_left(title: Title, paths: list[str], processes: int = 0) -> Iterator[int]:
    """Print `paths` in several processes (0: one a core) of low priority; yields how many pages each step made."""
    steps = [paths[n : n + AT_A_TIME] for n in range(0, len(paths), AT_A_TIME)]
    count = min(processes or os.cpu_count() or 1, len(steps))
    if count > 1:
        with _hands(title, count) as pool:
            waiting = {pool.submit(hands.print_step, step) for step in steps}
            try:
                for done in as_completed(waiting):
                    yield done.result()
            finally:
                pool.shutdown(cancel_futures=True)
    else:
        with run.store_of(title).holding_nothing():
            for step in steps:
                yield batch.print_pages(title, step)
    for _ in run.print_pictures(title):
        yield 0
    begun(title).unlink(missing_ok=True)


def _hands(title: Title, count: int) -> ProcessPoolExecutor:
    # “spawn”: a copy of this process would share its connection to the database.
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, mp_context=spawn, initializer=hands.prepare, initargs=(title.pk,))
