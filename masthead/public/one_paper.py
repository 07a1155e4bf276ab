"""Readers are answered with one paper's rows: see `titles.scope`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from masthead.titles import scope

OTHERS = ("/newsroom/", "/wire/push/", "/hooks/")
"""Doors that are not readers': staff with several papers, agencies and sending services, whose copy and reports are for all."""


def one_paper(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware: a question to the database that names no title raises `scope.WithoutTitle`."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OTHERS):
            return get_response(request)
        with scope.guarded():
            return get_response(request)

    return answer
