"""May this colleague do this to this story? Views, buttons and verbs ask here; `people.roles` has the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from masthead.people import roles
from masthead.people.roles import Deed

if TYPE_CHECKING:
    from masthead.stories.models import Story


class NotAllowed(Exception):
    """The colleague may not do that to the story. The message is the sentence for them."""


ON_OWN = {Deed.EDIT, Deed.HOLD}
"""What WRITE allows on one's own story while it is not public."""


def may(user: Any, deed: str, story: Story) -> bool:
    """Whether `user` may do `deed` (roles.Deed) to `story`."""
    where = {"title": story.title_id, "section": story.section_id}
    if roles.may(user, deed, **where):
        return True
    return deed in ON_OWN and roles.may(user, Deed.WRITE, **where) and not story.live and is_own(user, story)


def is_own(user: Any, story: Story) -> bool:
    """Whether `user` started `story`, has it in hand or is credited with it."""
    if user.pk in (story.filed_by_id, story.taken_by_id):
        return True
    credited = getattr(story, "credited", None)  # Lists ask for it together with the row.
    if credited is not None:
        return bool(credited)
    return bool(story.pk) and story.__class__.objects.filter(_own(user), pk=story.pk).exists()


def _own(user: Any) -> Q:
    return Q(filed_by=user) | Q(taken_by=user) | Q(credits__person__user=user)


def mine(stories: QuerySet[Story], user: Any) -> QuerySet[Story]:
    """Those of `stories` that `user` started, has in hand or is credited with."""
    own = stories.model.objects.filter(Q(filed_by=user) | Q(taken_by=user)).values("pk")
    credited = stories.model.objects.filter(credits__person__user=user).values("pk")
    return stories.filter(Q(pk__in=own) | Q(pk__in=credited))


def visible(stories: QuerySet[Story], user: Any) -> QuerySet[Story]:
    """Those of `stories` whose paper's newsroom `user` may enter."""
    titles = roles.titles_of(user)
    return stories if titles is None else stories.filter(title__in=titles)


def ask(user: Any, deed: str, story: Story) -> None:
    """Raise NotAllowed unless `user` may do `deed` to `story`. None stands for a rule, the clock or an agency."""
    if user is None or may(user, deed, story):
        return
    if not roles.may(user, deed, title=story.title_id):
        raise NotAllowed(f"Your role does not let you {roles.LABELS[Deed(deed)]}. Nothing was changed.")
    raise NotAllowed(f"You may {roles.LABELS[Deed(deed)]}, but not in the section {story.section}. Nothing was changed.")
