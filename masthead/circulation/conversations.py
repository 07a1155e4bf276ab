"""Conversations in letters: how many comments came since one's last letter, the week's best, and links. Of the comments
not a word.

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

THE_WEEK = timedelta(days=7)
KNOWN_FOR = timedelta(minutes=1)
"""How long the week's liveliest are known: the gate is asked for every letter."""

Moments = dict[int, list[datetime]]
Source = Callable[[Title, Collection[int], datetime], Moments]
"""When public comments under each of these stories (by id) appeared, since a moment."""
_source: Source | None = None
Liveliest = Callable[[Title, datetime], list[tuple[int, int, int]]]
"""The conversations of a title that readers thought best since a moment, the best first: story, comments, people."""
_liveliest: Liveliest | None = None
_known: dict[int, tuple[datetime, list[tuple[int, int, int]]]] = {}


@dataclass(frozen=True, slots=True)
class Talk:
    """What a letter says of a conversation."""

    story: int
    headline: str
    path: str
    count: int


@dataclass(frozen=True, slots=True)
class Best:
    """This week's best conversation, as a letter says it."""

    headline: str
    path: str
    count: int
    people: int


def told_by(source: Source | None, liveliest: Liveliest | None = None) -> None:
    """Have `source` say when comments came, and `liveliest` where readers said most and best (once per process)."""
    global _source, _liveliest
    _source, _liveliest = source, liveliest
    forget()


def forget() -> None:
    """Ask anew at the next letter: for whoever changes comments behind our back."""
    _known.clear()


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


def best_of_week(title: Title, but: Collection[int] = ()) -> Best | None:
    """The best conversation of the last seven days that readers may see now, and that is not one of `but`."""
    if _liveliest is None:
        return None
    now, known = clock.now(), _known.get(title.pk)
    if known is None or not timedelta(0) <= now - known[0] < KNOWN_FOR:
        known = _known[title.pk] = (now, _liveliest(title, now - THE_WEEK))
    found = {pk: (count, people) for pk, count, people in known[1] if pk not in but}
    shown = {one.pk: one for one in Story.objects.readable().filter(title=title, pk__in=found) if one.path} if found else {}
    first = next((shown[pk] for pk in found if pk in shown), None)
    return Best(first.display_headline, path_of(first), *found[first.pk]) if first else None
