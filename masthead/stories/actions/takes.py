"""Takes: number every state of a draft, notice a stale one, keep it beside the newest until somebody merges it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Max

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories.content import Content, content_of, digest, put
from masthead.stories.models import Story, Take

KEPT_AT_LEAST = 60
KEPT_FOR = timedelta(days=2)


class Stale(Exception):
    """A form was opened on an older take than the newest. `newest` is what stands now."""

    def __init__(self, newest: Take) -> None:
        who = (newest.user.get_full_name() or newest.user.get_username()) if newest.user else "The wire"
        super().__init__(
            f"{who} saved a newer version at {newest.at.astimezone(newest.story.title.zone):%H:%M}. Nothing was "
            "overwritten: your text is kept beside it, and the two can be merged."
        )
        self.newest = newest


def record(story: Story, user: User | None) -> Take:
    """Give the draft in hand its number. Call it in the transaction that saves the draft."""
    content = content_of(story)
    said, newest = digest(content), _newest(story)
    if newest and newest.digest == said:
        return newest
    take = _add(story, content, said, user)
    if take.number % 20 == 0:
        _let_go(story, take.number)
    return take


def current(story: Story) -> Take:
    """The number of the newest draft, given now if the wire changed the copy without a draft of ours."""
    # Read anew: an object in hand for a while would be numbered as if the wire had brought its old words back.
    return record(Story.objects.get(pk=story.pk).get_latest_revision_as_object(), None)


def check(story: Story, on: int | None) -> Take:
    """Raise Stale unless take `on` is the newest. The caller holds the row's lock; `story` is fresh from the table."""
    newest = current(story)
    if newest.number != on:
        raise Stale(newest)
    return newest


@transaction.atomic
def put_aside(*, story: Story, content: Content, on: int | None, user: User) -> Take | None:
    """Keep a text that was refused as stale. None when it was acknowledged before: a browser that never heard of it."""
    Story.objects.select_for_update().get(pk=story.pk)
    said = digest(content)
    if Take.objects.filter(story=story, aside=False, digest=said, number__gte=on or 0).exists():
        return None
    waiting = Take.objects.filter(story=story, user=user, aside=True, base=on, settled_at=None).first()
    if waiting:
        waiting.content, waiting.digest, waiting.at = content, said, clock.now()
        waiting.save(update_fields=["content", "digest", "at"])
        return waiting
    return _add(story, content, said, user, aside=True, base=on)


@transaction.atomic
def keep(*, story: Story, content: Content, on: int, user: User) -> Take:
    """Make `content`, which rests on take `on`, the newest draft. Raises Stale when there is a newer one; nothing is written then."""
    from masthead.stories.actions.draft import write

    standing = Story.objects.select_for_update().get(pk=story.pk)
    newest = check(standing, on)
    if newest.digest == digest(content):
        return newest
    write(put(standing.get_latest_revision_as_object(), content), user=user)
    return current(standing)


@transaction.atomic
def settle(*, aside: Take, content: Content | None, on: int, user: User) -> Take:
    """Make `content` the newest draft in place of the text put aside; None dismisses that text.

    Raises Stale when the draft moved on from take `on` while somebody was merging.
    """
    from masthead.stories.actions.draft import write

    story = Story.objects.select_for_update().get(pk=aside.story_id)
    newest = check(story, on)
    Take.objects.filter(pk=aside.pk).update(settled_at=clock.now())
    if content is None:
        return newest
    write(put(story.get_latest_revision_as_object(), content), user=user)
    return current(story)


def waiting(story: Story, user: User | None = None) -> list[Take]:
    """Texts put aside that nobody has merged or dismissed, newest first; only those of `user` if given."""
    found = Take.objects.filter(story=story, aside=True, settled_at=None).select_related("user")
    return list(found.filter(user=user) if user else found)


def _newest(story: Story) -> Take | None:
    return Take.objects.filter(story_id=story.pk, aside=False).select_related("user", "story__title").first()


def _add(story: Story, content: Content, said: str, user: User | None, **more: object) -> Take:
    last = Take.objects.filter(story_id=story.pk).aggregate(last=Max("number"))["last"] or 0
    return Take.objects.create(
        story_id=story.pk, number=last + 1, user=user, content=content, digest=said, **more
    )


def _let_go(story: Story, number: int) -> None:
    """Old takes that no open form can rest on any more. Texts put aside stay until they are settled."""
    old = Take.objects.filter(story_id=story.pk, number__lt=number - KEPT_AT_LEAST, at__lt=clock.now() - KEPT_FOR)
    old.exclude(aside=True, settled_at=None).delete()
