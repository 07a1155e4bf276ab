"""Keep a draft: an editor's work in progress, with its line in the diary. Readers see nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction

from masthead.stories import diary, index
from masthead.stories.models.diary import DiaryEntry, Verb

if TYPE_CHECKING:
    from wagtail.models import Revision

    from masthead.people.models import User
    from masthead.stories.models import Story


@transaction.atomic
def keep(story: Story, *, user: User | None, save: Callable[..., Revision], options: dict[str, Any]) -> Revision:
    """Save a revision by Wagtail's means. Autosaves of one sitting share one diary line."""
    revision = save(user=user, **options)
    index.note(story, filed_by=user)
    if not (options.get("overwrite_revision") and _last_is_mine(story, user)):
        diary.write(story=story, verb=Verb.EDITED, user=user, facts={"revision": revision.pk})
    return revision


def _last_is_mine(story: Story, user: User | None) -> bool:
    last = DiaryEntry.objects.filter(story_id=story.pk).order_by("-id").first()
    return last is not None and last.verb == Verb.EDITED and last.user_id == (user.pk if user else None)
