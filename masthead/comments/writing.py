"""What a reader does: write, answer, change, take back, respect, report. Nothing is lost silently, and nothing twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masthead.comments import facts, hooks, learning, moving, notifying, rules, standing
from masthead.comments.models import (
    Comment,
    Flag,
    Learned,
    Mode,
    Mute,
    Respect,
    Revision,
    Rulebook,
    Sanction,
    State,
    Thread,
)
from masthead.comments.rules import Does, Reason
from masthead.kit import clock, remarks
from masthead.kit.prepared import Prepared, Slot
from masthead.people import roles
from masthead.people.models import Reader
from masthead.stories import talk
from masthead.stories.models import Story
from masthead.titles import scope

DEEPEST = 4
"""Below that, an answer stands beside what it answers, and says whom."""
EACH = ((timedelta(seconds=5), 1), (timedelta(minutes=10), 15), (timedelta(days=1), 100))
"""How often one reader may write."""
NEW = ((timedelta(minutes=10), 3), (timedelta(days=1), 15))
"""How often, on the first day of an account."""
NETWORK = ((timedelta(minutes=10), 40),)
"""How often accounts of the first day may write from one network: an office is not stopped, a farm of accounts is."""
RESPECTS, REPORTS = ((timedelta(minutes=1), 30),), ((timedelta(minutes=10), 10), (timedelta(days=1), 50))
"""How often one reader may respect, and report."""
AGAIN = timedelta(seconds=2)
"""A respect is not turned about faster: a double click is one."""
HIDES_ITSELF = 3.0
"""Weight of reports at which a comment waits for an editor; see `moderating.weight`."""


class NotTaken(ValueError):
    """It was not taken. The message is the sentence for the reader."""

    def __init__(self, said: str, status: int = 422) -> None:
        super().__init__(said)
        self.status = status


@dataclass
class Asks(Exception):
    """The author is asked first: each reason in words. What was written is kept in the form.

    `may_insist`: sent again as it is, an editor reads it; otherwise it must be changed.
    """

    text: str
    reasons: list[Reason] = field(default_factory=list)
    may_insist: bool = True
    calmer: str = ""


def _digest(thread: Thread, parent: Comment | None, text: str) -> str:
    said = f"{thread.pk}\0{parent.pk if parent else 0}\0{' '.join(text.split())}"
    return hashlib.blake2b(said.encode(), digest_size=20).hexdigest()


def barred(reader: Reader, title: int) -> Sanction | None:
    """What keeps a reader from writing now: a suspension or a ban."""
    return next(iter(facts.sanctions(reader, title, Sanction.Kind.SUSPEND, Sanction.Kind.BAN)), None)


def _may_write(book: Rulebook, thread: Thread, story: Story, reader: Reader) -> standing.Now:
    at = standing.now(book, thread, story)
    if at.mode not in (Mode.OPEN, Mode.PRE):
        raise NotTaken(
            _("Nobody can write under this story now. Nothing was kept; copy your words if you want to send them to us."),
            409,
        )
    if not reader.name:
        raise NotTaken(_("Choose the name under which you write, then send it again."))
    if held := barred(reader, book.title_id):
        until = date_format(held.until.astimezone(book.title.zone), "DATETIME_FORMAT") if held.until else ""
        said = _("You cannot write here until {until}.").format(until=until) if until else _("You cannot write here.")
        raise NotTaken(f"{said} {held.note}".strip(), 403)
    return at


def _in_turn(book: Rulebook, thread: Thread, reader: Reader, network: str) -> None:
    """Raises NotTaken for who writes too often. Counted in the database: no header and no restart forgets it."""
    now = clock.now()
    pause = standing.slow(book, thread)
    each = [*EACH, *((timedelta(seconds=pause), 1),) * bool(pause)]
    if now - reader.joined_at < timedelta(days=1):
        each += NEW
        for span, most in NETWORK:
            near = (
                Comment.objects.filter(
                    network=network, at__gt=now - span, author__joined_at__gt=now - timedelta(days=1)
                )
                if network
                else None
            )
            # A flood is counted over all papers of the house, as what an account writes is, below.
            with scope.across():
                many = near is not None and near[: most + 1].count() > most
            if many:
                raise NotTaken(
                    _("Too many new accounts write from your network. What you wrote is still in the form; try again in ten minutes."),
                    429,
                )
    with scope.across():
        came = _CAME.all(reader=reader.pk, since=now - timedelta(days=1))
    for span, most in each:
        if sum(at > now - span for at in came) >= most:
            raise NotTaken(_("That was quick. What you wrote is still in the form; send it again {when}.").format(when=_wait(span)), 429)


def _not_too_often(rows: QuerySet[Any], limits: tuple[tuple[timedelta, int], ...]) -> None:
    """Raises NotTaken when `rows` (of one reader, with `at`) are as many as they may be."""
    for span, most in limits:
        if rows.filter(at__gt=clock.now() - span)[:most].count() >= most:
            raise NotTaken(_("That was very much in a short time. Nothing was changed; try again {when}.").format(when=_wait(span)), 429)


def _not_barred(reader: Reader, title: int) -> None:
    if barred(reader, title):
        raise NotTaken(_("You cannot take part here now. Nothing was changed."), 403)


def _wait(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return _("in {seconds} seconds").format(seconds=seconds) if seconds < 120 else _("in ten minutes") if seconds < 3600 else _("tomorrow")


_THREAD = Prepared(
    lambda: Thread.objects.select_for_update(of=("self",)).select_related("story__title", "story__section").filter(story=Slot("story"))
)
_SAID = Prepared(
    lambda: Comment.objects.filter(thread=Slot("thread"), author=Slot("reader"), digest=Slot("digest")).select_related("thread__story")
)
_CAME = Prepared(
    lambda: Comment.objects.filter(author=Slot("reader"), at__gt=Slot("since")).order_by("-at").values_list("at", flat=True)[: max(most for _, most in EACH)]
)
_LEARNED = Prepared(lambda: Learned.objects.defer("weights").filter(title=Slot("title")))


@contextmanager
def _taking() -> Iterator[None]:
    """One comment after the other, in a transaction of its own. Whoever waits for SQLite's lock sleeps and looks again, up to a
    tenth of a second each time; threads of one process wait for each other here instead, and not a moment too long."""
    with _turn if connection.vendor == "sqlite" and not connection.in_atomic_block else nullcontext(), transaction.atomic():
        yield


_turn = Lock()


@_taking()
def post(
    story: Story,
    reader: Reader,
    text: str,
    *,
    answers: int = 0,
    insist: bool = False,
    network: str = "",
    asks: bool = False,
) -> Comment:
    """Take what a reader wrote under `story`, as an answer to the comment with number `answers`. `asks`: it is a question
    to the reporter, and waits for an answer on the desk.

    The same words again give the same comment back: a retry after a lost answer doubles nothing. Raises NotTaken, Asks.
    """
    text = remarks.plain(text)
    if not text.strip():
        raise NotTaken(_("There is nothing in it. Write what you want to say, then send it again."))
    book = standing.book_of(story.title_id)
    # From here on one after the other: numbers have no gaps, and limits are counted right.
    thread = _THREAD.first(story=story.pk) or _THREAD.all(story=standing.thread_of(story).story_id)[0]
    story = thread.story
    parent = _parent(thread, answers)
    digest = _digest(thread, parent, text)
    if again := _SAID.first(thread=thread.pk, reader=reader.pk, digest=digest):
        return again
    at = _may_write(book, thread, story, reader)
    _in_turn(book, thread, reader, network)
    waits = _why_it_waits(at)
    known = facts.gather(book, thread, reader, text, network=network, waits=waits)
    role = _role(reader, story)
    reasons = [] if role else rules.look(text, known)
    state = _outcome(text, reasons, insist)
    learned = None if role else _LEARNED.first(title=book.title_id)
    chance = learning.guess(learned, text, known)
    asked_for = at.mode == Mode.PRE and at.why not in ("paper", "section")
    lane = learning.lane(book, learned, reasons, chance, digest, asked_for=asked_for) if state == State.HELD else ""
    if lane == "fast":
        state = State.PUBLISHED
    comment = _new(
        thread,
        parent,
        reader,
        text,
        digest,
        state=state,
        reasons=[*(r.kept() for r in reasons), *([learning.SAMPLED] if lane == "sample" else [])],
        role=role,
        lane=lane,
        network=network,
        asks="open" if asks and not role else "",
        risk=max(rules.risk(reasons, known.removed), chance),
    )
    if role and parent is not None and parent.asks == "open":
        Comment.objects.filter(pk=parent.pk).update(asks="answered")
        moving.touched([parent])
    last = {"last_number": thread.last_number, "last_root": thread.last_root}
    if state == State.PUBLISHED:
        moving.count(comment, 1, **last)
        talk.changed(story, moving.keys(comment, thread))
        notifying.answered(comment)
    else:
        Thread.objects.filter(pk=thread.pk).update(**last)
    hooks.tell(comment, hooks.EVENTS[State(comment.state)])
    if standing.slow_down(book, thread):
        talk.changed(story, {talk.key(story.pk)})
    return comment


def _parent(thread: Thread, answers: int) -> Comment | None:
    if not answers:
        return None
    found = Comment.objects.filter(thread=thread, number=answers).first()
    if found is None or found.state != State.PUBLISHED:
        raise NotTaken(
            _("The comment that you answer is no longer there. What you wrote is still in the form; send it as a comment of its own."),
            409,
        )
    return found


def _why_it_waits(at: standing.Now) -> str:
    if at.mode != Mode.PRE:
        return ""
    return {
        "corrected": _("The story was corrected, so an editor reads comments first for now."),
        "hours": _("It is outside the hours in which our editors are here; they read it when they are back."),
        "sensitive": _("Under stories like this one an editor reads every comment first."),
    }.get(at.why, _("Under this story an editor reads every comment first."))


def _role(reader: Reader, story: Story) -> str:
    """What the paper vouches for. Staff of this paper alone, as they were appointed."""
    user = reader.user
    if user is None or not user.is_active or not roles.may(user, roles.Deed.SEE, title=story.title_id):
        return ""
    return "writer" if story.credits.filter(person__user=user).exists() else "newsroom"


def _outcome(text: str, reasons: list[Reason], insist: bool) -> State:
    """Published or held. Raises Asks where the author has to change it, or is asked first."""
    refused = [r for r in reasons if r.does == Does.REJECT]
    if refused:
        raise Asks(text, refused, may_insist=False)
    asked = [r for r in reasons if r.does == Does.NUDGE]
    if asked and not insist:
        raise Asks(text, asked, calmer=rules.calmer(text) if any(r.rule == "shouting" for r in asked) else "")
    return State.HELD if reasons else State.PUBLISHED


def _new(thread: Thread, parent: Comment | None, reader: Reader, text: str, digest: str, **fields: Any) -> Comment:
    number = thread.last_number + 1
    above = parent
    if parent is not None and parent.depth >= DEEPEST:
        above = Comment.objects.get(thread=thread, number=moving.ancestors(parent)[-1])
    place = 0 if above else thread.last_root + 1
    thread.last_number, thread.last_root = number, place or thread.last_root
    return Comment.objects.create(
        thread=thread,
        title_id=thread.title_id,
        number=number,
        root=above.root if above else number,
        place=place,
        path=(above.path if above else "") + moving.element(number),
        depth=above.depth + 1 if above else 0,
        answers=parent,
        author=reader,
        body=text,
        markup=remarks.markup(text),
        digest=digest,
        likeness=facts.likeness(text),
        shown_at=clock.now() if fields["state"] == State.PUBLISHED else None,
        **fields,
    )


# --- afterwards ---------------------------------------------------------------------------------------------


def may_change(comment: Comment, reader: Reader, book: Rulebook) -> bool:
    """Whether its author may still change a comment: by the server's clock, and only while nobody has judged it."""
    until = comment.at + timedelta(seconds=book.edit_seconds)
    return comment.author_id == reader.pk and comment.state in (State.PUBLISHED, State.HELD) and clock.now() < until


@transaction.atomic
def change(comment: Comment, reader: Reader, text: str, *, insist: bool = False) -> Comment:
    """Change one's own comment within the paper's minutes; it is looked at again. Raises NotTaken, Asks."""
    comment = Comment.objects.select_for_update().select_related("thread__story").get(pk=comment.pk)
    book = standing.book_of(comment.title_id)
    if not may_change(comment, reader, book):
        raise NotTaken(
            _("The minutes in which you could change it are over; it stands as it was. You can still take it back."), 409
        )
    _not_barred(reader, comment.title_id)
    text = remarks.plain(text)
    if not text.strip():
        raise NotTaken(_("There is nothing in it. To take your comment back, use “Take back”."))
    if text == comment.body:
        return comment
    at = standing.now(book, comment.thread, comment.thread.story)
    if at.mode not in (Mode.OPEN, Mode.PRE):
        raise NotTaken(_("Nobody can write under this story any more; your comment stands as it was. You can take it back."), 409)
    known = facts.gather(
        book, comment.thread, reader, text, network=comment.network, waits=_why_it_waits(at), but=comment.pk
    )
    reasons = [] if comment.role else rules.look(text, known)
    outcome = _outcome(text, reasons, insist)
    # What was held for good reason is not let through by changing it.
    state = State.HELD if comment.state == State.HELD else outcome
    Revision.objects.create(comment=comment, body=comment.body)
    digest = _digest(comment.thread, comment.answers, text)
    if Comment.objects.filter(author=reader, digest=digest).exclude(pk=comment.pk).exists():
        raise NotTaken(_("You have said exactly this here already. Your comment stands as it was."), 409)
    kept = [r.kept() for r in reasons] or (comment.reasons if state == State.HELD else [])
    gone = comment.state == State.PUBLISHED
    moving.move(
        comment,
        state,
        body=text,
        markup=remarks.markup(text),
        digest=digest,
        likeness=facts.likeness(text),
        edited_at=clock.now(),
        reasons=kept,
    )
    if gone and state == State.PUBLISHED:
        # The old words must not be met any more.
        moving.touched([comment], gone=True)
    return comment


@transaction.atomic
def take_back(comment: Comment, reader: Reader) -> Comment:
    """Take one's own comment back, at any time. With answers below it, a tombstone stays; the words go."""
    comment = Comment.objects.select_for_update().select_related("thread__story").get(pk=comment.pk)
    if comment.author_id != reader.pk:
        raise NotTaken(_("This comment is somebody else’s. Nothing was changed."), 403)
    if comment.state in (State.PUBLISHED, State.HELD):
        moving.move(comment, State.WITHDRAWN, flags=0, picked=False, withdrawn_at=clock.now())
        notifying.unsay(comment)
    return comment


@transaction.atomic
def respect(comment: Comment, reader: Reader) -> bool:
    """Respect a comment, or take that back; says whether it is respected now. One's own cannot be."""
    if comment.author_id == reader.pk:
        raise NotTaken(_("This is your own comment."), 409)
    if comment.state != State.PUBLISHED:
        raise NotTaken(_("This comment is no longer there."), 409)
    _not_barred(reader, comment.title_id)
    mine = Respect.objects.filter(reader=reader)
    _not_too_often(mine, RESPECTS)
    now = clock.now()
    row, made = mine.select_for_update().get_or_create(comment=comment, defaults={"reader": reader, "on": True})
    if not made:
        if row.at > now - AGAIN:
            return row.on
        mine.filter(pk=row.pk).update(on=not row.on, at=now)
        row.on = not row.on
    Comment.objects.filter(pk=comment.pk).update(respects=F("respects") + (1 if row.on else -1))
    moving.touched([comment])
    return row.on


@transaction.atomic
def report(comment: Comment, reader: Reader, rule: str, note: str = "") -> Flag:
    """Report a comment to the moderators: once each. Enough trusted reports have it wait for one. Raises NotTaken."""
    from masthead.comments import moderating

    if rule not in rules.BOOK or not rules.BOOK[rule].report:
        raise NotTaken(_("Choose which guideline it breaks. Nothing was sent."))
    if comment.author_id == reader.pk:
        raise NotTaken(_("This is your own comment; you can take it back instead."), 409)
    _not_barred(reader, comment.title_id)
    if not Flag.objects.filter(comment=comment, reader=reader).exists():
        _not_too_often(Flag.objects.filter(reader=reader), REPORTS)
    found, made = Flag.objects.get_or_create(
        comment=comment, reader=reader, defaults={"rule": rule, "note": remarks.plain(note)[:400]}
    )
    if not made or moderating.rung(reader) == "unheard":
        return found
    Comment.objects.filter(pk=comment.pk).update(flags=F("flags") + 1)
    comment.refresh_from_db()
    hooks.tell(comment, hooks.REPORTED)
    looked_at = comment.decisions.filter(verdict="approve").exists()
    if (
        comment.state == State.PUBLISHED
        and not looked_at
        and not comment.role
        and moderating.weight(comment) >= HIDES_ITSELF
    ):
        said = {
            "rule": "reported",
            "does": "hold",
            "said": _("Several readers reported it, so an editor looks at it."),
            "spans": [],
            "desk": "",
        }
        moving.move(comment, State.HELD, reasons=[*comment.reasons, said])
    return found


def mute(reader: Reader, whom: Reader, on: bool = True) -> None:
    """Not to read somebody any more; they never learn of it."""
    if reader.pk == whom.pk:
        raise NotTaken(_("That is you."), 409)
    if on:
        Mute.objects.get_or_create(reader=reader, whom=whom)
    else:
        Mute.objects.filter(reader=reader, whom=whom).delete()
