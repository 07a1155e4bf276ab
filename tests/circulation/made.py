"""Our own invented copy, published by the verbs."""

from __future__ import annotations

from masthead.circulation import following, targets
from masthead.circulation.models import Follower
from masthead.stories import actions, diary
from masthead.stories.models import Story, Topic
from masthead.titles.models import Title

BODY = "<p>The council met on the quay at noon and came to a decision about the wall, as it had said it would.</p>"


def topic(title: Title, name: str) -> Topic:
    return Topic.objects.get_or_create(title=title, slug=name.lower(), defaults={"name": name, "description": name})[0]


def story(title: Title, headline: str, topics: tuple[str, ...] = (), *, body: str = BODY, **more: object) -> Story:
    """A public story, with the diary's deliveries worked off for circulation alone."""
    for name in topics:
        topic(title, name)
    copy = actions.Copy(headline=headline, body=body, topics=tuple(actions.CopyTopic(name) for name in topics))
    made = actions.file_story(title=title, section=more.pop("section", None) or title.sections.first(), copy=copy)
    for name, value in more.items():
        setattr(made, name, value)
    if more:
        made.save()
    made = actions.publish_as_filed(story=made)
    diary.work_off(names=("circulation",))
    return made


def follower(title: Title, to: str, *paths: str, pace: str = "daily", **more: object) -> Follower:
    """Somebody who asked, confirmed and follows what is at `paths`."""
    wanted = [found for path in paths if (found := targets.at(title, path))]
    assert len(wanted) == len(paths), "a path leads nowhere"
    one = following.confirm(following.ask(title, to, wanted, pace=pace))
    for name, value in more.items():
        setattr(one, name, value)
    one.save()
    return following.reckon(one)
