"""The press run: which pages a change makes again, and the printing of them.

A page is read and stored under its lock, which holds for all processes, so that a page made from what stood in the
database before a change can never land on top of one made after it (`press.locks`).
"""

from __future__ import annotations

import logging
import re
import threading
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from masthead.kit import clock
from masthead.pictures.models import Picture
from masthead.press import (
    addresses,
    assets,
    counting,
    darkroom,
    dressing,
    far,
    locks,
    pages,
    platemaker,
    purging,
    sitemaps,
    talking,
    windows,
)
from masthead.press.bus import MARKED, Bus
from masthead.press.models import PageKey, PrintedPage
from masthead.press.reading import Reader, followers
from masthead.press.store import Entry, NotKept, Printed, Store
from masthead.stories.models import DiaryEntry, Notice, Story
from masthead.stories.models.diary import TAKING_BACK, Verb
from masthead.titles import scope
from masthead.titles.models import Section, Title

log = logging.getLogger("masthead.press")

_opening = threading.Lock()
_stores: dict[int, Store] = {}
_buses: dict[int, Bus] = {}
stale = threading.Event()
"""Set when pages were marked as stale in this process."""
soon = threading.Event()
"""Set while a worker runs that prints stale pages soon; without one, everything is printed at once."""


def store_of(title: Title | int) -> Store:
    """The page store of a title, one object for the whole process."""
    pk = title if isinstance(title, int) else title.pk
    with _opening:
        if pk not in _stores:
            memory = int(settings.CONFIG.get("press.memory_mb")) * 1_000_000
            store = Store(settings.DATA / "press" / str(pk), memory)
            _buses[pk] = Bus(store)
            store.heard.append(_buses[pk].tell)
            purging.watch(store, pk)
            far.watch(store, pk)
            _stores[pk] = store
        return _stores[pk]


def bus_of(title: Title | int) -> Bus:
    """How the processes that share the title's store hear of each other."""
    store_of(title)
    return _buses[title if isinstance(title, int) else title.pk]


def print_page(title: Title, path: str) -> Entry | None:
    """Print the page at `path` as it should stand now. Where readers may see nothing, nothing is left behind."""
    with locks.printing(store_of(title).root, path):
        entry = _print(title, path)
        far.tell_equal(title.pk, path, entry)
        return entry


def on_demand(title: Title, path: str) -> Entry | None:
    """The page at `path`, printed now if there is none that is true: once, however many ask at the same time."""
    store = store_of(title)
    if (entry := store.get(path)) and entry.is_true(clock.now()):
        return entry
    with locks.printing(store.root, path):
        store.drop(path)  # Another process may have printed it while we waited.
        if (entry := store.get(path)) and entry.is_true(clock.now()):
            return entry
        try:
            return _print(title, path)
        except NotKept as error:
            log.error("%s", error)
            return error.entry  # This reader gets it; the disk another time.


@scope.guarded()
def _print(title: Title, path: str) -> Entry | None:
    row = PrintedPage.objects.filter(title=title, path=path).first()
    reader = Reader(title)
    maker = pages.find(title, path)
    printed = maker(reader) if maker else None
    if printed is None:
        unprint(title, path, row)
        return None
    return _keep(title, printed, reader, row)


def _keep(title: Title, printed: Printed, reader: Reader, row: PrintedPage | None) -> Entry:
    """New keys before the bytes, old keys after them: at no moment does a page show what no key tells of.

    `row` is as it was before the page was read: a mark that was set since then stays.
    """
    keys = reader.keys | {f"plates:{platemaker.PLATES_VERSION}"}
    if row is None:
        # Another machine may be printing it, too: the lock holds on this one only.
        blank = {"etag": "", "printed_at": clock.now(), "plates": ""}
        row = PrintedPage.objects.get_or_create(title=title, path=printed.path, defaults=blank)[0]
    known = set(row.keys.values_list("key", flat=True))
    PageKey.objects.bulk_create([PageKey(page=row, key=k) for k in keys - known], ignore_conflicts=True)
    entry = store_of(title).put(timed(printed, reader))
    if gone := known - keys:
        row.keys.filter(key__in=gone).delete()
    this = PrintedPage.objects.filter(pk=row.pk)
    this.filter(plates=row.plates).update(plates=platemaker.PLATES_VERSION)
    this.update(status=entry.status, etag=entry.etag, printed_at=clock.now(), valid_until=entry.valid_until)
    return entry


def timed(printed: Printed, reader: Reader) -> Printed:
    """A page with all that the clock will do to it."""
    return replace(printed, valid_from=reader.valid_from, shut_at=reader.shut_at)


def unprint(title: Title, path: str, row: PrintedPage | None) -> None:
    """Leave nothing of the page at `path`. The caller holds its lock."""
    store_of(title).remove(path)
    if row is not None:  # An address that never was asks for no write: anybody may ask for thousands of them.
        row.delete()


def on_diary(entry: DiaryEntry) -> None:
    """The press as a consumer of the diary: make again what the change shows on. Repeating it does no harm."""
    on_entries([entry])


def on_entries(entries: Sequence[DiaryEntry]) -> None:
    """The same for several changes: what shows more than one of them, a front above all, is printed once."""
    by_title: dict[int, list[DiaryEntry]] = {}
    for entry in entries:
        if entry.verb != Verb.FILED:  # Copy on the desk shows nowhere; what makes it public writes an entry of its own.
            by_title.setdefault(entry.title_id, []).append(entry)
    for those in by_title.values():
        _follow(those)


def _follow(entries: Sequence[DiaryEntry]) -> None:
    """Print what the changes of one paper show on."""
    title = entries[0].title
    store = store_of(title)
    locks.settle(store.root)
    for entry in entries:
        if firsts := _firsts(entry):
            counting.forget(title.pk, [key.removeprefix("list:") for key in keys_of(entry)], min(firsts))
        # Pictures first: a page never names one that is not there, and one that must go goes before all else.
        for picture in Picture.objects.filter(pk__in=pictured) if (pictured := _ids(entry, "pictures")) else ():
            if entry.verb == Verb.PICTURED:
                darkroom.renew(picture, store, entry.facts["before"].get("picture", {}))
            else:
                darkroom.in_step(picture, store)
    paths: dict[str, None] = {}
    for entry in entries:
        own = affected(entry)
        if soon.is_set() and entry.verb != Verb.PICTURED and "keys" not in entry.facts:
            own = _put_off(entry, own)
        paths |= dict.fromkeys(own)
    _print_for(entries, list(paths))


def _print_for(entries: Sequence[DiaryEntry], paths: list[str]) -> None:
    """Print `paths`; one that cannot be printed keeps no other from it. Raises the first reason at the end, so that the
    entry is handed over again: until then nobody gets what such a page said before the change."""
    from masthead.press import batch  # it prints with what stands above

    title = entries[0].title
    try:
        batch.print_pages(title, paths)
        return
    except DatabaseError:
        raise
    except Exception as error:
        if len(entries) > 1:
            raise  # Each comes by itself then, and its own pages alone suffer.
        log.warning("Printed singly, because together it failed: %r", error)
    wrong: Exception | None = None
    for path in paths:
        try:
            print_page(title, path)
        except DatabaseError:
            raise
        except Exception as error:
            if not isinstance(error, NotKept) and not _only_adds(entries[0]):
                store_of(title).remove(path)
            wrong = wrong or error
    if wrong:
        raise wrong


def take_down(entry: DiaryEntry) -> None:
    """Have the page of a story that was taken back leave the store as soon as the change is committed, whoever made it.

    The diary's turn prints the rest, and this page again; in a house of many papers that may take some seconds.
    """
    if entry.verb in TAKING_BACK and entry.story and (path := entry.story.path):
        store = store_of(entry.title_id)
        transaction.on_commit(lambda: store.remove(path), robust=True)


def _only_adds(entry: DiaryEntry) -> bool:
    """Whether the change brings a story that readers have never seen: no page says anything untrue meanwhile."""
    if entry.verb != Verb.PUBLISHED or entry.story_id is None:
        return False
    return not DiaryEntry.objects.filter(story=entry.story_id, verb__in=_PUBLIC, pk__lt=entry.pk).exists()


_PUBLIC = [verb for verb in Verb if verb not in (Verb.FILED, Verb.NOTED, Verb.EDITED)]


def _put_off(entry: DiaryEntry, paths: list[str]) -> list[str]:
    """The paths that cannot wait. The rest is marked as stale, and the worker prints it, once for many changes.

    A new story: itself and the fronts. Any other change, a kill above all: also every page that names the story; what
    waits is pages on which others move up. The marks are in the database, so a crash loses none.
    """
    now = {*paths[:1], addresses.FRONT, *_section_fronts(entry)}
    if not _only_adds(entry):
        naming = PrintedPage.objects.filter(title_id=entry.title_id, keys__key=f"story:{entry.story_id}")
        now |= set(naming.values_list("path", flat=True))
    later = [path for path in paths if path not in now]
    if later:
        # In pieces: SQLite takes 999 values.
        for start in range(0, len(later), 400):
            PrintedPage.objects.filter(title_id=entry.title_id, path__in=later[start : start + 400]).update(plates=_mark())
        stale.set()
    return [path for path in paths if path in now]


_ARTICLE = re.compile(r"/\d{4}/\d\d/\d\d/")


def affected(entry: DiaryEntry) -> list[str]:
    """The paths to print for a diary entry: the story's own first, then the front, then all that show or list it."""
    keys = keys_of(entry)
    rows = PrintedPage.objects.filter(title_id=entry.title_id, keys__key__in=keys)
    shown = {*rows.values_list("path", flat=True), *_windows(entry, keys)}
    if entry.verb == Verb.LISTED:
        own = [notice.path for notice in Notice.objects.filter(pk__in=_ids(entry, "notice")) if notice.path]
        lists = [addresses.NOTICES[kind] for kind in _words(entry, "notices")]
        return list(dict.fromkeys([*(path for path in own if path), *lists, *sorted(shown)]))
    if entry.verb == Verb.PICTURED:
        return sorted(shown)
    if entry.verb == Verb.SOURCED:
        return [entry.story.path] if entry.story and entry.story.path and entry.story.live else []
    if "keys" in entry.facts:
        # A live post is on its own page first, then on the front, then wherever its time is shown.
        first_of_all = (entry.story.path or "-") if entry.story else "-"
        return sorted(shown, key=lambda path: (not path.startswith(first_of_all), path != addresses.FRONT, path))
    first = [entry.story.path] if entry.story and entry.story.path else []
    if not first:
        return []
    listed = [addresses.FRONT, *_section_fronts(entry)]
    sections, topics = _ids(entry, "section"), _ids(entry, "topics")
    anew = followers(entry.story, sections, topics, clock.now()) if entry.story else []
    # Lists, feeds and sitemaps before the articles beside which the story is named: more readers look there.
    rest = sorted({*shown, *anew}, key=lambda path: (bool(_ARTICLE.match(path)), path))
    return list(dict.fromkeys([*first, *listed, *rest]))


def keys_of(entry: DiaryEntry) -> set[str]:
    """The keys of everything that a diary entry may have changed; some entries name them themselves."""
    if "keys" in entry.facts:
        return set(entry.facts["keys"]) | _month(entry)
    if entry.verb == Verb.LISTED:
        menu = {f"title:{entry.title_id}"} if entry.facts.get("after", {}).get("menu") else set()
        lists = {f"list:notices:{kind}" for kind in _words(entry, "notices")}
        return menu | lists | {f"notice:{pk}" for pk in _ids(entry, "notice")}
    if entry.verb == Verb.PICTURED:
        return {f"picture:{pk}" for pk in _ids(entry, "pictures")}
    keys = {f"story:{entry.story_id}", "list:front", "list:sitemap", "list:corrections"}
    keys |= _month(entry)
    keys |= {f"list:section:{pk}" for pk in _ids(entry, "section")}
    keys |= {f"list:topic:{pk}" for pk in _ids(entry, "topics")}
    keys |= {f"list:person:{pk}" for pk in _ids(entry, "people")}
    keys |= {f"list:source:{pk}" for pk in _ids(entry, "agency")}
    keys |= {f"list:line:{pk}" for pk in _ids(entry, "lines")}
    return keys


def _month(entry: DiaryEntry) -> set[str]:
    """The sitemap that a story stands in: by the month of its first publication, in the paper's zone."""
    return {sitemaps.key(first.astimezone(entry.title.zone).strftime("%Y-%m")) for first in _firsts(entry)}


def _firsts(entry: DiaryEntry) -> set[datetime]:
    """When the story was first published: as it stands now, and before and after the change."""
    said = {entry.facts.get(side, {}).get("first") for side in ("before", "after")}
    found = {datetime.fromisoformat(at) for at in said if at}
    return found | {entry.story.first_published_at} if entry.story and entry.story.first_published_at else found


def _windows(entry: DiaryEntry, keys: set[str]) -> set[str]:
    """Older pages of lists on which the story stands, or moves others."""
    firsts = _firsts(entry)
    lists = [key for key in keys if key.startswith(_LISTS)]
    if not firsts or not lists:
        return set()
    found = PageKey.objects.filter(windows.touched(lists, min(firsts)), page__title=entry.title_id)
    return set(found.values_list("page__path", flat=True))


_LISTS = ("list:section:", "list:topic:", "list:person:", "list:source:")


def _ids(entry: DiaryEntry, name: str) -> set[int]:
    """The ids that the entry's facts give under `name`, before and after the change."""
    found: set[int] = set()
    for side in ("before", "after"):
        value: Any = entry.facts.get(side, {}).get(name)
        found |= set(value) if isinstance(value, list) else {value} if value else set()
    return found


def _words(entry: DiaryEntry, name: str) -> set[str]:
    return {str(entry.facts[side][name]) for side in ("before", "after") if entry.facts.get(side, {}).get(name)}


def _section_fronts(entry: DiaryEntry) -> list[str]:
    return [addresses.section(s) for s in Section.objects.filter(pk__in=_ids(entry, "section"))]


def everything(title: Title) -> list[str]:
    """Every address there is to print, the most read first."""
    lists = [addresses.section(s) for s in title.sections.all()]
    stories = Story.objects.filter(title=title).exclude(path=None).order_by("-first_published_at")
    shown = Story.objects.readable().filter(title=title)
    lists += [addresses.topic(t) for t in title.topics.filter(story_topics__story__in=shown).distinct()]
    feeds = [addresses.FRONT + file for file in addresses.FEEDS]
    version = platemaker.PLATES_VERSION
    fixed = [*pages.FIXED, dressing.css_path(title, version), addresses.live_script(version), addresses.lite_css(version)]
    fixed += [assets.script_path(name) for name in assets.SCRIPTS_OF_READERS]
    fixed += [assets.font_path(name) for name in assets.FONTS_OF_THE_HOUSE]
    fixed += [drawn.path] if (drawn := dressing.logo(title)) else []
    lists += [addresses.line(line) for line in title.lines.all()]
    lists += [p.path for p in title.standing_pages.filter(live=True) if p.path not in pages.FIXED]
    lists += list(addresses.NOTICES.values())
    lists += [addresses.month_sitemap(month) for month in sitemaps.months(Reader(title))]
    lists += [notice.path for notice in Notice.objects.filter(title=title) if notice.path]
    if not talking.is_on(title):
        fixed.remove(addresses.GUIDELINES)
    return [*fixed, *lists, *feeds, *stories.values_list("path", flat=True)]


def print_all(title: Title, paths: Iterable[str] | None = None) -> Iterable[str]:
    """Print everything, yielding each path when it is done; then let go of what should no longer be there."""
    wanted = list(paths or everything(title))
    for path in wanted:
        print_page(title, path)
        yield path
    yield from print_pictures(title)


def print_pictures(title: Title) -> Iterable[str]:
    """Make what is missing of all renditions, and let go of what should no longer be there; yields each folder."""
    shown = Q(shown_by__story__title=title) | Q(notices__title=title)
    for picture in Picture.objects.filter(shown).distinct():
        darkroom.in_step(picture, store_of(title))
        yield addresses.picture_folder(picture)


def catch_up(title: Title, seconds: float | None = None) -> int:
    """Make again what other plates printed, what was marked as stale, what is no longer true. Returns how many pages.

    With `seconds`, it stops after about so long and leaves `stale` set for the rest. A page that cannot be printed keeps
    no other from it.
    """
    from masthead.press import batch  # it prints with what stands above

    stale.clear()
    until = clock.monotonic() + seconds if seconds is not None else None
    tried: set[str] = set()
    while paths := [path for path in _waiting(title) if path not in tried]:
        for start in range(0, len(paths), _AT_ONCE):
            if until is not None and clock.monotonic() > until:
                stale.set()
                return len(tried)
            some = paths[start : start + _AT_ONCE]
            tried.update(some)
            batch.print_what_can_be(title, some)
    return len(tried)


_AT_ONCE = 10
_MOST_WAITING = 1000


def _waiting(title: Title) -> list[str]:
    """Some of the pages that wait to be made again: lists and feeds before stories, newer stories first.

    The sheets and scripts of before go last of all: as long as a page names them they must be there.
    """
    rows, version = PrintedPage.objects.filter(title=title), platemaker.PLATES_VERSION
    # Not “is another”, but “is before or after”: an index finds that among 100,000 pages.
    before, after = rows.filter(plates__lt=version), rows.filter(plates__gt=version)
    ended, assets_ = rows.filter(valid_until__lte=clock.now()), Q(path__startswith="/assets/")
    waiting = (ended, before.exclude(assets_), after.exclude(assets_))
    found = {path for some in waiting for path in some.values_list("path", flat=True)[:_MOST_WAITING]}
    if not found:
        return sorted({path for some in (before, after) for path in some.values_list("path", flat=True)[:_MOST_WAITING]})
    stories = sorted((path for path in found if pages.is_story(path)), reverse=True)
    return [*sorted(found.difference(stories)), *stories]


def over(title: Title) -> bool:
    """Whether a page in the store is no longer true: the worker makes it again, or takes it away."""
    return PrintedPage.objects.filter(title=title, valid_until__lte=clock.now()).exists()


def mark_stale(title: Title, key: str) -> int:
    """Have every page that shows `key` made again by the worker: for a changed name or setting. Survives a crash."""
    since = clock.now()
    count = _mark_pages(PrintedPage.objects.filter(title=title, keys__key=key))
    transaction.on_commit(lambda: _mark_late(title, key, since))
    return count


def _mark_late(title: Title, key: str, since: datetime) -> None:
    """Mark also what was being printed meanwhile, from what stood before."""
    locks.settle(store_of(title).root)
    _mark_pages(PrintedPage.objects.filter(title=title, keys__key=key, printed_at__gte=since))
    tell_marked(title.pk)


def tell_marked(title_id: int) -> None:
    """Have whichever process prints look for pages that were marked."""
    bus_of(title_id).tell(MARKED)
    far.tell(title_id, MARKED, far.GONE)


def _mark_pages(pages_: QuerySet[PrintedPage]) -> int:
    count = PrintedPage.objects.filter(pk__in=list(pages_.values_list("pk", flat=True))).update(plates=_mark())
    stale.set()
    return count


def _mark() -> str:
    """A mark like no other, so that a printing can tell one that was set while it was under way."""
    return f"stale-{uuid.uuid4().hex[:14]}"
