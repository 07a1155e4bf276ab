"""The language in which a reader is answered: the paper's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from masthead.titles import which


def in_the_papers_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Have a view, and every verb that it calls, speak the paper's language (`masthead/locale`)."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        title = which.of(request)
        with translation.override(title.language if title else None):
            return view(request, *args, **more)

    return inner
