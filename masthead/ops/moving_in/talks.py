"""Comments of another system find the stories of this paper: by the address that a page had there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from masthead.comments import bringing
from masthead.comments.bringing import Came
from masthead.kit import clock
from masthead.ops.models import KeptComment
from masthead.ops.moving_in import CannotMoveIn
from masthead.ops.moving_in.report import Report
from masthead.ops.moving_in.value import Remark, Talked
from masthead.stories import whereabouts
from masthead.stories.models import Story
from masthead.titles.models import Title


def bring(story: Story, origin: str, remarks: Iterable[Remark], report: Report) -> None:
    """Add comments to the thread of a story; what was met goes into the report."""
    came = [
        Came(r.key, r.parent, r.author, r.text, _time(r.at), r.state, r.email, r.likes, r.is_html, r.rule, r.role)
        for r in remarks
    ]
    for what, number in bringing.bring(story, origin, came).items():
        report.count(what, number)


def take(title: Title, origin: str, talked: Iterable[Talked], report: Report) -> Iterator[int]:
    """Take the comments of whole pages; yields for each page how many it had. A page that nobody here knows is reported."""
    if not origin:
        raise CannotMoveIn("The export does not say which address it comes from; name it with --origin. Nothing was taken in.")
    for one in talked:
        story = whereabouts.at(title, one.address)
        if story is None:
            report.fault(one.address or "(no address)", f"No story here has stood at this address; {len(one.remarks)} comments were left out.", "Comments on a page that no story here has stood at were left out.")
        elif report.dry:
            report.count("comments", len(one.remarks))
        else:
            bring(story, origin, one.remarks, report)
        yield len(one.remarks)


def _time(said: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return None
    return at if at.tzinfo else None


def remark(key: str, parent: str, said: dict[str, Any]) -> Remark:
    """A comment as `KeptComment` has it."""
    return Remark(key, parent, said["author"], said["text"], said["at"], said["state"], said["email"])


def take_over() -> int:
    """Give the comments room what moved in before there was one; returns how many."""
    done, report = 0, Report()
    waiting = KeptComment.objects.filter(taken_at=None)
    for story in Story.objects.filter(pk__in=waiting.values("story")):
        with transaction.atomic():
            rows = list(waiting.filter(story=story))
            for origin in {row.origin for row in rows}:
                bring(story, origin, [remark(r.key, r.parent, r.said) for r in rows if r.origin == origin], report)
            # The addresses that came along are not needed any more.
            waiting.filter(pk__in=[row.pk for row in rows]).update(said={}, taken_at=clock.now())
            done += len(rows)
    return done
