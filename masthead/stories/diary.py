"""How departments hear of changes: an entry and its delivery rows in one transaction, worked off after commit.

A consumer is a function of one entry. It may be called twice for the same entry (after a crash) and must do
no harm then. A consumer that fails is tried again after a pause that doubles, ten times at the most. One that can take
several entries together gets those that wait, what was taken back first, before anybody else is told of them.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Case, Value, When

from masthead.kit import clock
from masthead.kit.prepared import Prepared, Slot

if TYPE_CHECKING:
    from masthead.people.models import User
    from masthead.stories.models import Delivery, DiaryEntry, Story
    from masthead.titles.models import Title

log = logging.getLogger("masthead.diary")

Consumer = Callable[["DiaryEntry"], None]
Together = Callable[[Sequence["DiaryEntry"]], None]
AT_ONCE = 8
"""Entries that are handed over together. A kill that comes meanwhile waits for no more than these."""
MAX_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=2)

_consumers: dict[str, Consumer] = {}
_together: dict[str, Together] = {}
_at_once: dict[str, Consumer] = {}
bell = threading.Event()
"""Rung after commit, so that the worker in this process need not wait for its next look."""


def consumer(name: str, function: Consumer, together: Together | None = None) -> None:
    """Have `function` called with every entry from now on, under `name` (once per process, from AppConfig.ready).

    `together` takes several entries; should it fail, `function` gets each of them by itself.
    """
    _consumers[name] = function
    if together:
        _together[name] = together


def at_once(name: str, function: Consumer) -> None:
    """Have `function` called with every entry inside the transaction of its change: for orders that must hold everywhere at the
    same moment. It must be quick. Should it fail, the change stands all the same, and its consumer repeats it."""
    _at_once[name] = function


def _tell_at_once(entry: DiaryEntry) -> None:
    for name, function in _at_once.items():
        try:
            with transaction.atomic():
                function(entry)
        except Exception:
            log.exception("%s could not follow diary entry %s at once", name, entry.pk)


def consumers() -> tuple[str, ...]:
    """The names of those who are told."""
    return tuple(_consumers)


def write(
    *,
    story: Story | None,
    verb: str,
    title: Title | None = None,
    user: User | None = None,
    by: str = "",
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> DiaryEntry:
    """Write one entry with a delivery row for each consumer. Call it inside the transaction of the change.

    An entry that is not about a story names its `title`.
    """
    from masthead.stories import index
    from masthead.stories.models import Delivery, DiaryEntry
    from masthead.stories.models.diary import DESK_ONLY

    if story is not None and verb in index.CHANGES_WORDS:
        index.note(story)
    elif story is not None:
        index.touch(story)
    entry = DiaryEntry.objects.create(
        title_id=title.pk if title else story.title_id,  # type: ignore[union-attr]
        story=story,
        verb=verb,
        user=user,
        by=by or (user.get_full_name() or user.get_username() if user else "Masthead"),
        reason=reason[:500],
        facts=facts or {},
    )
    if verb not in DESK_ONLY:
        Delivery.objects.bulk_create(Delivery(entry=entry, consumer=name) for name in _consumers)
        transaction.on_commit(bell.set)
        _tell_at_once(entry)
    return entry


def tell(
    *,
    title: Title,
    verb: str,
    keys: Iterable[str],
    story: Story | None = None,
    user: User | None = None,
    by: str = "",
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> DiaryEntry:
    """Write an entry that names by itself what it changes: the press prints the pages of `keys`, and no other."""
    from masthead.stories.models import Delivery, DiaryEntry

    entry = DiaryEntry.objects.create(
        title=title,
        story=story,
        verb=verb,
        user=user,
        by=by or named(user),
        reason=reason[:500],
        facts={**(facts or {}), "keys": sorted(set(keys))},
    )
    if entry.facts["keys"]:
        Delivery.objects.bulk_create(Delivery(entry=entry, consumer=name) for name in _consumers)
        transaction.on_commit(bell.set)
    return entry


def named(user: User | None) -> str:
    """Who acts, in words."""
    return (user.get_full_name() or user.get_username()) if user else "Masthead"


def write_house(*, title: Title, verb: str, user: User | None, reason: str) -> DiaryEntry:
    """Write an entry about the house itself (who was appointed), of which no room need hear."""
    from masthead.stories.models import DiaryEntry

    by = user.get_full_name() or user.get_username() if user else "Masthead"
    return DiaryEntry.objects.create(title=title, story=None, verb=verb, user=user, by=by, reason=reason[:500])


def work_off(limit: int = 500, names: tuple[str, ...] | None = None) -> int:
    """Hand due entries to their consumers, oldest first; returns how many were done."""
    wanted = names or tuple(_consumers)
    done = sum(_hand_over_together(name, limit) for name in wanted if name in _together)
    if singly := tuple(name for name in wanted if name not in _together):
        done += sum(map(_hand_over, _due(singly, limit).all(now=clock.now())))
    return done


@functools.cache
def _due(names: tuple[str, ...], limit: int) -> Prepared[Delivery]:
    """What waits for consumers of these names, what was taken back first where it is one that takes several together."""
    from masthead.stories.models import Delivery
    from masthead.stories.models.diary import TAKING_BACK

    order: list[Any] = ["id"]
    if len(names) == 1 and names[0] in _together:
        order.insert(0, Case(When(entry__verb__in=TAKING_BACK, then=Value(0)), default=Value(1)))
    rows = Delivery.objects.filter(state=Delivery.State.DUE, due_at__lte=Slot("now"), consumer__in=names)
    return Prepared(lambda: rows.select_related("entry__story", "entry__title").order_by(*order)[:limit])


def _hand_over_together(name: str, limit: int) -> int:
    """The entries that wait for the consumer `name`, a few at a time: those that take a story back before all others."""
    done = seen = 0
    while seen < limit and (some := _due((name,), AT_ONCE).all(now=clock.now())):
        seen += len(some)
        try:
            _together[name]([delivery.entry for delivery in some])
        except Exception as error:
            log.warning("%s could not take %d entries together and gets them singly: %r", name, len(some), error)
            done += sum(map(_hand_over, some))
        else:
            done += _done(some)
    return done


def _hand_over(delivery: Delivery) -> bool:
    try:
        _consumers[delivery.consumer](delivery.entry)
    except Exception as error:
        _postpone(delivery, error)
        return False
    _done([delivery])
    return True


def _done(deliveries: Iterable[Delivery]) -> int:
    from masthead.stories.models import Delivery

    these = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries])
    return these.update(state=Delivery.State.DONE, done_at=clock.now(), error="")


def _postpone(delivery: Delivery, error: Exception) -> None:
    delivery.attempts += 1
    delivery.error = f"{type(error).__name__}: {error}"[:2000]
    delivery.due_at = clock.now() + FIRST_PAUSE * 2 ** (delivery.attempts - 1)
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.state = "failed"
    log.exception(
        "%s could not take diary entry %s (attempt %d)", delivery.consumer, delivery.entry_id, delivery.attempts
    )
    delivery.save(update_fields=["attempts", "error", "due_at", "state"])


def settle(name: str) -> int:
    """Mark everything due for `name` as done, because the caller has done all of it at once in another way."""
    from masthead.stories.models import Delivery

    return Delivery.objects.filter(consumer=name, state="due").update(state="done", done_at=clock.now())


def next_due() -> datetime | None:
    """When the next postponed delivery is to be tried, or None."""
    from masthead.stories.models import Delivery

    return Delivery.objects.filter(state="due").order_by("due_at").values_list("due_at", flat=True).first()
