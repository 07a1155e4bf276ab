"""Addresses that get no more letters, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from masthead.kit import clock
from masthead.mailroom.letter import Kind, same
from masthead.mailroom.models import Doubt, Suppressed
from masthead.titles.models import Title

DOUBTS, WITHIN = 3, timedelta(days=7)
ASKED_AGAIN = timedelta(days=1)
"""Somebody who asks for a sign-in link may have mended their mailbox: after a day it is tried again."""
FIELDS = {"address": "", "scope": "all, or letters (all but sign-in and notices)", "why": "", "at": ""}


def rows(title: Title) -> Iterator[dict[str, Any]]:
    """Every such address as plain values, for a paper that moves out."""
    for one in Suppressed.objects.filter(title=title).order_by("pk").iterator():
        yield {"address": one.address, "scope": one.scope, "why": one.why, "at": one.at.isoformat()}


def bring(title: Title, row: dict[str, Any]) -> None:
    """Take one in as `rows` gave it; what is known here stays."""
    said = {"scope": row["scope"], "why": row["why"][:300], "at": datetime.fromisoformat(row["at"])}
    Suppressed.objects.get_or_create(title=title, address=same(row["address"]), defaults=said)


def suppress(title: Title, address: str, scope: str, why: str) -> None:
    """Send no more to `address`; a wider scope takes the place of a narrower one, never the other way."""
    row, new = Suppressed.objects.get_or_create(
        title=title, address=same(address), defaults={"scope": scope, "why": why[:300], "at": clock.now()}
    )
    if not new and scope == Suppressed.Scope.ALL:
        row.scope, row.why, row.at = scope, why[:300], clock.now()
        row.save()


def lift(title: Title, address: str) -> None:
    """Send to `address` again: its owner confirmed it anew."""
    Suppressed.objects.filter(title=title, address=same(address)).delete()
    Doubt.objects.filter(address=same(address)).delete()


def why_not(title: Title, address: str, kind: Kind) -> str:
    """Why nothing of this kind goes to `address`; empty when it may."""
    row = Suppressed.objects.filter(title=title, address=same(address)).first()
    if row is None:
        return ""
    if row.scope == Suppressed.Scope.LETTERS and kind in (Kind.SIGN_IN, Kind.NOTICE):
        return ""
    if kind == Kind.SIGN_IN and row.at < clock.now() - ASKED_AGAIN:
        return ""
    return row.why or "This address gets no letters."


def known(addresses: Iterable[str]) -> set[str]:
    """Those of these addresses of which something is noted, at any paper: only of these need `why_not` be asked."""
    return set(Suppressed.objects.filter(address__in={same(one) for one in addresses}).values_list("address", flat=True))


def doubt(title: Title, address: str, why: str) -> None:
    """Count that an address could not be reached for now; the third time within a week it is taken for gone."""
    Doubt.objects.create(address=same(address), at=clock.now())
    since = clock.now() - WITHIN
    Doubt.objects.filter(at__lt=since).delete()
    if Doubt.objects.filter(address=same(address), at__gte=since).count() >= DOUBTS:
        suppress(title, address, Suppressed.Scope.ALL, f"Not reached {DOUBTS} times in a week: {why}")
