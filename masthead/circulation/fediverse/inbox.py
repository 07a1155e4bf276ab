"""What other servers tell us: somebody follows, somebody left. All else is taken politely and forgotten.

A request is kept as it came and answered at once; whether its signature is true is found out afterwards, beside
everything else, because the key must be fetched from the very server that asked.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urldefrag, urlsplit

from django.db import transaction

from masthead.circulation.fediverse import actors, documents, publishing
from masthead.circulation.models import Actor, FarFollower, Inbound
from masthead.kit import clock, fetch, httpsig
from masthead.titles.models import Title

log = logging.getLogger("masthead.fediverse")

MOST_BYTES = 100_000
MOST_WAITING = 5000
MOST_TRIES = 6
MOST_FOLLOWERS = 200_000
KEPT = timedelta(days=365)
"""Who left is known for so long: their server is told of stories that we take back."""
ACCEPT = f'{documents.TYPE}, application/ld+json; profile="{documents.STREAMS}"'


class NotTaken(ValueError):
    """The request was not taken. `status` is what to answer; the message says why."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def take(title: Title, url: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Keep a request to look at, if it is of a kind that concerns us; whether it was kept. Raises NotTaken."""
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("actor"), str):
        raise NotTaken(400, "This is no activity.")
    if not _concerns(title, said):
        return False
    try:
        claimed = httpsig.claim(httpsig.Request("POST", url, headers, body), clock.now())
    except httpsig.BadSignature as error:
        raise NotTaken(401, str(error)) from None
    if not _same_host(claimed.key_id, said["actor"]):
        raise NotTaken(401, "The key belongs to another server than the actor.")
    if Inbound.objects.filter(title=title).count() >= MOST_WAITING:
        raise NotTaken(503, "Too much waits to be looked at; try again later.")
    kept = {name: value for name, value in headers.items() if name in _KEPT}
    Inbound.objects.create(title=title, url=url[:500], headers=kept, body=body.decode("utf-8", "replace"))
    return True


_KEPT = frozenset(
    {"host", "date", "digest", "content-digest", "content-type", "content-length", "signature", "signature-input", "user-agent", "accept",
     "accept-encoding"}
)  # fmt: skip


def _concerns(title: Title, said: Mapping[str, Any]) -> bool:
    """Follows, their end, and the end of an account that follows us: servers tell of every account they ever had."""
    kind = said.get("type")
    if kind == "Delete":
        return FarFollower.objects.filter(actor__title=title, uri=said["actor"], left_at=None).exists()
    inner = said.get("object")
    return kind == "Follow" or (kind == "Undo" and (not isinstance(inner, dict) or inner.get("type") == "Follow"))


def work_off(allows: fetch.Judge = fetch.is_public, limit: int = 40) -> int:
    """Look at what came; returns how many requests are done with."""
    due = Inbound.objects.filter(due_at__lte=clock.now()).select_related("title").order_by("due_at", "id")
    return sum(_look_at(row, allows) for row in due[:limit])


def _look_at(row: Inbound, allows: fetch.Judge) -> int:
    said, body = json.loads(row.body), row.body.encode()
    try:
        claimed = httpsig.claim(httpsig.Request("POST", row.url, row.headers, body), clock.now())
        sender = _sender(row.title, claimed.key_id, said["actor"], allows)
        httpsig.verify(claimed, sender["publicKey"]["publicKeyPem"])
    except fetch.NotFetched as error:
        if error.status in (404, 410):
            return _gone(row, said)
        return _later(row, str(error))
    except (httpsig.BadSignature, KeyError, TypeError, ValueError) as error:
        log.info("What said it came from %s was not believed: %s", said.get("actor"), error)
        row.delete()
        return 1
    with transaction.atomic():
        _obey(row.title, said, sender)
        row.delete()
    return 1


def _later(row: Inbound, why: str) -> int:
    row.tries += 1
    if row.tries >= MOST_TRIES:
        log.info("What came from the fediverse was given up: %s", why)
        row.delete()
        return 1
    Inbound.objects.filter(pk=row.pk).update(tries=row.tries, due_at=clock.now() + timedelta(minutes=2**row.tries))
    return 0


def _gone(row: Inbound, said: Mapping[str, Any]) -> int:
    """Their server says itself that the account is no more; that needs no signature."""
    if said.get("type") == "Delete":
        _leave(FarFollower.objects.filter(actor__title=row.title, uri=said["actor"]))
    row.delete()
    return 1


def _sender(title: Title, key_id: str, uri: str, allows: fetch.Judge) -> dict[str, Any]:
    """The actor that owns the key, from its own server. Raises fetch.NotFetched, ValueError."""
    found = _document(title, uri, allows)
    key = found.get("publicKey")
    keys = key if isinstance(key, list) else [key]
    right = next((one for one in keys if isinstance(one, dict) and one.get("id") == key_id and one.get("owner") == uri), None)
    if found.get("id") != uri or right is None or not isinstance(found.get("inbox"), str) or not _same_host(found["inbox"], uri):
        raise ValueError("The key is not one of that actor’s.")
    return {**found, "publicKey": right}


def _document(title: Title, uri: str, allows: fetch.Judge) -> dict[str, Any]:
    """A document of another server. We sign in, because some show nothing to strangers."""
    url = urldefrag(uri).url
    us = actors.find(title, actors.PAPER)
    signed: dict[str, str] = {}
    if us:
        signed = httpsig.sign("GET", url, b"", key_id=actors.key_id(us), private=actors.private_key(us), at=clock.now())
    answer = fetch.get(url, most=MOST_BYTES, allows=allows, proof={"Accept": ACCEPT, **signed})
    if not _same_host(answer.url, uri):
        raise ValueError("Another server answered for that actor.")
    said = json.loads(answer.data)
    if not isinstance(said, dict):
        raise ValueError("That is no actor.")
    return said


def _same_host(one: str, other: str) -> bool:
    try:
        mine, theirs = urlsplit(one), urlsplit(other)
    except ValueError:
        return False
    return bool(mine.netloc) and (mine.scheme, mine.netloc.lower()) == (theirs.scheme, theirs.netloc.lower())


def _obey(title: Title, said: Mapping[str, Any], sender: Mapping[str, Any]) -> None:
    kind, inner = said.get("type"), said.get("object")
    if kind == "Follow":
        actor = _ours(title, inner)
        if actor:
            _follow(actor, dict(said), sender)
    elif kind == "Undo":
        # Some servers name the follow by its address alone: then it is whatever they followed.
        ours = _ours(title, inner.get("object")) if isinstance(inner, dict) else None
        rows = FarFollower.objects.filter(actor__title=title, uri=sender["id"])
        _leave(rows.filter(actor=ours) if ours else rows.none() if isinstance(inner, dict) else rows)
    elif kind == "Delete" and inner in (sender["id"], {"id": sender["id"]}):
        _leave(FarFollower.objects.filter(actor__title=title, uri=sender["id"]))


def _ours(title: Title, uri: object) -> Actor | None:
    begin = f"{title.base_url}{actors.ROOT}"
    if not isinstance(uri, str) or not uri.startswith(begin):
        return None
    return actors.find(title, uri.removeprefix(begin))


def _follow(actor: Actor, said: dict[str, Any], sender: Mapping[str, Any]) -> None:
    endpoints = sender.get("endpoints")
    shared = endpoints.get("sharedInbox") if isinstance(endpoints, dict) else None
    shared = shared if isinstance(shared, str) and len(shared) <= 500 and _same_host(shared, sender["id"]) else ""
    if len(sender["id"]) > 500 or len(sender["inbox"]) > 500 or actor.followers.count() >= MOST_FOLLOWERS:
        return
    known = {"inbox": sender["inbox"], "shared_inbox": shared, "left_at": None}
    FarFollower.objects.update_or_create(actor=actor, uri=sender["id"], defaults=known)
    publishing.answer(actor, said, sender["inbox"])


def _leave(rows: Any) -> None:
    rows.filter(left_at=None).update(left_at=clock.now())


def forget_old() -> int:
    """Forget who left long ago; returns how many."""
    return FarFollower.objects.filter(left_at__lt=clock.now() - KEPT).delete()[0]
