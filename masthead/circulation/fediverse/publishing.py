"""What other servers are told: that a story appeared, that it says something else, that it is gone.

What stands on other servers is compared with what the gate says now, whatever the diary's entry was; so entries may come
twice or late. Each telling is a parcel for one server, written from the gate when it leaves. That a story is gone is told
to every server that may have it, also to those that nobody follows us from any more.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import transaction

from masthead.circulation.fediverse import actors, documents
from masthead.circulation.fediverse.documents import Document
from masthead.circulation.models import Actor, FarFollower, Post
from masthead.kit import clock, httpsig
from masthead.kit.prepared import Prepared, Slot
from masthead.mailroom import parcels
from masthead.mailroom.courier import LEASE
from masthead.mailroom.models import Parcel
from masthead.mailroom.parcels import Packed, Wanted
from masthead.stories.models import Story
from masthead.titles.models import Title

NAME = "fediverse"
FRESH = timedelta(days=1)
"""A story that opened longer ago is no news for other servers: an archive that moves in stays here."""
NEWS_GOOD_FOR, DELETES_GOOD_FOR = timedelta(days=2), timedelta(days=14)


_POST = Prepared(lambda: Post.objects.filter(story=Slot("story"), gone_at=None).select_related("story__title", "title").order_by("pk")[:1])


@transaction.atomic
def reconcile(story: Story) -> int:
    """Bring other servers to what readers may see of the story now; returns how many tellings that takes."""
    post = _POST.first(story=story.pk)
    if post is None:
        return _appear(story) if actors.what() else 0
    said = documents.note(post)
    if said is None:
        return _take_back(post)
    digest = _digest(said)
    if digest == post.digest:
        return 0
    Post.objects.filter(pk=post.pk).update(digest=digest)
    return _tell(post, "update", _where(post.title), stamp=uuid.uuid4().hex[:12])


def _appear(story: Story) -> int:
    """Post it, if readers may see it and it is news."""
    opened = max(filter(None, (story.first_published_at, story.embargo_ends)), default=None)
    if opened is None or clock.now() - opened > FRESH:
        return 0
    number = Post.objects.filter(story=story).count() + 1
    post = Post(title=story.title, story=story, name=f"{story.uid}-{number}", at=clock.now())
    said = documents.note(post)
    if said is None:
        return 0
    post.digest = _digest(said)
    post.save()
    told = _tell(post, "create", _where(post.title, actors.PAPER))
    section = actors.slot_of(story.section)
    return told + _tell(post, "announce", _where(post.title, section), slot=section)


def _take_back(post: Post) -> int:
    Post.objects.filter(pk=post.pk).update(gone_at=clock.now())
    queued = Parcel.objects.filter(way=NAME, key__startswith=f"fedi:{post.pk}:", state="queued")
    # One that is under way at this moment may arrive after the word that the post is gone: that is said once more.
    late = {row.about["inbox"] for row in queued.filter(tries__gt=0)}
    parcels.drop(queued, "The story was taken back.")
    told = _tell(post, "delete", _where(post.title, left_too=True))
    return told + _tell(post, "delete", late, stamp="again", wait=LEASE + timedelta(minutes=1))


def _digest(said: Document) -> str:
    return hashlib.sha256(f"{said['content']} {said['url']}".encode()).hexdigest()


def _where(title: Title, slot: str = "", *, left_too: bool = False) -> set[str]:
    """Where it is brought: one inbox for a whole server where it has one."""
    rows = FarFollower.objects.filter(actor__title=title)
    if slot:
        rows = rows.filter(actor__slot=slot)
    if not left_too:
        rows = rows.filter(left_at=None)
    return {row.where for row in rows.only("inbox", "shared_inbox").iterator(2000)}


def _tell(post: Post, kind: str, inboxes: Iterable[str], *, stamp: str = "", slot: str = actors.PAPER, wait: timedelta | None = None) -> int:
    now = clock.now()
    return parcels.plan(
        NAME,
        [
            Wanted(
                title=post.title, key=f"fedi:{post.pk}:{kind}{stamp}:{_short(inbox)}", host=urlsplit(inbox).netloc,
                about={"kind": kind, "post": post.pk, "inbox": inbox, "slot": slot, "stamp": stamp}, due_at=now + wait if wait else now,
                good_until=now + (DELETES_GOOD_FOR if kind == "delete" else NEWS_GOOD_FOR),
            )
            for inbox in sorted(inboxes)
        ],
    )  # fmt: skip


def answer(actor: Actor, follow: Document, inbox: str) -> None:
    """Tell a server that somebody of theirs follows us now."""
    stamp = hashlib.sha256(json.dumps(follow, sort_keys=True).encode()).hexdigest()[:24]
    about = {"kind": "accept", "slot": actor.slot, "inbox": inbox, "stamp": stamp, "follow": {k: follow.get(k) for k in ("id", "actor")}}
    key = f"fedi:accept:{actor.pk}:{stamp}:{uuid.uuid4().hex[:8]}"
    parcels.plan(NAME, [Wanted(actor.title, key, urlsplit(inbox).netloc, about, good_until=clock.now() + NEWS_GOOD_FOR)])


def _short(inbox: str) -> str:
    return hashlib.sha256(inbox.encode()).hexdigest()[:24]


class Tellings:
    """How tellings are written and signed, and what becomes of followers whose server is gone."""

    again_after_restore = True

    def pack(self, parcel: Parcel) -> Packed | None:
        """What is true now, signed by the actor that says it."""
        about = parcel.about
        actor = actors.find(parcel.title, about["slot"]) or Actor.objects.filter(title=parcel.title, slot=about["slot"]).first()
        said = written(parcel.title, actor, about) if actor else None
        if actor is None or said is None:
            return None
        body, inbox = json.dumps(said, ensure_ascii=False).encode(), about["inbox"]
        headers = httpsig.sign(
            "POST", inbox, body, key_id=actors.key_id(actor), private=actors.private_key(actor), at=clock.now(),
            content_type=documents.TYPE, scheme=about.get("scheme", httpsig.OLD),
        )  # fmt: skip
        return Packed(inbox, body, headers)

    def arrived(self, parcel: Parcel) -> None:
        """Nothing to do: the parcel's own row says so."""

    def nobody(self, parcel: Parcel) -> None:
        """An inbox that is gone. Of a shared one, the people behind it may still have their own."""
        rows = FarFollower.objects.filter(actor__title=parcel.title)
        rows.filter(inbox=parcel.about["inbox"]).delete()
        rows.filter(shared_inbox=parcel.about["inbox"]).update(shared_inbox="")

    def refused(self, parcel: Parcel, said: str) -> None:
        """A server that knows only RFC 9421 refuses our older signature: it is told once more in the newer."""
        if "answered with 401" in said and "scheme" not in parcel.about:
            about = {**parcel.about, "scheme": httpsig.NEW}
            parcels.plan(NAME, [Wanted(parcel.title, f"{parcel.key}:9421"[:200], parcel.host, about, good_until=parcel.good_until)])


def written(title: Title, actor: Actor, about: Document) -> Document | None:
    """The activity that a parcel is about, as things stand now; None when there is nothing to say any more."""
    if about["kind"] == "accept":
        return documents.accept(actor, about["follow"], about["stamp"])
    post = Post.objects.filter(title=title, pk=about["post"]).select_related("story__title", "story__section", "title").first()
    if post is None:
        return None
    if about["kind"] == "delete":
        return documents.delete(post)
    if about["kind"] == "announce":
        return documents.announce(post, actor)
    return documents.update(post, about["stamp"]) if about["kind"] == "update" else documents.create(post)
