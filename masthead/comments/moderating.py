"""What moderators do. Every decision is a row in the log and can be taken back; the log is never changed.

Who may do it is asked here, of `people.roles`: the screens only show what this would allow.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Count, ExpressionWrapper, F, FloatField, Q, QuerySet, Value, When
from django.utils import translation
from django.utils.translation import gettext as _

from masthead.comments import learning, moving, notifying, rules, standing
from masthead.comments.models import Appeal, Comment, Decision, Flag, Learned, Mode, Notice, Sanction, State, Thread
from masthead.kit import clock, remarks
from masthead.people import roles
from masthead.people.models import Reader, User
from masthead.stories import talk
from masthead.stories.models import Story
from masthead.titles.models import Title

SPANS = {"1 hour": 1, "1 day": 24, "7 days": 168, "30 days": 720}
BATCH = 200


class CannotDecide(ValueError):
    """The decision was not made. The message is the sentence for the moderator."""


def ask(user: User, title: int) -> None:
    """Raises PermissionDenied unless `user` moderates at this paper."""
    if not roles.may(user, roles.Deed.MODERATE, title=title):
        raise PermissionDenied


def papers(user: User) -> list[int]:
    """Ids of the papers whose conversations `user` moderates."""
    return [pk for pk in Title.objects.values_list("pk", flat=True) if roles.may(user, roles.Deed.MODERATE, title=pk)]


# --- the queue ----------------------------------------------------------------------------------------------


def queue(titles: Iterable[int], show: str = "waiting", read: Iterable[tuple[str, int]] = ()) -> QuerySet[Comment]:
    """What waits for a moderator, over all their papers: the gravest first, weighed by how many read the story now.

    `read`: paths of stories with their reads of the last hour; the most read ones are enough.
    """
    found = Comment.objects.filter(title__in=list(titles)).select_related(
        "thread__story", "title", "author", "answers__author"
    )
    if show == "held":
        found = found.filter(state=State.HELD)
    elif show == "reported":
        found = found.filter(flags__gt=0, state__in=[State.PUBLISHED, State.HELD])
    elif show == "appeals":
        return found.filter(appeal__decided_at=None, appeal__isnull=False).order_by("appeal__at")
    elif show == "published":
        return found.filter(state=State.PUBLISHED).order_by("-at")
    elif show == "removed":
        return found.filter(state=State.REMOVED).order_by("-at")
    elif show == "names":
        return found.filter(author__name_ok=False).order_by("author", "-at")
    else:
        found = found.filter(Q(state=State.HELD) | Q(flags__gt=0, state=State.PUBLISHED))
    # What readers can see and have reported comes before what nobody sees yet.
    seen = Case(When(state=State.PUBLISHED, then=Value(0.5)), default=Value(0.0), output_field=FloatField())
    much = [When(thread__story__path=path, then=Value(1.0 + math.log10(1 + reads))) for path, reads in list(read)[:50]]
    readers = Case(*much, default=Value(1.0), output_field=FloatField()) if much else Value(1.0)
    grave = (F("risk") + F("flags") * 0.2 + seen + Value(0.05)) * readers
    return found.annotate(grave=ExpressionWrapper(grave, output_field=FloatField())).order_by("-grave", "at")


def questions(titles: Iterable[int]) -> QuerySet[Comment]:
    """Questions to reporters that readers can see and nobody on the staff has answered: the oldest first."""
    found = Comment.objects.filter(title__in=list(titles), asks="open", state=State.PUBLISHED)
    return found.select_related("thread__story", "title", "author").order_by("at")


def waiting(title: int) -> int:
    """How many comments and appeals wait for a moderator of one paper: one query."""
    waits = Q(state=State.HELD) | Q(flags__gt=0, state=State.PUBLISHED) | Q(appeal__isnull=False, appeal__decided_at=None)
    return Comment.objects.filter(waits, title=title).count()


def counts(titles: Iterable[int]) -> dict[str, int]:
    """How much waits, for the tabs."""
    some = Comment.objects.filter(title__in=list(titles))
    found = some.aggregate(
        held=Count("pk", filter=Q(state=State.HELD)),
        reported=Count("pk", filter=Q(flags__gt=0, state__in=[State.PUBLISHED, State.HELD])),
        waiting=Count("pk", filter=Q(state=State.HELD) | Q(flags__gt=0, state=State.PUBLISHED)),
    )
    names = some.filter(author__name_ok=False).values("author").distinct().count()
    return {**found, "names": names, "appeals": Appeal.objects.filter(comment__title__in=list(titles), decided_at=None).count()}


def usual_wait(title: int) -> timedelta | None:
    """How long comments waited for a decision lately: the middle of the last fifty of two weeks; None when too few."""
    rows = Decision.objects.filter(
        title=title, verdict__in=["approve", "reject"], at__gt=clock.now() - timedelta(days=14)
    ).select_related("comment")
    waits = sorted(row.at - row.comment.at for row in rows[:50] if row.comment and row.comment.at < row.at)
    return waits[len(waits) // 2] if len(waits) >= 5 else None


def _reports(reader: Reader) -> tuple[int, int]:
    found = Flag.objects.filter(reader=reader).aggregate(
        right=Count("pk", filter=Q(upheld=True)), wrong=Count("pk", filter=Q(upheld=False))
    )
    return found["right"], found["wrong"]


def trust(reader: Reader) -> float:
    """How much a reader's reports weigh: by how often moderators agreed with them before; 1.0 for somebody new."""
    right, wrong = _reports(reader)
    return float((right + 2) / (right + wrong + 2))


def rung(reader: Reader) -> str:
    """Where a reader stands who reports what breaks no rule: nowhere (empty), `warned`, or `unheard`: their reports reach nobody
    by themselves. A right report leads back down."""
    right, wrong = _reports(reader)
    if wrong >= 8 and wrong > 2 * right:
        return "unheard"
    return "warned" if wrong >= 4 and wrong > right else ""


def weight(comment: Comment) -> float:
    """The weight of all reports of a comment that nobody has looked at; reports of disagreement weigh little.

    An account made today weighs half: three of them are quickly made.
    """
    flags, today = comment.reports.filter(upheld=None).select_related("reader"), clock.now() - timedelta(days=1)
    return sum(trust(flag.reader) * (0.5 if flag.reader.joined_at > today else 1.0) for flag in flags)


# --- decisions ----------------------------------------------------------------------------------------------


@transaction.atomic
def decide(
    comment: Comment, verdict: str, user: User, *, rule: str = "", note: str = "", tell: bool = True, batch: str = ""
) -> Decision:
    """Approve, reject, pick, unpick, hold or unlink a comment. The same verdict again is the same decision.

    Raises PermissionDenied, CannotDecide.
    """
    ask(user, comment.title_id)
    comment = Comment.objects.select_for_update(of=("self",)).select_related("thread__story", "author", "title").get(pk=comment.pk)
    if verdict not in ("approve", "reject", "pick", "unpick", "hold", "unlink"):
        raise CannotDecide("There is no such decision. Nothing was changed.")
    if verdict == "reject" and rule not in rules.BOOK:
        raise CannotDecide("Choose the guideline that it breaks: its author is told. Nothing was changed.")
    if comment.state == State.WITHDRAWN:
        raise CannotDecide("Its author has taken it back meanwhile. Nothing was changed.")
    before = _before(comment)
    note = remarks.plain(note)[:600]
    if verdict == "approve":
        _approve(comment)
    elif verdict == "reject":
        moving.move(comment, State.REMOVED, rule=rule, picked=False, flags=0)
        _judge_reports(comment, True)
        notifying.unsay(comment)
    elif verdict == "hold":
        moving.move(comment, State.HELD)
    elif verdict == "unlink":
        Comment.objects.filter(pk=comment.pk).update(no_links=True)
        moving.touched([comment], gone=True)
    else:
        if comment.state != State.PUBLISHED:
            raise CannotDecide("Only what readers can see can be picked. Nothing was changed.")
        Comment.objects.filter(pk=comment.pk).update(picked=verdict == "pick")
        moving.touched([comment], gone=verdict == "unpick")
    if tell:
        with translation.override(comment.title.language):
            _tell_author(comment, verdict, rule, note, before["state"])
    made = _log(comment, verdict, user, rule, note, before, batch)
    if comment.lane == "sample" and (learned := Learned.objects.defer("weights").filter(title=comment.title_id).first()):
        learning.look_at_samples(learned)
    return made


def _before(comment: Comment) -> dict[str, Any]:
    return {name: getattr(comment, name) for name in ("state", "rule", "picked", "no_links", "flags")} | {
        "open": list(comment.reports.filter(upheld=None).values_list("pk", flat=True))
    }


def _approve(comment: Comment) -> None:
    was = comment.state
    moving.move(comment, State.PUBLISHED, rule="", flags=0)
    _judge_reports(comment, False)
    if was != State.PUBLISHED:
        notifying.answered(comment)


def _judge_reports(comment: Comment, upheld: bool) -> None:
    comment.reports.filter(upheld=None).update(upheld=upheld)


def _tell_author(comment: Comment, verdict: str, rule: str, note: str, was: str) -> None:
    if verdict == "reject":
        found = rules.BOOK[rule]
        said = " ".join(
            filter(
                None,
                [
                    rules.told(found),
                    note,
                    _("You can ask another editor to look again."),
                ],
            )
        )
        notifying.decided(comment, "removed", said)
    elif verdict == "approve" and was != State.PUBLISHED:
        notifying.decided(comment, "restored" if was == State.REMOVED else "published", note)


def _log(
    comment: Comment | None,
    verdict: str,
    user: User,
    rule: str,
    note: str,
    before: dict[str, Any],
    batch: str = "",
    **more: Any,
) -> Decision:
    return Decision.objects.create(
        comment=comment,
        title_id=more.pop("title_id", None) or (comment.title_id if comment else None),
        reader_id=more.pop("reader_id", None) or (comment.author_id if comment else None),
        verdict=verdict,
        rule=rule,
        note=note,
        user=user,
        before=before,
        words=comment.body if comment else "",
        batch=batch,
        **more,
    )


@transaction.atomic
def undo(decision: Decision, user: User) -> Decision:
    """Take a decision back: the comment stands as it stood before. Raises CannotDecide when somebody decided since."""
    ask(user, decision.title_id)
    if hasattr(decision, "undone_by"):
        return decision.undone_by
    if decision.comment_id is None:
        return _lift(decision, user)
    later = Decision.objects.filter(comment=decision.comment_id, pk__gt=decision.pk, undoes=None)
    if later.exclude(undone_by__isnull=False).exists():
        raise CannotDecide("Something else was decided about it since; look at it again.")
    comment = (
        Comment.objects.select_for_update(of=("self",))
        .select_related("thread__story", "title", "author")
        .get(pk=decision.comment_id)
    )
    if comment.state == State.WITHDRAWN:
        raise CannotDecide("Its author has taken it back meanwhile.")
    before = _before(comment)
    old = {name: value for name, value in decision.before.items() if name not in ("state", "open")}
    moving.move(comment, State(decision.before["state"]), **old)
    if decision.verdict in ("pick", "unlink"):
        moving.touched([comment], gone=True)
    Flag.objects.filter(pk__in=decision.before.get("open", [])).update(upheld=None)
    if decision.verdict in ("reject", "approve"):
        told = {"reject": "removed", "approve": "published"}[decision.verdict]
        Notice.objects.filter(comment=comment, kind=told, mailed_at=None).delete()
    return _log(comment, "undo", user, decision.rule, "", before, decision.batch, undoes=decision)


# --- people -------------------------------------------------------------------------------------------------


@transaction.atomic
def sanction(
    reader: Reader,
    title: Title,
    kind: str,
    user: User,
    *,
    rule: str = "",
    note: str = "",
    hours: int = 0,
    everywhere: bool = False,
) -> Sanction:
    """Warn, read first, suspend or ban a reader: at this paper, or at every one that the moderator has.

    Raises PermissionDenied, CannotDecide.
    """
    ask(user, title.pk)
    if kind not in Sanction.Kind.values:
        raise CannotDecide("There is no such step. Nothing was changed.")
    if reader.user_id:
        raise CannotDecide("This is a colleague’s account. Speak with them, or with a keyholder.")
    if everywhere and any(
        not roles.may(user, roles.Deed.MODERATE, title=pk) for pk in Title.objects.values_list("pk", flat=True)
    ):
        raise CannotDecide("You do not moderate at every paper of the house. Choose this one alone.")
    if kind == Sanction.Kind.SUSPEND and hours <= 0:
        raise CannotDecide("Choose how long. Nothing was changed.")
    found = Sanction.objects.create(
        reader=reader,
        title=None if everywhere else title,
        kind=kind,
        rule=rule if rule in rules.BOOK else "",
        note=remarks.plain(note)[:600],
        user=user,
        at=(now := clock.now()),
        until=now + timedelta(hours=hours) if hours > 0 else None,
    )
    _log(None, kind, user, found.rule, found.note, {"sanction": found.pk}, title_id=title.pk, reader_id=reader.pk)
    return found


def _lift(decision: Decision, user: User) -> Decision:
    Sanction.objects.filter(pk=decision.before.get("sanction", 0), lifted_at=None).update(lifted_at=clock.now())
    return _log(
        None,
        "undo",
        user,
        decision.rule,
        "",
        {},
        title_id=decision.title_id,
        reader_id=decision.reader_id,
        undoes=decision,
    )


def remove_all(reader: Reader, user: User, rule: str, note: str = "") -> str:
    """Remove everything by this reader at the papers of this moderator, and nothing of anybody else; returns the batch.

    In pieces of two hundred, each whole: a thread with thousands never locks the paper. Raises CannotDecide.
    """
    if reader.user_id:
        raise CannotDecide("This is a colleague’s account.")
    batch, own = uuid.uuid4().hex, papers(user)
    while True:
        some = list(
            Comment.objects.filter(author=reader, title__in=own, state__in=[State.PUBLISHED, State.HELD])[:BATCH]
        )
        if not some:
            return batch
        with transaction.atomic():
            for comment in some:
                decide(comment, "reject", user, rule=rule, note=note, tell=False, batch=batch)


def undo_batch(batch: str, user: User) -> int:
    """Take back all decisions that were made with one press; returns how many."""
    done = 0
    for decision in (
        Decision.objects.filter(batch=batch, undoes=None, undone_by=None).order_by("-pk").select_related("comment")
    ):
        try:
            undo(decision, user)
            done += 1
        except CannotDecide:
            continue
    return done


@transaction.atomic
def rename(reader: Reader, user: User, title: Title, note: str = "") -> None:
    """Take a name from a reader: it was not theirs, or not fit. They choose another before they write again."""
    ask(user, title.pk)
    _log(
        None,
        "rename",
        user,
        "impersonation",
        f"{reader.name}: {note}"[:600],
        {"name": reader.name},
        title_id=title.pk,
        reader_id=reader.pk,
    )
    reader.name, reader.skeleton, reader.name_ok = "", None, True
    reader.save(update_fields=["name", "skeleton", "name_ok"])
    renamed(reader)


def renamed(reader: Reader) -> None:
    """Have every page made again that shows the name of a reader."""
    for thread in Thread.objects.filter(comments__author=reader).select_related("story").distinct():
        keys: set[str] = set()
        for comment in Comment.objects.filter(thread=thread, author=reader).select_related("thread"):
            keys |= moving.keys(comment, thread)
        talk.changed(thread.story, keys, gone=True)


# --- appeals ------------------------------------------------------------------------------------------------


@transaction.atomic
def appeal(comment: Comment, reader: Reader, words: str) -> Appeal:
    """An author asks another editor to look again: once for each removal. Raises CannotDecide."""
    if comment.author_id != reader.pk or comment.state != State.REMOVED:
        raise CannotDecide(_("There is nothing to appeal against."))
    return Appeal.objects.get_or_create(comment=comment, defaults={"words": remarks.plain(words)[:1000]})[0]


@transaction.atomic
def judge(one: Appeal, granted: bool, user: User, note: str = "") -> None:
    """Decide an appeal: not whoever removed the comment, unless the paper has nobody else. Raises CannotDecide."""
    one = Appeal.objects.select_for_update(of=("self",)).select_related("comment").get(pk=one.pk)
    comment = one.comment
    ask(user, comment.title_id)
    if one.decided_at:
        raise CannotDecide(_("This appeal is decided already."))
    last = comment.decisions.filter(verdict="reject").first()
    if last and last.user_id == user.pk and _others(user, comment.title_id):
        raise CannotDecide(_("You removed it yourself. A colleague decides about the appeal."))
    one.decided_at, one.granted, one.user = clock.now(), granted, user
    one.save(update_fields=["decided_at", "granted", "user"])
    with translation.override(comment.title.language):
        agreed = _("Another editor looked at it and agrees with you.")
        stays = _("Another editor looked at it, and it stays removed. {note}").format(note=note).strip()
    if granted:
        decide(comment, "approve", user, note=note or agreed)
    else:
        _log(comment, "uphold", user, comment.rule, note, {})
        notifying.decided(comment, "removed", stays)


def _others(user: User, title: int) -> bool:
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    return any(roles.may(one, roles.Deed.MODERATE, title=title) for one in others)


# --- threads ------------------------------------------------------------------------------------------------


@transaction.atomic
def set_thread(story: Story, user: User, *, mode: str | None = None, note: str | None = None) -> Thread:
    """Open, close or pre-moderate one thread, or write a word above it."""
    ask(user, story.title_id)
    thread = standing.thread_of(story)
    before = {"mode": thread.mode, "note": thread.note, "ordered": thread.ordered}
    if mode is not None:
        if mode and mode not in Mode.values:
            raise CannotDecide("There is no such state. Nothing was changed.")
        thread.mode = mode
    if note is not None:
        thread.note = " ".join(remarks.plain(note).split())[:400]
    if mode is not None:
        # The desk has looked at the thread since the story was corrected.
        thread.ordered = ""
    thread.save(update_fields=["mode", "note", "ordered"])
    talk.changed(story, {talk.key(story.pk), talk.every_key(story.pk)}, gone=True)
    _log(
        None,
        "thread",
        user,
        "",
        f"{story.display_headline[:200]}: {thread.mode or 'as the paper says'}",
        before,
        title_id=story.title_id,
    )
    return thread
