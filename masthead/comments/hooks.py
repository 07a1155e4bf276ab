"""Webhooks: other programs of the house are told what happens in the conversation, signed after Standard Webhooks.

A message is written when it leaves, from what stands then: what was removed meanwhile goes out without its words.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from masthead.comments.models import Comment, Hook, State
from masthead.kit import clock, secrets, webhooks
from masthead.kit.prepared import Prepared, Slot
from masthead.mailroom import parcels
from masthead.mailroom.models import Parcel
from masthead.mailroom.parcels import Packed, Wanted
from masthead.stories import gate
from masthead.titles.models import Title

NAME = "conversation"
EVENTS = {State.PUBLISHED: "comment.published", State.HELD: "comment.held", State.REMOVED: "comment.removed", State.WITHDRAWN: "comment.withdrawn"}
REPORTED = "comment.reported"
GOOD_FOR = timedelta(days=1)
MOST = 5
"""Hooks of one paper."""
_PURPOSE = "webhooks of the conversation"


class NotTaken(ValueError):
    """The hook was not made. The message is the sentence for the keyholder."""


def make(title: Title, url: str) -> tuple[Hook, str]:
    """A new hook, and the secret to be shown once. Raises NotTaken."""
    url = url.strip()
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or len(url) > 400:
        raise NotTaken("Write a full address that begins with https://. Nothing was changed.")
    if Hook.objects.filter(title=title).count() >= MOST:
        raise NotTaken(f"A paper has at most {MOST} webhooks; delete one first. Nothing was changed.")
    secret = webhooks.new_secret()
    sealed = secrets.seal(secret, key=settings.SECRET_KEY, purpose=_PURPOSE)
    return Hook.objects.create(title=title, url=url, sealed=sealed), secret


_HOOKS = Prepared(lambda: Hook.objects.filter(title=Slot("title")))


def tell(comment: Comment, event: str) -> None:
    """Have every hook of the paper told. Call it inside the transaction of the change; without hooks it is one query."""
    hooks = _HOOKS.all(title=comment.title_id)
    if not hooks:
        return
    now = clock.now()
    wanted = [
        Wanted(
            comment.title,
            f"{hook.pk}:{event}:{comment.pk}:{now:%Y%m%d%H%M%S%f}",
            urlsplit(hook.url).hostname or "",
            {"hook": hook.pk, "comment": comment.pk, "event": event, "at": now.isoformat()},
            good_until=now + GOOD_FOR,
        )
        for hook in hooks
    ]
    parcels.plan(NAME, wanted)


def said(comment: Comment, event: str, at: str) -> dict[str, Any]:
    """The message: what happened, and the comment as it stands now."""
    story = comment.thread.story
    shown = comment.state in (State.PUBLISHED, State.HELD) and gate.allows(story)
    data: dict[str, Any] = {
        "id": comment.pk,
        "number": comment.number,
        "state": comment.state,
        "story": f"{story.title.base_url}{story.path}" if story.path else None,
        "answers": comment.answers_id,
        "at": comment.at.isoformat(),
        "rule": comment.rule,
        "reasons": [reason["rule"] for reason in comment.reasons],
        "reports": comment.flags,
    }
    if shown:
        data |= {"author": comment.name, "text": comment.body}
    if comment.state == State.PUBLISHED and story.path:
        data["url"] = f"{story.title.base_url}{story.path}comments/{comment.root}/#comment-{comment.number}"
    return {"type": event, "timestamp": at, "data": data}


class Hooks:
    """Writes the messages when they leave, and hears how they went: see mailroom.parcels.Way."""

    again_after_restore = False

    def pack(self, parcel: Parcel) -> Packed | None:
        """The message as things stand now."""
        hook = Hook.objects.filter(pk=parcel.about["hook"]).first()
        comment = (
            Comment.objects.select_related("thread__story__title", "author").filter(pk=parcel.about["comment"]).first()
        )
        if hook is None or comment is None:
            return None
        body = json.dumps(said(comment, parcel.about["event"], parcel.about["at"]), ensure_ascii=False).encode()
        secret = secrets.unseal(hook.sealed, key=settings.SECRET_KEY, purpose=_PURPOSE)
        signed = webhooks.headers(secret, f"msg_{parcel.pk}", body)
        return Packed(hook.url, body, {"Content-Type": "application/json", **signed})

    def arrived(self, parcel: Parcel) -> None:
        """It was taken."""
        Hook.objects.filter(pk=parcel.about["hook"]).update(worked_at=clock.now(), said="")

    def nobody(self, parcel: Parcel) -> None:
        """The address is no more: so the keyholder sees it; the hook stays until they delete it."""
        self.refused(parcel, "There is nothing at this address (404 or 410).")

    def refused(self, parcel: Parcel, said: str) -> None:
        """It was not taken."""
        Hook.objects.filter(pk=parcel.about["hook"]).update(said=said[:300])
