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
    """Save a revision by Wagtail's means and number it as a take. Autosaves of one sitting share one diary line."""
    from masthead.stories.actions import takes

    over = options.get("overwrite_revision")
    if over and over.pk == story.live_revision_id:
        # What readers see keeps its own revision: it is what undoing and comparing go back to.
        options = {**options, "overwrite_revision": None}
    revision = save(user=user, **options)
    takes.record(story, user)
    index.note(story, filed_by=user)
    if not (options.get("overwrite_revision") and _last_is_mine(story, user)):
        diary.write(story=story, verb=Verb.EDITED, user=user, facts={"revision": revision.pk})
    return revision


def _last_is_mine(story: Story, user: User | None) -> bool:
    last = DiaryEntry.objects.filter(story_id=story.pk).order_by("-id").first()
    return last is not None and last.verb == Verb.EDITED and last.user_id == (user.pk if user else None)


@transaction.atomic
def write(story: Story, *, user: User | None) -> Revision:
    """Make the story in hand the newest draft. What was never public stands in its row, too: lists read that."""
    if not story.live:
        story.save()
    return story.save_revision(user=user, clean=False)


@transaction.atomic
def restore(*, story: Story, revision: Revision, user: User | None = None) -> Revision:
    """Bring back what an older version said, as the newest draft. Orders, state and address stay as they are."""
    from masthead.stories.models import Story as Stories

    standing = Stories.objects.select_for_update().get(pk=story.pk)
    return write(standing.with_content_json(revision.content), user=user)
