"""A paper with a conversation: a story, readers with names, somebody who moderates."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from masthead.comments import normal, standing, writing
from masthead.comments.models import Comment, Rulebook
from masthead.kit import clock
from masthead.people.models import Appointment, Reader, User
from masthead.people.roles import Role
from masthead.stories.models import Story
from masthead.titles.models import Title
from tests.circulation import made

_numbers = count(1)


def talking(title: Title, **wishes: Any) -> Rulebook:
    """Switch the conversation on; without the rule that holds first comments, unless a test asks for it."""
    book = standing.book_of(title)
    book.on = True
    book.rules = {"first-comments": {"does": "off"}}
    for name, value in wishes.items():
        setattr(book, name, value)
    book.version += 1
    book.save()
    return book


def story(title: Title, **fields: Any) -> Story:
    """A published story of the paper's own."""
    return made.story(title, str(fields.pop("headline", "The wall on the quay is to be raised")), **fields)


def reader(name: str = "", *, days: int = 30, address: str = "") -> Reader:
    """A reader who joined some days ago."""
    n = next(_numbers)
    name = name or f"Reader {n}"
    return Reader.objects.create(
        address=address or f"r{n}@readers.example",
        to=address or f"r{n}@readers.example",
        name=name,
        skeleton=normal.skeleton(name),
        joined_at=clock.now() - timedelta(days=days),
    )


def says(story: Story, text: str, who: Reader | None = None, **more: Any) -> Comment:
    """A reader says something; whoever is not named is somebody new."""
    return writing.post(story, who or reader(), text, **more)


def moderator(title: Title, name: str = "mo", role: str = Role.MODERATOR) -> User:
    """Somebody who moderates at the paper."""
    user = User.objects.create_user(name, password="a long password")
    Appointment.objects.create(user=user, role=role, title=title)
    return user
