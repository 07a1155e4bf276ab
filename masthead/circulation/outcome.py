"""The end of a story: when the desk declares it, followers get its outcome, and no more of it after that."""

from __future__ import annotations

from collections.abc import Iterator

from masthead.circulation import editions, hours, targets, writing
from masthead.circulation.labels import say
from masthead.circulation.models import Follow, Pace
from masthead.kit import clock
from masthead.mailroom import outbox
from masthead.mailroom.letter import Kind, Letter
from masthead.mailroom.models import Outgoing
from masthead.mailroom.outbox import Planned
from masthead.stories.models import Story, StoryLine


def plan(pk: int) -> int:
    """Plan the last letter of a story line; returns for how many."""
    line = StoryLine.objects.select_related("title").filter(pk=pk).first()
    return outbox.plan(_planned(line)) if line and line.ended else 0


def _planned(line: StoryLine) -> Iterator[Planned]:
    rows = Follow.objects.filter(kind=Follow.Kind.LINE, target=line.pk, confirmed=True).exclude(pace=Pace.ON_SITE)
    for follow in rows.select_related("follower__title").iterator(2000):
        due = hours.when_awake(follow.follower, clock.now())
        yield Planned(
            title=line.title, key=f"outcome:{line.pk}:{line.ended_at:%Y%m%d%H%M%S}:{follow.follower_id}", to=follow.follower.to,
            kind=Kind.LETTER, composer="outcome", about={"follower": follow.follower_id, "line": line.pk}, due_at=due,
            good_until=due + hours.LATE,
        )  # fmt: skip


def compose(row: Outgoing) -> Letter | None:
    """How it ended; None when the desk took it up again, or readers may see none of its stories."""
    follower = editions.active(row)
    line = StoryLine.objects.select_related("named_after", "title").filter(pk=row.about["line"]).first()
    if follower is None or line is None or not line.ended:
        return None
    if not Story.objects.readable().filter(developments__line=line).exists():
        return None
    name = targets.line_name(line)
    # It ends by itself: in the same transaction as the letter that says so.
    follower.follows.filter(kind=Follow.Kind.LINE, target=line.pk).delete()
    link, language = f"{line.title.base_url}{targets.of(line).path}", writing.language_of(follower)
    return writing.write(
        follower,
        subject=say("subject_outcome", language, name=name)[:200],
        reason=say("reason_outcome", language, name=name),
        list_id="stories",
        kicker=say("outcome", language),
        introduction=(say("outcome_said", language, name=name, outcome=line.outcome), say("outcome_all", language, link=link)),
        good_until=row.good_until,
    )
