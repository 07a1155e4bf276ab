"""Those who follow the paper as plain rows, and their way into another Masthead: nobody is asked anew, and nobody who left is written to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction

from masthead.circulation import following, targets
from masthead.circulation.models import Follow, Follower, Newsletter, Pace
from masthead.mailroom.letter import address, same
from masthead.people.models import Person
from masthead.stories.models import Story, StoryLine, Topic
from masthead.titles.models import Section, Title

FIELDS = {
    "email": "where letters go",
    "follows": "a list of {what, pace, since}; `what` is the address of it in the paper",
    "alerts": "breaking news at once",
    "confirmed_at": "when its owner said yes",
    "consent": "how, and where",
    "joined_at": "",
    "left_at": "when they left all letters; they get none",
    "paused_until": "a day",
    "hour": "of letters, on the reader’s own clock",
    "weekday": "of weekly letters; Monday is 0",
    "time_zone": "empty: the paper’s",
    "language": "empty: the paper’s",
    "quiet_from": "the hour from which nothing comes at once",
    "quiet_to": "",
    "last_at": "up to when the news was in a letter",
}
NEWSLETTERS = {"slug": "", "name": "", "about": ""}
_PLAIN = ("alerts", "consent", "hour", "weekday", "time_zone", "language", "quiet_from", "quiet_to")
_TIMES = ("confirmed_at", "joined_at", "left_at", "last_at")
_MODELS = {"topics": Topic, "people": Person, "stories-so-far": StoryLine, "newsletters": Newsletter, "": Section}
_OF = {
    Follow.Kind.SECTION: Section, Follow.Kind.TOPIC: Topic, Follow.Kind.PERSON: Person, Follow.Kind.LINE: StoryLine,
    Follow.Kind.NEWSLETTER: Newsletter, Follow.Kind.CONVERSATION: Story,
}  # fmt: skip


def rows(title: Title) -> Iterator[dict[str, Any]]:
    """Everybody who confirmed, oldest first. Who never did is not ours to take along."""
    found = Follower.objects.filter(title=title).exclude(confirmed_at=None).order_by("pk").prefetch_related("follows")
    known: dict[tuple[str, int], str] = {}
    for one in found.iterator(chunk_size=500):
        yield {
            "email": one.to,
            "follows": [
                {"what": what, "pace": row.pace, "since": row.since.isoformat()}
                for row in one.follows.all()
                if row.confirmed and (what := _place(row, known))
            ],
            "paused_until": one.paused_until.isoformat() if one.paused_until else None,
            **{name: getattr(one, name) for name in _PLAIN},
            **{name: at.isoformat() if (at := getattr(one, name)) else None for name in _TIMES},
        }


def newsletters(title: Title) -> Iterator[dict[str, Any]]:
    """The names that readers follow."""
    yield from Newsletter.objects.filter(title=title).order_by("pk").values(*NEWSLETTERS)


def _place(row: Follow, known: dict[tuple[str, int], str]) -> str:
    """The address of what is followed; empty when it is not there any more."""
    if row.kind == Follow.Kind.PAPER:
        return "/"
    if (row.kind, row.target) not in known:
        thing = _OF[Follow.Kind(row.kind)].objects.filter(pk=row.target).first()
        known[(row.kind, row.target)] = targets.of(thing).path if thing is not None else ""
    return known[(row.kind, row.target)]


@transaction.atomic
def bring(title: Title, row: dict[str, Any]) -> bool:
    """Take one in; False when that address is known here, and then nothing is changed. Raises mailroom.letter.CannotPost for what is no address."""
    to = address(row["email"])
    follower, new = Follower.objects.get_or_create(title=title, address=same(to), defaults={"to": to})
    if not new:
        return False
    for name in _PLAIN:
        setattr(follower, name, row[name])
    for name in _TIMES:
        setattr(follower, name, datetime.fromisoformat(row[name]) if row[name] else None)
    follower.paused_until = date.fromisoformat(row["paused_until"]) if row["paused_until"] else None
    follower.save()
    made = []
    for one in row["follows"]:
        kind, target = _found(title, one["what"])
        if kind and one["pace"] in Pace.values:
            since = datetime.fromisoformat(one["since"])
            made.append(Follow(follower=follower, kind=kind, target=target, pace=one["pace"], confirmed=True, since=since))
    Follow.objects.bulk_create(made, ignore_conflicts=True)
    following.reckon(follower)
    return True


def _found(title: Title, what: str) -> tuple[str, int]:
    """What stands at an address here, seen by readers or not."""
    if what == "/":
        return Follow.Kind.PAPER, 0
    if what.endswith("#conversation"):
        thing: Any = Story.objects.filter(title=title, path=what.removesuffix("#conversation")).first()
    else:
        folder, _, slug = what.strip("/").rpartition("/")
        model = _MODELS.get(folder)
        ours = {} if model is Person else {"title": title}
        thing = model.objects.filter(slug=slug, **ours).first() if model else None
    return (targets.of(thing).kind, thing.pk) if thing is not None else ("", 0)
