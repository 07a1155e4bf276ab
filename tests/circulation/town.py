"""A whole town of followers, made quickly: for the day that is simulated, and for the benchmark."""

from __future__ import annotations

import random
from collections.abc import Sequence

from django.db import connection

from masthead.circulation import hours
from masthead.circulation.models import Follow, Follower, Pace
from masthead.kit import clock
from masthead.stories import actions
from masthead.stories.models import Story, Topic
from masthead.titles.models import Section, Title

NAMES = ("Harbour", "Council", "Schools", "Trams", "Police", "Weather", "Theatre", "Football", "Market", "Housing", "Rivers", "Bread")
ZONES = ("Europe/Berlin", "Europe/London", "America/Chicago", "Asia/Kolkata")


def paper(zone: str = "Europe/Berlin") -> Title:
    title = Title.objects.create(name="The Marrowby Echo", base_url="https://echo.example", language="en", time_zone=zone)
    Section.objects.create(title=title, name="Local", slug="local")
    return title


def topics(title: Title, count: int) -> list[Topic]:
    return [Topic.objects.create(title=title, name=name, slug=name.lower(), description=name) for name in NAMES[:count]]


def story(title: Title, about: Sequence[Topic], headline: str) -> Story:
    copy = actions.Copy(
        headline=headline,
        body="<p>The council met on the quay and came to a decision about the wall, as it had said it would.</p>" * 4,
        topics=tuple(actions.CopyTopic(one.name) for one in about),
    )
    section = title.sections.first()
    assert section is not None
    return actions.publish_as_filed(story=actions.file_story(title=title, section=section, copy=copy))


def stories(title: Title, known: Sequence[Topic], count: int) -> list[Story]:
    dice = random.Random(3)
    return [story(title, dice.sample(list(known), dice.randint(1, 3)), f"Story number {n} of the town") for n in range(count)]


def followers(title: Title, known: Sequence[Topic], count: int, *, each: int = 0, zones: Sequence[str] = ("",)) -> None:
    """`count` confirmed followers of `each` topics, or of one to all of them; hours and zones by dice."""
    dice = random.Random(5)
    for begin in range(0, count, 5000):
        made = [
            Follower(
                title=title, address=f"r{n}@d{n % 40}.example", to=f"r{n}@d{n % 40}.example", confirmed_at=clock.now(),
                time_zone=dice.choice(list(zones)), hour=7 if each else dice.randrange(24), last_at=clock.now() - hours.LATE * 6,
            )
            for n in range(begin, min(begin + 5000, count))
        ]  # fmt: skip
        for one in made:
            one.next_at = hours.next_after(one, clock.now(), daily=True)
        Follower.objects.bulk_create(made)
        if each >= len(known):
            continue
        Follow.objects.bulk_create(
            [
                Follow(follower=one, kind=Follow.Kind.TOPIC, target=topic.pk, pace=Pace.DAILY, confirmed=True)
                for one in made
                for topic in dice.sample(list(known), each or dice.randint(1, len(known)))
            ],
            batch_size=10_000,
        )
    if each >= len(known):
        _everything_to_everybody(title)


def _everything_to_everybody(title: Title) -> None:
    """Every follower follows every topic: by the database alone, because of a hundred thousand that is a million rows."""
    table, followers_, topics_ = (connection.ops.quote_name(model._meta.db_table) for model in (Follow, Follower, Topic))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (follower_id, kind, target, pace, confirmed, since) "
            f"SELECT f.id, %s, t.id, %s, %s, %s FROM {followers_} f CROSS JOIN {topics_} t WHERE f.title_id = %s AND t.title_id = %s",
            [Follow.Kind.TOPIC.value, Pace.DAILY.value, True, clock.now(), title.pk, title.pk],
        )
