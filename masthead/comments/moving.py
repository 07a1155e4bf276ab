"""The one way a comment changes its state: counts, tombstones and pages follow in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F
from django.db.models.functions import Greatest

from masthead.comments import hooks
from masthead.comments.models import Comment, State, Thread
from masthead.kit import clock
from masthead.stories import talk

LETTERS = 6


def element(number: int) -> str:
    """A number as a part of a path: six letters, so that paths sort as numbers do."""
    return f"{number:0{LETTERS}d}"


def ancestors(comment: Comment) -> list[int]:
    """Numbers of the comments above this one, the first of the conversation first."""
    return [int(comment.path[at : at + LETTERS]) for at in range(0, len(comment.path) - LETTERS, LETTERS)]


def chunk_of(place: int) -> int:
    """The part of the thread in which a first comment stands."""
    return (max(1, place) - 1) // talk.A_CHUNK + 1


def oldest_with_story(last_root: int) -> int:
    """The oldest part that still stands with the story: it shows the newest one or two."""
    return max(1, chunk_of(last_root) - 1)


def keys(comment: Comment, thread: Thread) -> set[str]:
    """The keys of every page that shows this comment, or counts it."""
    place = (
        comment.place
        or Comment.objects.filter(thread=thread, number=comment.root).values_list("place", flat=True).first()
        or 1
    )
    chunk, story = chunk_of(place), thread.story_id
    found = {talk.key(story), talk.chunk_key(story, chunk), talk.one_key(story, comment.root)}
    if comment.depth == 0 and place % talk.A_CHUNK == 1:
        # A new part begins: the one before it now has a younger neighbour, and one more leaves the story's page.
        found |= {talk.chunk_key(story, chunk - back) for back in (1, 2, 3) if chunk - back > 0}
    return found


def move(comment: Comment, state: State, **fields: object) -> None:
    """Bring a comment into `state` with further fields. The caller holds a transaction."""
    was = comment.state
    for name, value in fields.items():
        setattr(comment, name, value)
    comment.state = state
    if state == State.PUBLISHED and comment.shown_at is None:
        comment.shown_at = clock.now()
    comment.save(update_fields=["state", "shown_at", *fields])
    step = (state == State.PUBLISHED) - (was == State.PUBLISHED)
    if step:
        count(comment, step)
    if state != was:
        hooks.tell(comment, hooks.EVENTS[State(state)])
    thread = comment.thread
    talk.changed(thread.story, keys(comment, thread), gone=was == State.PUBLISHED and state != State.PUBLISHED)


def count(comment: Comment, step: int, **more: int) -> None:
    """One published comment more, or one fewer; `more` is written into the thread with it."""
    above = ancestors(comment)
    if above:
        Comment.objects.filter(thread=comment.thread_id, number__in=above).update(below=Greatest(F("below") + step, 0))
    Thread.objects.filter(pk=comment.thread_id).update(count=Greatest(F("count") + step, 0), last_at=clock.now(), **more)
    comment.thread.count = max(0, comment.thread.count + step)


def touched(comments: Iterable[Comment], *, gone: bool = False) -> None:
    """Have the pages of comments made again whose state is the same."""
    for comment in comments:
        talk.changed(comment.thread.story, keys(comment, comment.thread), gone=gone)
