"""Followers who want to hear at once: a letter when the story opens, held through their quiet hours, three a day at the most.

What is over the cap, or came at night and was overtaken, is not lost: it stands in the daily letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from masthead.circulation import choosing, editions, hours, writing
from masthead.circulation import news as the_news
from masthead.circulation.labels import say
from masthead.circulation.models import Follow, Follower, Pace
from masthead.kit import clock
from masthead.kit.prepared import Prepared, Slot
from masthead.mailroom import outbox
from masthead.mailroom.letter import Kind, Letter
from masthead.mailroom.models import Outgoing
from masthead.mailroom.outbox import Planned
from masthead.stories import gate
from masthead.stories.models import Story

MOST_A_DAY = 3
FRESH = timedelta(hours=12)
"""How old a story may be to be told at once; what is older stands in the daily letter."""


def plan(story: Story) -> int:
    """Plan a letter for everybody who wants to hear of this story at once; returns how many."""
    now = clock.now()
    opened = max(story.first_published_at or now, story.embargo_ends or story.first_published_at or now)
    if not gate.allows(story, now) or now - opened > FRESH:
        return 0
    return outbox.plan(_planned(story))


_ANY = Prepared(lambda: Follow.objects.filter(kind=Slot("kind"), target=Slot("target"), pace=Pace.AT_ONCE, confirmed=True).values_list("pk")[:1])


def _planned(story: Story) -> Iterator[Planned]:
    now, seen = clock.now(), set()
    for kind, target in the_news.keys_of([story])[story.pk]:
        if not _ANY.all(kind=kind, target=target):
            continue
        rows = Follow.objects.filter(kind=kind, target=target, pace=Pace.AT_ONCE, confirmed=True)
        for follow in rows.select_related("follower__title").iterator(2000):
            follower = follow.follower
            if follower.pk in seen or follower.title_id != story.title_id or follower.left_at or not follower.confirmed_at:
                continue
            seen.add(follower.pk)
            due = hours.when_awake(follower, now)
            # All that comes in one night is one letter in the morning.
            key = f"once:{follower.pk}:{story.pk}" if due == now else f"once:{follower.pk}:night:{due:%Y%m%d%H}"
            yield Planned(
                title=story.title, key=key, to=follower.to, kind=Kind.LETTER, composer="once", about={"follower": follower.pk},
                due_at=due, good_until=due + hours.LATE,
            )  # fmt: skip


def compose(row: Outgoing) -> Letter | None:
    """All that this follower wants at once and was not told yet: one letter for what came together."""
    follower = editions.active(row)
    if follower is None or told_today(follower, row.key) >= MOST_A_DAY:
        return None
    follows = follower.follows.filter(confirmed=True, pace=Pace.AT_ONCE).values_list("kind", "target", "pace")
    news = the_news.of(follower.title)
    chosen = choosing.choose(news, follower, follows, choosing.had(follower, row.key), {Pace.AT_ONCE.value})
    fresh = tuple(c for c in chosen.choices if clock.now() - c.item.opened <= FRESH)
    chosen = choosing.Chosen(fresh, chosen.notes if fresh else ())
    if not chosen:
        return None
    editions.note_sent(follower, row.key, chosen)
    language = writing.language_of(follower)
    return writing.write(
        follower,
        subject=writing.subject_of(chosen, "", language),
        reason=say("reason_once", language),
        list_id="at-once",
        chosen=chosen,
        news=news,
        good_until=row.good_until,
    )


def told_today(follower: Follower, but: str) -> int:
    """Letters at once that this follower got today, on their own clock."""
    begin = hours.at_hour(follower.local().date(), follower, 0)
    return follower.sent.filter(key__startswith="once:", at__gte=begin).exclude(key=but).count()
