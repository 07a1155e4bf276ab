"""What the press prints of a conversation. Six queries for the newest part of a thread of any length."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import translation

from masthead.comments import moving, rules, standing
from masthead.comments.models import Comment, Mode, Rulebook, State, Thread
from masthead.kit import html
from masthead.stories import talk
from masthead.stories.models import Story
from masthead.titles.models import Title

ANSWERS = 10
"""Answers shown with a conversation in a list; all of them stand on its own page."""
A_PAGE = 200
"""Comments on a page of one conversation."""
BEST = 20

SHOWN = Q(state=State.PUBLISHED) | Q(state__in=[State.REMOVED, State.WITHDRAWN], below__gt=0)
"""Published, or a tombstone: something answers it."""


HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+(?::\d{1,5})?")


class Keeper:
    """Who keeps the comments, for the press: see stories.talk.Keeper."""

    def is_on(self, title: Title) -> bool:
        return Rulebook.objects.filter(title=title, on=True).exists()

    def guidelines(self, title: Title) -> tuple[tuple[str, str], ...]:
        with translation.override(title.language):
            return tuple(rules.guidelines(standing.book_of(title).rules))

    def words(self, title: Title) -> tuple[str, str]:
        book = standing.book_of(title)
        return book.introduction, book.notice

    def sites(self, title: Title) -> tuple[str, ...]:
        said = standing.book_of(title).own_sites.replace(",", " ").split()
        return tuple(host for host in (one.strip().lower() for one in said) if HOST.fullmatch(host))

    def newest(self, story: Story) -> talk.Thread | None:
        """The newest one or two parts, the newest conversation first."""
        found = _open(story)
        if found is None:
            return None
        book, thread, at = found
        if thread is None:
            return talk.Thread(standing.said(book, None, at), 0, (), notice=book.notice, until=_until(book, None, at))
        last = moving.oldest_with_story(thread.last_root)
        firsts = _firsts(thread).filter(place__gt=(last - 1) * talk.A_CHUNK).order_by("-place")
        picks = [
            _said(one, thread, book)
            for one in _all(thread).filter(picked=True, state=State.PUBLISHED).order_by("-respects", "-at")[:3]
        ]
        return talk.Thread(
            standing.said(book, thread, at),
            thread.count,
            _conversations(book, thread, firsts),
            0,
            last,
            thread.note,
            book.notice,
            tuple(picks),
            until=_until(book, thread, at),
        )

    def chunk(self, story: Story, number: int) -> talk.Thread | None:
        found = _open(story)
        if found is None or found[1] is None:
            return None
        book, thread, at = found
        last = moving.oldest_with_story(thread.last_root)
        if not 1 <= number < last:
            return None
        low = (number - 1) * talk.A_CHUNK
        firsts = _firsts(thread).filter(place__gt=low, place__lte=low + talk.A_CHUNK).order_by("-place")
        return talk.Thread(
            standing.said(book, thread, at), thread.count, _conversations(book, thread, firsts), number, last
        )

    def best(self, story: Story) -> talk.Thread | None:
        found = _open(story)
        if found is None or found[1] is None:
            return None
        book, thread, at = found
        firsts = _firsts(thread).filter(state=State.PUBLISHED, respects__gt=0).order_by("-respects", "-place")[:BEST]
        return talk.Thread(standing.said(book, thread, at), thread.count, _conversations(book, thread, firsts))

    def one(self, story: Story, root: int, page: int) -> talk.Thread | None:
        found = _open(story)
        if found is None or found[1] is None:
            return None
        book, thread, at = found
        first = _firsts(thread).filter(number=root).first()
        if first is None:
            return None
        rest = _all(thread).filter(SHOWN, root=root, depth__gt=0).order_by("path")
        total = rest.count()
        pages = max(1, -(-total // A_PAGE))
        if not 1 <= page <= pages:
            return None
        some = tuple(_said(one, thread, book) for one in rest[(page - 1) * A_PAGE : page * A_PAGE])
        conversation = talk.Conversation(_said(first, thread, book), some)
        return talk.Thread(standing.said(book, thread, at), thread.count, (conversation,), page, pages, root=root)


def _open(story: Story) -> tuple[Rulebook, Thread | None, standing.Now] | None:
    """The rulebook, the thread and where it stands; None where readers see no conversation."""
    book = Rulebook.objects.filter(title=story.title_id, on=True).select_related("title").first()
    if book is None:
        return None
    thread = Thread.objects.filter(story=story).first()
    at = standing.now(book, thread, story)
    if at.mode in (Mode.NONE, Mode.CLOSED):
        return None
    return book, thread, at


def _until(book: Rulebook, thread: Thread | None, at: standing.Now) -> datetime | None:
    slow = thread.slow_until if thread and standing.slow(book, thread) else None
    return min(filter(None, [slow, at.until]), default=None)


def _all(thread: Thread) -> QuerySet[Comment]:
    return Comment.objects.filter(thread=thread).select_related("author", "answers__author")


def _firsts(thread: Thread) -> QuerySet[Comment]:
    return _all(thread).filter(SHOWN, depth=0)


def _conversations(book: Rulebook, thread: Thread, firsts: Iterable[Comment]) -> tuple[talk.Conversation, ...]:
    rows = list(firsts)
    few = [one.number for one in rows if 0 < one.below <= ANSWERS * 4]
    many = [one.number for one in rows if one.below > ANSWERS * 4]
    rest: dict[int, list[Comment]] = {}
    if few:
        for row in _all(thread).filter(SHOWN, root__in=few, depth__gt=0).order_by("path"):
            rest.setdefault(row.root, []).append(row)
    for number in many:
        rest[number] = list(_all(thread).filter(SHOWN, root=number, depth__gt=0).order_by("path")[: ANSWERS + 1])
    out = []
    for one in rows:
        below = rest.get(one.number, [])
        shown = tuple(_said(row, thread, book) for row in below[:ANSWERS])
        out.append(
            talk.Conversation(
                _said(one, thread, book), shown, max(0, one.below - len(shown)) if len(below) > ANSWERS else 0
            )
        )
    return tuple(out)


def _said(comment: Comment, thread: Thread, book: Rulebook) -> talk.Said:
    gone = {State.REMOVED: "rule", State.WITHDRAWN: "author"}.get(State(comment.state), "")
    answers = comment.answers if comment.answers_id and comment.depth else None
    rule = rules.BOOK.get(comment.rule)
    markup = comment.markup
    return talk.Said(
        number=comment.number,
        depth=comment.depth,
        author="" if gone else comment.name,
        role="" if gone else comment.role,
        at=comment.shown_at or comment.at,
        html="" if gone else (html.unlinked(markup) if comment.no_links else markup),
        text="" if gone else comment.body,
        respects=comment.respects,
        edited=None if gone else comment.edited_at,
        answers=answers.number if answers else 0,
        answers_name=answers.name if answers and answers.state == State.PUBLISHED else "",
        picked=comment.picked and not gone,
        asks="" if gone else comment.asks,
        gone=gone,
        rule=_name(rule, thread) if gone == "rule" and rule else "",
        before_change=bool(thread.changed_story_at and comment.at < thread.changed_story_at),
    )


def _name(rule: rules.Rule, thread: Thread) -> str:
    with translation.override(thread.title.language):
        return rules.in_words(rule)[0]


def moments(title: Title, stories: Iterable[int], since: datetime) -> dict[int, list[datetime]]:
    """When public comments under each story appeared since a moment, for letters."""
    found: dict[int, list[datetime]] = {}
    rows = Comment.objects.filter(
        thread__story__in=list(stories), title=title, state=State.PUBLISHED, shown_at__gt=since
    ).exclude(thread__mode__in=(Mode.NONE, Mode.CLOSED))
    for story, at in rows.values_list("thread__story", "shown_at"):
        if at is not None:
            found.setdefault(story, []).append(at)
    return found


PEOPLE = 3
"""Fewer are no conversation that others would want to read."""


def liveliest(title: Title, since: datetime) -> list[tuple[int, int, int]]:
    """Where readers said most and best since a moment, for letters: story, comments, people; the best first. What an editor
    picked comes before the rest, then what most people took part in, then what they respected most."""
    rows = Comment.objects.filter(title=title, state=State.PUBLISHED, shown_at__gt=since).values("thread")
    counted = rows.annotate(
        count=Count("pk"), people=Count("author", distinct=True), respects=Sum("respects"), picks=Count("pk", filter=Q(picked=True))
    )
    found = sorted(
        (row for row in counted if row["people"] >= PEOPLE),
        key=lambda row: (-min(row["picks"], 1), -row["people"], -row["respects"], row["thread"]),
    )[:BEST]
    threads = Thread.objects.select_related("story").in_bulk([row["thread"] for row in found])
    book = standing.book_of(title)
    if not book.on:
        return []
    shut = (Mode.NONE, Mode.CLOSED)
    return [
        (thread.story_id, row["count"], row["people"])
        for row in found
        if (thread := threads[row["thread"]]) and standing.now(book, thread, thread.story).mode not in shut
    ]
