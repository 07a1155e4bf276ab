"""What readers of the demo paper say: through the same door as everybody, so that some of it waits for a moderator."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from masthead.comments import normal, rules, standing, writing
from masthead.comments.models import Comment, Respect
from masthead.kit import clock
from masthead.people.models import Reader
from masthead.stories.models import Story
from masthead.titles.models import Title


def talk(title: Title, now: datetime) -> None:
    """Switch the conversation on and have readers say what stands in talking.toml; nothing is said after `now` (aware)."""
    book = standing.book_of(title)
    book.on = True
    book.save()
    said = tomllib.loads((Path(__file__).parent / "talking.toml").read_text("utf-8"))
    for thread in said["threads"]:
        story = Story.objects.select_related("title").filter(title=title, headline=thread["story"]).first()
        if story and story.first_published_at:
            _thread(story, thread, now)


def _thread(story: Story, thread: dict[str, Any], now: datetime) -> None:
    written: list[Comment] = []
    for one in thread["said"]:
        at = (story.first_published_at or now) + timedelta(hours=one["after"])
        answers = written[one["answers"] - 1].number if one.get("answers") else 0
        with clock.frozen(min(at, now - timedelta(minutes=40) + timedelta(seconds=20 * Comment.objects.count()))):
            who = _reader(one["who"], new=one.get("new", False))
            written.append(_says(story, who, one["text"].strip(), answers, insist=one.get("insist", False)))
        if role := one.get("role"):
            Comment.objects.filter(pk=written[-1].pk).update(role=role)
    for n in thread["picks"]:
        Comment.objects.filter(pk=written[n - 1].pk).update(picked=True)
    for place, comment in enumerate(written):
        for who in Reader.objects.exclude(pk=comment.author_id).order_by("pk")[: (len(written) - place) % 5]:
            Respect.objects.create(comment=comment, reader=who)
        Comment.objects.filter(pk=comment.pk).update(respects=Respect.objects.filter(comment=comment).count())


def _says(story: Story, who: Reader, text: str, answers: int, *, insist: bool) -> Comment:
    book = standing.book_of(story.title_id)
    known = bool(Comment.objects.filter(author=who).exists()) or who.joined_at < clock.now() - timedelta(days=2)
    if known:
        # They have been here for years; the demo begins today.
        book.rules = {**book.rules, "first-comments": {"does": str(rules.Does.OFF)}}
        book.save()
    comment = writing.post(story, who, text, answers=answers, insist=insist)
    book.rules = {}
    book.save()
    return comment


def _reader(name: str, *, new: bool) -> Reader:
    address = f"{normal.skeleton(name)}@readers.example"
    joined = clock.now() - timedelta(hours=1 if new else 24 * 400)
    return Reader.objects.get_or_create(
        address=address,
        defaults={
            "to": address,
            "name": name,
            "skeleton": normal.skeleton(name),
            "joined_at": joined,
            "letters": Reader.Letters.OFF,
        },
    )[0]
