"""What readers are told: an answer, a decision. In their own page always; by e-mail as they wish, and never twice.

A letter says that there is an answer, whose it is and where; the words themselves are read when the letter leaves, so
what was removed meanwhile is not in it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from masthead.comments.models import Comment, Mute, Notice, State
from masthead.kit import clock, html
from masthead.mailroom import outbox
from masthead.mailroom.letter import Kind, Letter
from masthead.mailroom.models import Outgoing
from masthead.mailroom.outbox import Planned
from masthead.people.models import Reader
from masthead.stories import gate

GATHERING = timedelta(minutes=2)
"""Answers that come together are one letter."""


def answered(comment: Comment) -> None:
    """Tell whoever was answered."""
    to = comment.answers.author if comment.answers_id and comment.answers else None
    if to is None or to.pk == comment.author_id or Mute.objects.filter(reader=to, whom=comment.author_id).exists():
        return
    _tell(to, comment, "answer")


def decided(comment: Comment, kind: str, words: str = "") -> None:
    """Tell an author what was decided about their comment: published, removed, restored."""
    if comment.author_id and comment.author:
        _tell(comment.author, comment, kind, words)


def _tell(reader: Reader, comment: Comment, kind: str, words: str = "") -> None:
    row, made = Notice.objects.get_or_create(
        reader=reader, kind=kind, comment=comment, defaults={"title_id": comment.title_id, "words": words[:600]}
    )
    if not made:
        Notice.objects.filter(pk=row.pk).update(at=clock.now(), words=words[:600], seen_at=None)
    if reader.letters == Reader.Letters.OFF or not reader.to or row.mailed_at:
        return
    due, slot = _due(reader, comment)
    key = f"answers:{comment.title_id}:{reader.pk}:{slot}"
    outbox.plan(
        [
            Planned(
                comment.title,
                key,
                reader.to,
                Kind.NOTICE,
                "answer",
                {"reader": reader.pk},
                due_at=due,
                good_until=due + timedelta(days=2),
            )
        ]
    )


def _due(reader: Reader, comment: Comment) -> tuple[datetime, str]:
    now = clock.now()
    if reader.letters == Reader.Letters.DAILY:
        local = now.astimezone(comment.title.zone)
        due = (local + timedelta(days=1)).replace(hour=7, minute=0, second=0, microsecond=0)
        return due, f"day:{due:%Y%m%d}"
    slot = int(now.timestamp() // GATHERING.total_seconds()) + 1
    return datetime.fromtimestamp(slot * GATHERING.total_seconds(), tz=now.tzinfo), f"{slot}"


def unsay(comment: Comment) -> None:
    """What is gone is told no more: not in a page, not in a letter that still waits."""
    Notice.objects.filter(comment=comment, kind="answer").delete()


def compose(row: Outgoing) -> Letter | None:
    """The letter of what is new for a reader, as it stands now, in the paper's language."""
    with translation.override(row.title.language):
        return _compose(row)


def _compose(row: Outgoing) -> Letter | None:
    reader = Reader.objects.filter(pk=row.about.get("reader"), erased_at=None).first()
    if reader is None or reader.letters == Reader.Letters.OFF:
        return None
    found = Notice.objects.filter(reader=reader, title=row.title, mailed_at=None, seen_at=None).select_related(
        "comment__thread__story", "comment__author"
    )
    lines, told = [], []
    for notice in found.order_by("id")[:20]:
        told.append(notice.pk)
        if text := _line(notice):
            lines.append(text)
    Notice.objects.filter(pk__in=told).update(mailed_at=clock.now())
    if not lines:
        return None
    base = row.title.base_url
    what = _("An answer to your comment") if len(lines) == 1 else _("{number} things about your comments").format(number=len(lines))
    text = (
        _("{paper}: the conversation").format(paper=row.title.name) + "\n\n" + "\n\n".join(lines)
        + "\n\n" + _("All of it: {link}").format(link=f"{base}/comments/mine/") + "\n"
        + _("Whether and when such letters come, you choose there. There is nothing to answer to this letter.") + "\n"
    )  # fmt: skip
    return Letter(
        title=row.title,
        to=reader.to,
        subject=f"{what} – {row.title.name}",
        text=text,
        list_id="answers",
        good_until=row.good_until,
    )


def _line(notice: Notice) -> str:
    comment = notice.comment
    if comment is None:
        return notice.words
    story = comment.thread.story
    if not gate.allows(story):
        return ""
    at = f"{story.title.base_url}{where(comment)}"
    if notice.kind == "answer":
        if comment.state != State.PUBLISHED:
            return ""
        said = _("{name} answered you under “{head}”:").format(name=comment.name, head=story.display_headline)
        return f"{said}\n{html.excerpt(comment.body, 300)}\n{at}"
    head = {
        "published": _("Your comment was published"),
        "removed": _("Your comment was removed"),
        "restored": _("Your comment is back"),
        "warned": _("A word from a moderator about your comment"),
    }.get(notice.kind, _("About your comment"))
    return f"{head} (“{story.display_headline}”).\n{notice.words}\n{story.title.base_url}/comments/mine/".replace(
        "\n\n", "\n"
    )


def where(comment: Comment) -> str:
    """The address of a comment: its conversation, and its place in it."""
    return f"{comment.thread.story.path}comments/{comment.root}/#comment-{comment.number}"
