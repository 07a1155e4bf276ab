"""The one process: printed pages first, Django behind."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.project.settings")

from django.conf import settings

from masthead.project import handler

django_application = handler.application()

from masthead.press.server import PressServer  # noqa: E402  Django must be set up before rooms are imported
from masthead.press.store import Store  # noqa: E402
from masthead.project import outage  # noqa: E402
from masthead.project.papers import Papers  # noqa: E402

papers = Papers()


def find_store(host: str) -> Store | None:
    """The pages for readers at `host`; None when there is no paper, or only a gateway."""
    return papers.find(host)


def build() -> object:
    """The application for the papers in the database, which is asked now and then: pages need no database.

    While the database does not answer, they are those that were served last.
    """
    if settings.GATEWAY_ALONE:
        return django_application
    outage.find_store = find_store
    papers.refresh()
    papers.follow()
    return PressServer(django_application, find_store)


application = build()
