"""What the desk must know now: kills, clashes, proposals, updates that wait for a colleague."""

from __future__ import annotations

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories.models import Story
from masthead.wire.models import Alert, WireItem


def tell(item: WireItem, kind: str, text: str, *, story: Story | None = None) -> Alert:
    """Put an alert on the desk, once: the same words about the same item are not repeated."""
    alert, _ = Alert.objects.get_or_create(
        title_id=item.source.title_id,
        item=item,
        kind=kind,
        text=text,
        defaults={"places": places(story) if story else []},
    )
    return alert


def places(story: Story) -> list[str]:
    """Where readers could meet the story, in words and addresses, for the person who must follow a kill up."""
    if not story.first_published_at:
        return []
    found = [story.path or "", "the front page and its feeds", f"the section {story.section}"]
    found += [f"the topic {row.topic}" for row in story.story_topics.select_related("topic")]
    found += [f"the page of {credit.name}" for credit in story.credits.all() if credit.person_id]
    if story.agency:
        found.append(f"the page of {story.agency}")
    found += [f"picture {shown.picture}" for shown in story.shown_pictures.select_related("picture")]
    return [place for place in found if place]


def tick_off(alert: Alert, user: User) -> None:
    """A colleague has seen it."""
    Alert.objects.filter(pk=alert.pk, seen_at=None).update(seen_at=clock.now(), seen_by=user)
