"""Everything that could leave now with a story in it, as text: what the promise tests look through."""

from __future__ import annotations

import json
from datetime import timedelta

from masthead.circulation import alerts, at_once, editions, following, newsletters, pushing, targets
from masthead.circulation.models import Alert, Follow, Follower, Newsletter, Number
from masthead.kit import clock
from masthead.mailroom import message
from masthead.mailroom.models import Outgoing
from masthead.stories.models import Story
from masthead.titles.models import Title


def by_surface(title: Title, story: Story) -> dict[str, str]:
    """What would leave on each surface that has no address of its own."""
    return {"e-mail": everything(title, story), "push": pushes(title, story)}


def pushes(title: Title, story: Story) -> str:
    """The push of an alert about the story, its correction and its withdrawal, before they are sealed."""
    alert = Alert.objects.filter(story=story).first() or Alert(
        title=title, story=story, words=story.display_headline, good_until=clock.now(), note="A note"
    )
    said = [pushing.message(alert, about) for about in ("", "corrected", "withdrawn")]
    return json.dumps(said, ensure_ascii=False)


def everything(title: Title, story: Story) -> str:
    """The daily letter, the letter at once, the alert and the newsletter that one follower of everything would get."""
    follower = _follower(title, story)
    paper_letter = Newsletter.objects.get_or_create(title=title, name="N", slug="n")[0]
    Follow.objects.get_or_create(follower=follower, kind="newsletter", target=paper_letter.pk, defaults={"confirmed": True})
    number = Number.objects.get_or_create(
        newsletter=paper_letter,
        subject="Number",
        defaults={"picks": [story.pk], "introduction": "Hello"},
    )[0]
    alert = Alert.objects.get_or_create(
        story=story, title=title, defaults={"words": story.display_headline, "good_until": clock.now() + timedelta(days=9)}
    )[0]
    rows = (
        (editions.compose, {"due": clock.now().isoformat()}),
        (at_once.compose, {}),
        (alerts.compose, {"alert": alert.pk}),
        (newsletters.compose, {"number": number.pk}),
    )
    said = []
    for n, (compose, about) in enumerate(rows):
        row = Outgoing(title=title, key=f"canary:{n}", to=follower.to, kind="letter", about={"follower": follower.pk, **about})
        # Not written down: the next look must see it again.
        follower.sent.all().delete()
        letter = compose(row)
        if letter:
            said += [letter.subject, letter.text, letter.html, message.build(letter, row).decode()]
    follower.sent.all().delete()
    return "\n".join(said)


def _follower(title: Title, story: Story) -> Follower:
    one, new = Follower.objects.get_or_create(title=title, address="canary@example.org", defaults={"to": "canary@example.org"})
    things = [targets.Target(Follow.Kind.PAPER, 0, "", "/"), *_of(story)]
    if new:
        following.join_by_account(title, one.to, things, consent="test")
        one.refresh_from_db()
        one.follows.update(pace="at once")
    return one


def _of(story: Story) -> list[targets.Target]:
    topics = [targets.of(row.topic) for row in story.story_topics.select_related("topic")]
    return [targets.of(story.section), *topics, *(targets.of(line) for line in story.lines.all())]
