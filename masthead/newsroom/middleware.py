"""The looser Content Security Policy that Wagtail's editor needs, for the newsroom and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_POLICY = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.NEWSROOM_CONTENT_SECURITY_POLICY.items())


def newsroom_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Set the newsroom's policy on its answers, and keep all of them out of every cache."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/newsroom/"):
            response.headers.setdefault("Content-Security-Policy", _POLICY)
            if not request.path.startswith("/newsroom/static/"):
                response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return answer
