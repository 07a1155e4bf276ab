"""Following a conversation: how many comments came since one's last letter, and a link. Of the comments not a word.

Who keeps the comments says when they came: `told_by`, called once by `project`, because departments do not import each
other. Without it nothing can be followed here, and nothing breaks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from masthead.circulation.models import Follow, Follower
from masthead.kit import clock
from masthead.stories.models import Story
from masthead.titles.models import Title

BACK = timedelta(days=8)
MOST = 10
"""Conversations in a letter."""

Moments = dict[int, list[datetime]]
Source = Callable[[Title, Collection[int], datetime], Moments]
"""When public comments under each of these stories (by id) appeared, since a moment."""
_source: Source | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """What a letter says of a conversation."""

    story: int
    headline: str
    path: str
    count: int


def told_by(source: Source | None) -> None:
    """Have `source` say when comments came (once per process)."""
    global _source
    _source = source


def is_told() -> bool:
    """Whether conversations can be followed at all."""
    return _source is not None


def path_of(story: Story) -> str:
    """Where the conversation on a story is."""
    return f"{story.path}#conversation"


def moments(title: Title, stories: Iterable[int]) -> Moments:
    """When comments came lately, oldest first."""
    wanted = set(stories)
    found = _source(title, wanted, clock.now() - BACK) if _source and wanted else {}
    return {story: sorted(at) for story, at in found.items() if at}


def followed(rows: Iterable[tuple[str, int, str]], paces: Collection[str]) -> set[int]:
    """The stories whose conversations are followed at these paces."""
    return {target for kind, target, pace in rows if kind == Follow.Kind.CONVERSATION and pace in paces}


def talks(follower: Follower, rows: Iterable[tuple[str, int, str]], paces: Collection[str], but: str) -> tuple[Talk, ...]:
    """What is new in the conversations of a follower since their last letter of the day; the liveliest first."""
    wanted = followed(rows, paces)
    if not wanted or not is_told():
        return ()
    last = follower.sent.filter(key__startswith="daily:").exclude(key=but).order_by("-at").values_list("at", flat=True).first()
    since = dict(follower.follows.filter(kind=Follow.Kind.CONVERSATION, target__in=wanted).values_list("target", "since"))
    came = moments(follower.title, wanted)
    new = {pk: len(at) - bisect_right(at, max(last or since[pk], since[pk])) for pk, at in came.items()}
    open_now = Story.objects.readable().filter(title=follower.title, pk__in=[pk for pk, count in new.items() if count])
    found = [Talk(one.pk, one.display_headline, path_of(one), new[one.pk]) for one in open_now if one.path]
    return tuple(sorted(found, key=lambda talk: (-talk.count, talk.story))[:MOST])
