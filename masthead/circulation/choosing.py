"""Which stories a letter holds: each once, with every reason, best first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from masthead.circulation import news as the_news
from masthead.circulation.conversations import Best, Talk
from masthead.circulation.models import Follow, Follower, Pace, Sent
from masthead.circulation.news import Item, Key, News, Note
from masthead.kit import clock

MOST = 15
"""Stories in a letter; of the rest it says how many there are."""
A_WEEK = timedelta(days=7, hours=1)
AT_MOST_BACK = timedelta(days=3)
"""A daily letter after a silence (a pause, a fault) does not begin at its beginning."""
COMMITTED = timedelta(minutes=1)
"""A correction of this minute may have been committed after the letter was written; better told than not."""
REMEMBERED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Choice:
    """A story in a letter, and what it is there for."""

    item: Item
    reasons: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a letter holds. Empty: there is nothing to say, and no letter."""

    choices: tuple[Choice, ...]
    notes: tuple[tuple[Note, Item | None], ...]
    more: int = 0
    talks: tuple[Talk, ...] = ()
    best: Best | None = None
    """Goes with what is new; alone it makes no letter."""

    def __bool__(self) -> bool:
        return bool(self.choices or self.notes or self.talks)


def had(follower: Follower, but: str) -> list[Sent]:
    """What the follower was sent lately, without the letter that is being written (it may have been tried before)."""
    since = clock.now() - REMEMBERED
    return list(follower.sent.filter(at__gte=since).exclude(key=but).only("at", "stories", "notes"))


def choose(
    news: News, follower: Follower, follows: Iterable[tuple[str, int, str]], sent: list[Sent], paces: set[str]
) -> Chosen:
    """What is new for `follower`, whose follows are (kind, target, pace), at these paces."""
    now = clock.now()
    before = {pk for letter in sent for pk in letter.stories}
    last = max((letter.at for letter in sent), default=follower.joined_at - timedelta(days=1))
    bounds = {Pace.WEEKLY.value: now - A_WEEK}
    daily = max(min(last, now - timedelta(days=1)), now - AT_MOST_BACK)
    reasons: dict[int, list[Key]] = {}
    for kind, target, pace in follows:
        if pace not in paces:
            continue
        bound = bounds.get(pace, daily)
        for item in news.by_key.get((kind, target), ()):
            if item.opened <= bound:
                break
            if item.opened <= now and item.pk not in before:
                reasons.setdefault(item.pk, []).append((kind, target))
    found = sorted((news.items[pk] for pk in reasons), key=lambda i: (-len(reasons[i.pk]), not i.ours, -i.opened.timestamp()))
    return _allowed(news, found, reasons, _due_notes(news, sent))


def _allowed(news: News, found: list[Item], reasons: dict[int, list[Key]], notes: list[Note]) -> Chosen:
    """Ask the gate for what would be shown, a few more than fit, so that a killed story leaves no gap."""
    asked = [item.pk for item in found[: MOST * 2]] + [note.story for note in notes if note.kind != "withdrawn"]
    may = the_news.readable(asked, news) if asked else set()
    shown = [item for item in found[: MOST * 2] if item.pk in may]
    said = [(note, news.items.get(note.story)) for note in notes if note.kind == "withdrawn" or note.story in may]
    choices = tuple(Choice(item, _order(reasons[item.pk])) for item in shown[:MOST])
    return Chosen(choices, tuple(said), max(0, len(shown) - MOST) + max(0, len(found) - MOST * 2))


_STRONGEST = {str(kind): n for n, kind in enumerate(("line", "topic", "person", "section", "paper"))}


def _order(keys: list[Key]) -> tuple[Key, ...]:
    """The strongest reason first: what somebody chose most narrowly. That one has the whole paper says nothing then."""
    kept = [key for key in keys if key[0] != Follow.Kind.PAPER] or keys
    return tuple(sorted(set(kept), key=lambda key: (_STRONGEST.get(key[0], 9), key[1])))


def _due_notes(news: News, sent: list[Sent]) -> list[Note]:
    """What was corrected or taken back of the stories this follower was sent, after they were sent it."""
    if not news.notes:
        return []
    told = {name for letter in sent for name in letter.notes}
    due = {}
    for letter in sent:
        for pk in letter.stories:
            for note in news.notes.get(pk, ()):
                if note.at > letter.at - COMMITTED and note.name not in told:
                    due[note.name] = note
    return sorted(due.values(), key=lambda note: note.at, reverse=True)[:10]
