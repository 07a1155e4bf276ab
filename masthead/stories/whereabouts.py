"""The story at an address: where it stands, stood once, or came from."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from masthead.stories.models import Story
from masthead.titles import standing
from masthead.titles.models import Title


def at(title: Title, address: str) -> Story | None:
    """The story of a paper that an address (with or without its host) leads to; None when nobody here knows it."""
    stories = Story.objects.filter(title=title)
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return None
    path = path if path.endswith("/") else f"{path}/"
    if path != "/":
        for _ in range(3):
            if found := stories.filter(path=path).first():
                return found
            onward = standing.find(title, path)
            if not onward or not onward.startswith("/"):
                break
            path = onward
    bare = address.rstrip("/")
    return stories.filter(original_url__in=[bare, f"{bare}/"]).first() if bare else None
