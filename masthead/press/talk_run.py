"""How the pages of a conversation are made again: marked in the transaction of a change, printed at most every tenth of a
second, however many write. What is to vanish leaves the store as the change is committed.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from functools import lru_cache

from django.db import transaction

from masthead.kit.prepared import Prepared, Slot
from masthead.press import locks, run
from masthead.press.models import PrintedPage
from masthead.titles.models import Title

EVERY = 0.1
"""Seconds at the least between two printings of a page."""
SELDOM = 0.5
"""Seconds at the most: what a moderator lets through is to be there at once, however long the printing before it took."""

bell = threading.Event()
"""Rung when a conversation changed, in the process whose worker prints."""
_waiting: set[tuple[int, str]] = set()
_lock = threading.Lock()


def on_change(title_id: int, story_path: str, keys: Collection[str], gone: bool) -> None:
    """Mark the pages that show a part of the conversation; see stories.talk.changed."""
    if not keys:
        return
    named = {f"key{n}": key for n, key in enumerate(sorted(keys))}
    rows = _pages_with(len(named)).all(title=title_id, **named)
    PrintedPage.objects.filter(pk__in=[pk for pk, _ in rows]).update(plates=run._mark())
    paths = [one for _, one in rows]
    late = bool(story_path) and story_path not in paths
    transaction.on_commit(lambda: _committed(title_id, set(keys), paths, gone, late), robust=True)


@lru_cache
def _pages_with(keys: int) -> Prepared[tuple[int, str]]:
    """The pages that show one of so many keys. Every comment asks."""
    slots = [Slot(f"key{n}") for n in range(keys)]
    return Prepared(lambda: PrintedPage.objects.filter(keys__key__in=slots, title=Slot("title")).values_list("pk", "path").distinct())


def _committed(title_id: int, keys: set[str], paths: list[str], gone: bool, late: bool) -> None:
    store = run.store_of(title_id)
    if gone:
        # A printing under way may still hold the old words: it ends first, then its page goes as well.
        locks.settle(store.root)
        for path in paths:
            store.remove(path)
    elif late:
        locks.settle(store.root)
        run._mark_pages(PrintedPage.objects.filter(title=title_id, keys__key__in=keys))
    if run.soon.is_set():
        with _lock:
            _waiting.update((title_id, path) for path in paths)
        bell.set()
    else:
        run.tell_marked(title_id)


def work_off() -> int:
    """Print what waits; returns how many pages. Called by the worker, at most every tenth of a second."""
    bell.clear()
    with _lock:
        some = list(_waiting)
        _waiting.clear()
    titles = {title.pk: title for title in Title.objects.filter(pk__in={pk for pk, _ in some})}
    for pk, path in some:
        if pk in titles:
            try:
                run.print_page(titles[pk], path)
            except Exception:
                run.stale.set()  # It is still marked, and the worker tries it with the others.
                raise
    return len(some)
