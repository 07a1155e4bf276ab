"""Telling the network in front which pages changed: a row a page, kept until the network says yes.

The row is written before the new page, and due a little later, so that a crash in between cannot lose it; when the
page is there, the row is due at once. A network that does not answer is asked again, ever more seldom, for a day.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings

from masthead.kit import clock, fetch
from masthead.press import answers, networks
from masthead.press.models import Purge
from masthead.press.networks import Network
from masthead.press.store import Store
from masthead.titles.models import Title

log = logging.getLogger("masthead.press")

AT_THE_LATEST = timedelta(seconds=5)
"""When a row is due whose page was never seen to be ready: we were killed meanwhile."""
FAR = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=10)
MOST_TRIES = 150
"""About a day of pauses."""
KEPT = timedelta(days=30)


class CannotPurge(Exception):
    """The settings of the network cannot be used. The message is the sentence for the keyholder."""


def network() -> Network | None:
    """The network in the settings; None without one. Raises CannotPurge."""
    said = {name: str(settings.CONFIG.get(f"cdn.{name}")).strip() for name in ("kind", "zone", "token", "urls")}
    if not said["kind"]:
        return None
    if said["kind"] not in networks.KINDS:
        raise CannotPurge(f"cdn.kind must be one of {', '.join(networks.KINDS)}, not “{said['kind']}”.")
    urls = tuple(url.rstrip("/") for url in said["urls"].replace(",", " ").split())
    missing = [name for name in _NEEDS[said["kind"]] if not said[name]]
    if missing:
        raise CannotPurge(f"For cdn.kind = “{said['kind']}” please set cdn.{' and cdn.'.join(missing)} too.")
    return Network(said["kind"], said["zone"], said["token"], urls)


_NEEDS = {"cloudflare": ("zone", "token"), "fastly": ("zone", "token"), "bunny": ("token",), "purge": ("urls",)}


def watch(store: Store, title_pk: int) -> None:
    """Have every change of the store written down, if there is a network in front. Raises CannotPurge."""
    chosen = network()
    if chosen is None:
        return
    answers.edge.seconds = int(settings.CONFIG.get("cdn.seconds"))
    # Another machine may hand the old page to the network for as long as our word is on its way.
    later = FAR if int(settings.CONFIG.get("server.machines")) > 1 else timedelta(0)

    def warned(path: str) -> None:
        now = clock.now()
        Purge.objects.create(
            title_id=title_pk, surface=chosen.kind, path=path, asked_at=now, due_at=now + AT_THE_LATEST
        )

    def changed(*paths: str) -> None:
        waiting = Purge.objects.filter(title_id=title_pk, path__in=paths, done_at=None, tries=0)
        waiting.update(due_at=clock.now() + later)

    store.warned.append(warned)
    store.heard.append(changed)


def work_off(title: Title) -> int:
    """Tell the network what is due; returns how many pages it forgot."""
    chosen = network()
    if chosen is None:
        return 0
    due = Purge.objects.filter(title=title, done_at=None, due_at__lte=clock.now(), tries__lt=MOST_TRIES)
    rows = list(due.order_by("pk")[: networks.at_once(chosen)])
    if not rows:
        return 0
    try:
        networks.forget(chosen, title.base_url, list(dict.fromkeys(row.path for row in rows)))
    except fetch.NotFetched as error:
        _later(rows, error)
        return 0
    return Purge.objects.filter(pk__in=[row.pk for row in rows]).update(done_at=clock.now(), said="")


def _later(rows: Sequence[Purge], error: fetch.NotFetched) -> None:
    log.warning("%s was not told of %d changed pages: %s", rows[0].surface, len(rows), error)
    for row in rows:
        pause = min(timedelta(seconds=2 ** min(row.tries, 10)), LONGEST_PAUSE)
        row.tries, row.said = row.tries + 1, str(error)[:300]
        row.due_at = clock.now() + max(pause, timedelta(seconds=error.retry_after))
        row.save(update_fields=["tries", "said", "due_at"])


def clear_away() -> int:
    """Forget rows that were done long ago; returns how many."""
    return Purge.objects.filter(done_at__lt=clock.now() - KEPT).delete()[0]
