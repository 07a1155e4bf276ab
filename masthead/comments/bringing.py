"""Comments that come with an archive: from another system, or from another Masthead.

Whoever wrote them has no account here. Their name stands as it stood there; of their address only a keyed digest is
kept, and when a reader proves that address, what they wrote there is theirs (to change nothing, but to take back, to
have, to have erased). Addresses of networks and of web sites are not taken at all.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from masthead.comments import facts, moderating, moving, standing
from masthead.comments.models import Comment, State, Thread
from masthead.comments.writing import DEEPEST
from masthead.kit import clock, html, remarks, secrets
from masthead.people.models import Reader
from masthead.stories import talk
from masthead.stories.models import Story
from masthead.titles import scope

STATES = {"approved": State.PUBLISHED, "waiting": State.HELD, "removed": State.REMOVED, "withdrawn": State.WITHDRAWN}
"""What is taken. Of what was deleted or spam there, nothing comes but the place of one that somebody answered."""
A_NAME = 80


@dataclass(frozen=True, slots=True)
class Came:
    """One comment of an archive."""

    key: str
    """Its id there."""
    parent: str
    """The id there of what it answers; empty for none."""
    author: str
    text: str
    at: datetime | None
    state: str = "approved"
    """approved, waiting, removed, withdrawn; spam and deleted ones do not come."""
    address: str = ""
    likes: int = 0
    is_html: bool = True
    rule: str = ""
    role: str = ""


@transaction.atomic
def bring(story: Story, origin: str, came: Sequence[Came]) -> Counter[str]:
    """Add what came from `origin` to the thread of `story`; returns counts in words. What came before is not taken twice."""
    counts: Counter[str] = Counter()
    thread = Thread.objects.select_for_update().get(pk=standing.thread_of(story).pk)
    known = dict(Comment.objects.filter(thread=thread).exclude(came_from="").values_list("came_from", "pk"))
    here: dict[str, Comment] = {}
    if known:
        here = {row.came_from: row for row in Comment.objects.filter(pk__in=known.values())}
    answered = {one.parent for one in came if one.parent and one.state in STATES}
    rows: list[Comment] = []
    for one in sorted(came, key=lambda c: (c.at or clock.now(), len(c.key), c.key)):
        name = _came_from(story, origin, one.key)
        if name in here:
            counts["comments that had come before"] += 1
            continue
        state = STATES.get(one.state)
        if state is None:
            counts[f"comments left out, {one.state} there"] += 1
            if one.key not in answered:
                continue
            state = State.WITHDRAWN
        parent = here.get(_came_from(story, origin, one.parent)) if one.parent else None
        if one.parent and parent is None:
            counts["answers to what did not come; they stand by themselves"] += 1
        row = _row(thread, one, state, name, parent)
        if state in (State.PUBLISHED, State.HELD) and not row.body:
            counts["comments without words, left out"] += 1
            continue
        thread.last_number, thread.last_root = row.number, row.place or thread.last_root
        here[name] = row
        rows.append(row)
        counts[{State.PUBLISHED: "comments", State.HELD: "comments that wait for an editor"}.get(State(state), "tombstones")] += 1
    if rows:
        _keep(thread, story, rows)
    return counts


def _came_from(story: Story, origin: str, key: str) -> str:
    # With the story: exports are known to use one id twice.
    whole = f"{origin}#{story.pk}/{key}"
    return whole if len(whole) <= 120 else hashlib.sha256(whole.encode()).hexdigest()


def _row(thread: Thread, one: Came, state: State, came_from: str, parent: Comment | None) -> Comment:
    text = remarks.plain(html.to_plain(one.text) if one.is_html else one.text) if one.state in STATES else ""
    number, above = thread.last_number + 1, parent
    while above is not None and above.depth >= DEEPEST:
        above = above.above  # type: ignore[attr-defined]
    at = one.at or clock.now()
    row = Comment(
        thread=thread,
        title_id=thread.title_id,
        number=number,
        root=above.root if above else number,
        place=0 if above else thread.last_root + 1,
        path=(above.path if above else "") + moving.element(number),
        depth=above.depth + 1 if above else 0,
        byline=" ".join(remarks.plain(one.author).split())[:A_NAME],
        role=one.role if one.role in ("writer", "newsroom") else "",
        body=text,
        markup=remarks.markup(text),
        digest=hashlib.blake2b(came_from.encode(), digest_size=20).hexdigest(),
        likeness=facts.likeness(text),
        state=state,
        rule=one.rule[:30],
        reasons=[] if state != State.HELD else [WAITED],
        at=at,
        shown_at=at if state == State.PUBLISHED else None,
        respects=max(0, min(one.likes, 1_000_000)),
        came_from=came_from,
        claim=claim_of(one.address) if one.address else "",
    )
    row.above = above  # type: ignore[attr-defined]
    row.to = parent  # type: ignore[attr-defined]
    return row


WAITED = {
    "rule": "read-before",
    "does": "hold",
    "said": "It waited for an editor where it came from.",
    "spans": [],
    "desk": "",
}


def _keep(thread: Thread, story: Story, rows: list[Comment]) -> None:
    Comment.objects.bulk_create(rows, batch_size=500)
    for row in rows:
        if row.to is not None:  # type: ignore[attr-defined]
            row.answers = row.to  # type: ignore[attr-defined]
    Comment.objects.bulk_update([row for row in rows if row.answers_id], ["answers"], batch_size=500)
    shown = [row for row in rows if row.state == State.PUBLISHED]
    below: Counter[int] = Counter(number for row in shown for number in moving.ancestors(row))
    changed = list(Comment.objects.filter(thread=thread, number__in=below))
    for row in changed:
        row.below += below[row.number]
    Comment.objects.bulk_update(changed, ["below"], batch_size=500)
    thread.count += len(shown)
    thread.last_at = max([row.at for row in shown] + [thread.last_at] * bool(thread.last_at), default=None)
    thread.save(update_fields=["last_number", "last_root", "count", "last_at"])
    talk.changed(story, {talk.key(story.pk), talk.every_key(story.pk)})


# --- whose they are -------------------------------------------------------------------------------------------


def claim_of(address: str) -> str:
    """A keyed digest of an e-mail address in lower case: proves that it is the same one, and tells nobody which."""
    key = secrets.derived(settings.SECRET_KEY, purpose="addresses of archived comments")
    return hmac.new(key, address.strip().lower().encode(), hashlib.sha256).hexdigest()[:40]


@transaction.atomic
@scope.across()
def claim(reader: Reader) -> int:
    """Give a reader what they wrote before there were accounts, by the address that they have proven; returns how many."""
    if not reader.address:
        return 0
    found = Comment.objects.filter(claim=claim_of(reader.address), author=None)
    mine = list(found.values_list("pk", flat=True))
    if not mine:
        return 0
    done = Comment.objects.filter(pk__in=mine, author=None).update(author=reader, claim="")
    if reader.name:
        moderating.renamed(reader)
    return done
