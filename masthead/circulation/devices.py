"""Browsers that asked for breaking news: they say so themselves, with one small script, and need no address."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from masthead.circulation.models import Device
from masthead.kit import clock, webpush
from masthead.titles.models import Title

MOST = 100_000
"""Devices of one paper: beyond, somebody makes them up."""


class CannotTake(ValueError):
    """The browser's subscription was not taken. The message is the sentence for the reader."""


def own_key() -> str:
    """The paper's public key, as browsers take it."""
    return webpush.public_key(settings.SECRET_KEY)


def name_of(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()[:40]


@transaction.atomic
def take(title: Title, said: Mapping[str, Any]) -> Device:
    """Keep the subscription that a browser gives (`PushSubscription.toJSON()`), with its time zone and whether the night
    is quiet. Given again, it is brought up to date; `old` names the endpoint that it takes the place of. Raises CannotTake."""
    endpoint, keys = said.get("endpoint"), said.get("keys")
    if not isinstance(endpoint, str) or not isinstance(keys, dict) or not _is_endpoint(endpoint):
        raise CannotTake("Your browser gave no address for messages that we can use. Nothing was changed.")
    p256dh, auth = str(keys.get("p256dh", ""))[:200], str(keys.get("auth", ""))[:200]
    try:
        webpush.check(p256dh, auth)
    except webpush.BadKey:
        raise CannotTake("Your browser gave no key that we can use. Nothing was changed.") from None
    if said.get("key") != own_key():
        raise CannotTake("Our key has changed meanwhile. Load the page again and press the button once more.")
    quiet = _leave_old(title, said.get("old"), endpoint) | _quiet(said.get("night"))
    if Device.objects.filter(title=title).count() >= MOST:
        raise CannotTake("We cannot take more browsers now. Ask for breaking news by e-mail instead.")
    known = {
        "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "key": own_key(), "seen_at": clock.now(), "refusals": 0,
        "time_zone": _zone(said.get("zone")), **quiet,
    }  # fmt: skip
    return Device.objects.update_or_create(title=title, name=name_of(endpoint), defaults=known)[0]


def _is_endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  it raises for a port that does not exist
    except ValueError:
        return False
    # On this machine (http://localhost) only while the paper itself is tried out there.
    here = settings.DEBUG or not settings.HTTPS
    return len(url) <= 1000 and url.isascii() and bool(parts.hostname) and (parts.scheme == "https" or (here and parts.scheme == "http"))


def _zone(name: object) -> str:
    try:
        return ZoneInfo(name).key if isinstance(name, str) and name and len(name) <= 64 else ""
    except (KeyError, ValueError, OSError):
        return ""


def _quiet(night: object) -> dict[str, int]:
    """The night is quiet unless the reader says otherwise. The same hour twice means that no hour is."""
    if night is None:
        return {}
    return {"quiet_from": 0, "quiet_to": 0} if night is True else {"quiet_from": 22, "quiet_to": 7}


def _leave_old(title: Title, old: object, endpoint: str) -> dict[str, int]:
    """End the subscription that a new one takes the place of; its wish for the night goes over."""
    gone = Device.objects.filter(title=title, name=name_of(str(old))).first() if old and old != endpoint else None
    if gone is None:
        return {}
    gone.delete()
    return {"quiet_from": gone.quiet_from, "quiet_to": gone.quiet_to}


def leave(title: Title, endpoint: str) -> bool:
    """No more to this browser; whether it was known."""
    return bool(Device.objects.filter(title=title, name=name_of(endpoint)).delete()[0])


def reachable(title: Title) -> QuerySet[Device]:
    """Those made with the key that we have. Others are silent until their browser opens one of our pages again."""
    return Device.objects.filter(title=title, key=own_key()).select_related("title").order_by("pk")
