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
    written: dict[tuple[int, int], Comment] = {}
    acts: list[tuple[datetime, int, int]] = []
    for n, thread in enumerate(said["threads"]):
        story = Story.objects.filter(title=title, headline=thread["story"]).get()
        begun = story.first_published_at or now
        acts += [(begun + timedelta(hours=one["after"]), n, place) for place, one in enumerate(thread["said"])]
    # What would lie in the future was said just now, one after the other.
    late = now - timedelta(seconds=20 * len(acts))
    for count, (at, n, place) in enumerate(sorted(acts)):
        thread = said["threads"][n]
        story = Story.objects.select_related("title").get(title=title, headline=thread["story"])
        with clock.frozen(min(at, late + timedelta(seconds=20 * count))):
            written[n, place] = _said(story, thread["said"][place], {p: c for (m, p), c in written.items() if m == n})
    for (n, place), comment in written.items():
        _respected(comment, (len(said["threads"][n]["said"]) - place) % 5)
        Comment.objects.filter(pk=comment.pk).update(picked=place + 1 in said["threads"][n]["picks"])


def _said(story: Story, one: dict[str, Any], thread: dict[int, Comment]) -> Comment:
    answers = thread[one["answers"] - 1].number if one.get("answers") else 0
    comment = _says(
        story,
        _reader(one["who"], new=one.get("new", False)),
        one["text"].strip(),
        answers,
        insist=one.get("insist", False),
    )
    if role := one.get("role"):
        Comment.objects.filter(pk=comment.pk).update(role=role)
    return comment


def _respected(comment: Comment, times: int) -> None:
    for who in Reader.objects.exclude(pk=comment.author_id).order_by("pk")[:times]:
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
