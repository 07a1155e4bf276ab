"""Who may arrange, follow, post and plan. One door, so that the house's roles need to be asked in one place."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

NEEDS = {
    "fronts": "stories.publish_story",
    "lines": "stories.change_story",
    "live": "stories.publish_story",
    "plan": "stories.change_story",
}


def may(request: HttpRequest, deed: str) -> bool:
    """Whether the colleague may do `deed`: fronts, lines, live or plan."""
    return bool(request.user.has_perm(NEEDS[deed]))


def ask(request: HttpRequest, deed: str) -> None:
    """Raise PermissionDenied unless the colleague may."""
    if not may(request, deed):
        raise PermissionDenied
