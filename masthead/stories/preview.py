"""A story before it is public, as the press would print it. The press hands its proofreader in at start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpResponse

if TYPE_CHECKING:
    from masthead.stories.models import Story

_proofread: Callable[[Story], str] | None = None


def register(proofread: Callable[[Story], str]) -> None:
    """Take the function that makes a page of a story without printing it."""
    global _proofread
    _proofread = proofread


def respond(story: Story) -> HttpResponse:
    """The page, marked so that nobody caches or indexes it."""
    if _proofread is None:
        raise RuntimeError("No press is running, so there is nothing to preview with.")
    response = HttpResponse(_proofread(story))
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
