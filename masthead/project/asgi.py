"""The one process: printed pages first, Django behind."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.project.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from masthead.press.run import store_of  # noqa: E402  Django must be set up before rooms are imported
from masthead.press.server import PressServer  # noqa: E402
from masthead.press.store import Store  # noqa: E402
from masthead.titles.models import Title  # noqa: E402


def find_store(host: str) -> Store | None:
    """The pages for readers at `host`; None when there is no paper, or only a gateway."""
    return _store


def build() -> object:
    """The application for the paper in the database, which is asked once: pages need no database afterwards."""
    global _store
    if settings.GATEWAY_ALONE:
        return django_application
    title = Title.objects.order_by("pk").first()
    _store = store_of(title) if title else None
    return PressServer(django_application, find_store)


_store: Store | None = None
application = build()
