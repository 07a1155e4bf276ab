"""Further processes that print: each sets Django up by itself, so nothing here may ask for a model before it has."""

from __future__ import annotations

import os
import threading
import time

NICE = 10
_title: int


def prepare(title: int) -> None:
    """What each process does first: give way to those who serve readers, and end with the process that began it."""
    import django

    global _title
    _title = title
    if hasattr(os, "nice"):
        os.nice(NICE)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.project.settings")
    django.setup()


def print_step(paths: list[str]) -> int:
    """Print `paths`; returns how many."""
    from masthead.press import batch, run
    from masthead.titles.models import Title

    with run.store_of(_title).holding_nothing():
        return batch.print_pages(Title.objects.get(pk=_title), paths)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)  # A page is there whole or not at all, at any moment.
