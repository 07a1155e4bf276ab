"""Everything that could leave now with a story in it, as text: what the promise tests look through."""

from __future__ import annotations

import json
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.test import Client

from masthead.circulation import alerts, at_once, editions, following, newsletters, pushing, targets
from masthead.circulation.fediverse import actors, publishing
from masthead.circulation.models import Alert, Follow, Follower, Newsletter, Number, Post
from masthead.kit import clock
from masthead.mailroom import message
from masthead.mailroom.models import Outgoing
from masthead.press import addresses
from masthead.stories.models import Story
from masthead.titles.models import Title


def by_surface(title: Title, story: Story) -> dict[str, str]:
    """What would leave on each surface that has no address of its own."""
    return {"e-mail": everything(title, story), "newsletter": newsletter_pages(title, story), "push": pushes(title, story), "fediverse": posts(title, story)}


def newsletter_pages(title: Title, story: Story) -> str:
    """The page and the feeds of a newsletter whose last number held the story."""
    letter = Newsletter.objects.get_or_create(title=title, name="Past", slug="past")[0]
    Number.objects.get_or_create(newsletter=letter, subject="Past", picks=[story.pk], defaults={"sent_at": clock.now()})
    paths = ["/newsletters/past/", *(f"/newsletters/past/{file}" for file in addresses.FEEDS)]
    return "\n".join(Client().get(path, headers={"host": actors.host(title)}).content.decode() for path in paths)


def posts(title: Title, story: Story) -> str:
    """What other servers are told of the story, and what they are shown when they ask."""
    kept = settings.CONFIG.values["fediverse.stories"]
    settings.CONFIG.values["fediverse.stories"] = "all"
    try:
        # A savepoint that is taken back: the next look must find things as they were.
        with transaction.atomic():
            said = _told(title, story)
            transaction.set_rollback(True)
    finally:
        settings.CONFIG.values["fediverse.stories"] = kept
    return said


def _told(title: Title, story: Story) -> str:
    post, _ = Post.objects.get_or_create(title=title, story=story, gone_at=None, defaults={"name": f"{story.uid}-1"})
    paper, section = actors.find(title, actors.PAPER), actors.find(title, actors.slot_of(story.section))
    assert paper and section
    kinds = (("create", paper), ("announce", section), ("update", paper), ("delete", paper))
    told = [publishing.written(title, who, {"kind": kind, "post": post.pk, "stamp": "1"}) for kind, who in kinds]
    paths = [f"/fediverse/stories/{post.name}", "/fediverse/paper/outbox", f"/fediverse/{section.slot}/outbox"]
    shown = [Client().get(path, headers={"host": actors.host(title)}).content.decode() for path in paths]
    return "\n".join([json.dumps([one for one in told if one], ensure_ascii=False), *shown])


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
