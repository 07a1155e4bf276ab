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


def build() -> object:
    """The application for the paper in the database, which is asked once: pages need no database afterwards."""
    if settings.GATEWAY_ALONE:
        return django_application
    title = Title.objects.order_by("pk").first()
    store: Store | None = store_of(title) if title else None
    return PressServer(django_application, lambda host: store)


application = build()
