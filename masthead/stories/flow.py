"""A story's way over the desk: which steps there are, from where, and who may take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from masthead.people.roles import Deed
from masthead.stories import permissions
from masthead.stories.models import Story

S = Story.State
_DESK = (S.DRAFT, S.READY, S.EDITED)


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `states` are those it may be taken from."""

    name: str
    label: str
    deed: Deed
    states: tuple[str, ...]


STEPS = (
    Step("take", "Take", Deed.EDIT, tuple(S.values)),
    Step("let_go", "Let go", Deed.EDIT, tuple(S.values)),
    Step("ready", "Ready for editing", Deed.EDIT, (S.DRAFT,)),
    Step("mark_edited", "Edited", Deed.PASS, (S.DRAFT, S.READY)),
    Step("reopen", "Back to draft", Deed.EDIT, (S.READY, S.EDITED, S.HELD)),
    Step("publish", "Publish…", Deed.PUBLISH, (*_DESK, S.SCHEDULED, S.PUBLISHED, S.HELD, S.WITHDRAWN)),
    Step("schedule", "Schedule…", Deed.PUBLISH, (*_DESK, S.SCHEDULED, S.PUBLISHED, S.HELD)),
    Step("unschedule", "Take off the schedule", Deed.PUBLISH, (S.SCHEDULED, S.PUBLISHED)),
    Step("hold", "Hold", Deed.HOLD, (*_DESK, S.SCHEDULED, S.PUBLISHED)),
    Step("withdraw", "Withdraw…", Deed.WITHDRAW, (*_DESK, S.SCHEDULED, S.PUBLISHED, S.HELD)),
    Step("move", "Move", Deed.EDIT, tuple(S.values)),
    Step("set_deadline", "Deadline", Deed.EDIT, (*_DESK, S.SCHEDULED, S.HELD)),
)
BY_NAME = {step.name: step for step in STEPS}


class WrongStep(Exception):
    """The story does not stand where this step begins. The message is the sentence for the editor."""


def can(user: Any, name: str, story: Story) -> bool:
    """Whether `user` may take the step `name` with `story` as it stands."""
    step = BY_NAME[name]
    if story.state not in step.states or not _sensible(name, user, story):
        return False
    if name == "take" and _free_to_take(user, story):
        return True
    return permissions.may(user, step.deed, story)


def can_publish_changes(user: Any, story: Story) -> bool:
    """Whether `user` may publish what they are about to write: an open form counts as a change."""
    usable = story.order_pubstatus == Story.PubStatus.USABLE
    return usable and story.state in BY_NAME["publish"].states and permissions.may(user, Deed.PUBLISH, story)


def offered(user: Any, story: Story) -> tuple[Step, ...]:
    """The steps that a screen offers `user` for `story`."""
    return tuple(step for step in STEPS if can(user, step.name, story))


def check(name: str, story: Story, user: Any) -> None:
    """Raise NotAllowed or WrongStep unless the step may be taken now. `user` None is a rule or the clock."""
    step = BY_NAME[name]
    if not (user and name == "take" and _free_to_take(user, story)):
        permissions.ask(user, step.deed, story)
    if story.state not in step.states:
        raise WrongStep(f"“{story}” is {story.standing}; that step does not begin there. Nothing was changed.")


def _free_to_take(user: Any, story: Story) -> bool:
    """A reporter may take up a draft that nobody has in hand."""
    from masthead.people import roles

    return (
        story.taken_by_id is None
        and story.state == S.DRAFT
        and roles.may(user, Deed.WRITE, title=story.title_id, section=story.section_id)
    )


def _sensible(name: str, user: Any, story: Story) -> bool:
    killed = story.order_pubstatus != Story.PubStatus.USABLE
    if name in ("publish", "schedule") and (killed or (story.live and not story.has_unpublished_changes)):
        return False
    if name == "take":
        return story.taken_by_id != user.pk
    if name == "let_go":
        return story.taken_by_id == user.pk
    if name == "unschedule":
        return story.state == S.SCHEDULED or _waits(story)
    return True


def _waits(story: Story) -> bool:
    if hasattr(story, "waiting_at"):  # Lists ask for it together with the row.
        return story.waiting_at is not None
    return bool(story.schedule.filter(state="waiting").exists())
