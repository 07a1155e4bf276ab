"""Many pages printed together: the questions that all of them ask are asked once (`press.shelf`).

The order is that of a single printing: new keys before the bytes, old keys after them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction

from masthead.kit import clock
from masthead.kit.prepared import PreparedMany
from masthead.press import far, locks, pages, platemaker, run
from masthead.press.models import PageKey, PrintedPage
from masthead.press.reading import Reader
from masthead.press.rows import Around
from masthead.press.shelf import Shelf
from masthead.press.store import Entry, Printed
from masthead.titles import scope
from masthead.titles.models import Title

log = logging.getLogger("masthead.press")

AT_A_TIME = 100
"""Stories' pages under one lock: a kill waits for it, some tenths of a second."""
LISTS_AT_A_TIME = 10
"""The same of lists and feeds, which take longer."""


@dataclass(slots=True)
class _Made:
    """A page that was made, and what is known of the one before it."""

    printed: Printed
    keys: set[str]
    row: PrintedPage | None


def print_pages(title: Title, paths: Sequence[str]) -> int:
    """Print all `paths`, stories' own pages together; returns how many."""
    stories = [path for path in paths if pages.is_story(path)]
    others = [path for path in paths if not pages.is_story(path)]
    for some, most in ((stories, AT_A_TIME), (others, LISTS_AT_A_TIME)):
        for start in range(0, len(some), most):
            these = some[start : start + most]
            with locks.printing_all(run.store_of(title).root, these):
                _print(title, these)
    return len(paths)


def print_what_can_be(title: Title, paths: Sequence[str]) -> None:
    """Print `paths`; should that fail, each of them by itself, and tell the log of those that cannot be printed."""
    try:
        print_pages(title, paths)
    except DatabaseError:
        raise
    except Exception:
        for path in paths:
            try:
                run.print_page(title, path)
            except DatabaseError:
                raise
            except Exception:
                log.exception("%s cannot be printed; the page before it stays.", path)


@scope.guarded()
def _print(title: Title, paths: list[str]) -> None:
    now = clock.now()
    rows = {row.path: row for row in PrintedPage.objects.filter(title=title, path__in=paths)}
    around = Around()
    found = pages.find_stories(title, [path for path in paths if pages.is_story(path)], around)
    shelf = Shelf(title, found.values(), now, around)
    made = []
    for path in paths:
        reader = Reader(title, now, shelf)
        if path in found:
            printed = pages.article(reader, found[path])
        else:
            maker = None if pages.is_story(path) else pages.find(title, path)
            printed = maker(reader) if maker else None
        if printed is None:
            run.unprint(title, path, rows.get(path))
            far.tell_equal(title.pk, path, None)
        else:
            made.append(_Made(run.timed(printed, reader), reader.keys | {f"plates:{platemaker.PLATES_VERSION}"}, rows.get(path)))
    if made:
        _keep(title, made)


def _keep(title: Title, made: list[_Made]) -> None:
    with transaction.atomic():
        old_keys = _note(title, made)
    entries, refused = run.store_of(title).put_many([one.printed for one in made])
    if refused:
        raise refused[0]
    for entry in entries:
        far.tell_equal(title.pk, entry.path, entry)
    gone = [pk for one in made for key, pk in old_keys.get(_row(one).pk, {}).items() if key not in one.keys]
    with transaction.atomic():
        PageKey.objects.filter(pk__in=gone).delete()
        _say_printed(made, entries)


def _row(one: _Made) -> PrintedPage:
    assert one.row is not None, "noted before"
    return one.row


_KEYS = PreparedMany(lambda pks: PageKey.objects.filter(page__in=pks).values_list("page_id", "key", "pk"))


def _note(title: Title, made: list[_Made]) -> dict[int, dict[str, int]]:
    """A row for each page and its new keys; returns the keys that each page's row had: page, key, number of the key."""
    fresh = [one for one in made if one.row is None]
    if fresh:
        blank = {"title": title, "etag": "", "printed_at": clock.now(), "plates": ""}
        PrintedPage.objects.bulk_create([PrintedPage(path=one.printed.path, **blank) for one in fresh], ignore_conflicts=True)
        there = PrintedPage.objects.filter(title=title, path__in=[one.printed.path for one in fresh])
        rows = {row.path: row for row in there}
        for one in fresh:
            one.row = rows[one.printed.path]
    known: dict[int, dict[str, int]] = {}
    pks = [_row(one).pk for one in made]
    for page, key, pk in _KEYS.all(pks):
        known.setdefault(page, {})[key] = pk
    new = [PageKey(page=_row(one), key=key) for one in made for key in one.keys - known.get(_row(one).pk, {}).keys()]
    PageKey.objects.bulk_create(new, ignore_conflicts=True)
    return known


def _say_printed(made: list[_Made], entries: Iterable[Entry]) -> None:
    """A mark that was set while we printed stays: only the plates that we found are replaced."""
    for plates in {_row(one).plates for one in made}:
        these = [_row(one).pk for one in made if _row(one).plates == plates]
        PrintedPage.objects.filter(pk__in=these, plates=plates).update(plates=platemaker.PLATES_VERSION)
    # Not by Django's bulk_create: it is a tenth of a batch.
    table, said_at = PrintedPage._meta.db_table, connection.ops.adapt_datetimefield_value
    said = f'UPDATE "{table}" SET "status" = %s, "etag" = %s, "printed_at" = %s, "valid_until" = %s WHERE "{table}"."id" = %s'  # noqa: S608
    now = said_at(clock.now())
    with connection.cursor() as cursor:
        cursor.executemany(
            said, [(entry.status, entry.etag, now, said_at(entry.valid_until), _row(one).pk) for one, entry in zip(made, entries, strict=True)]
        )
