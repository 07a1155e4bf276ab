"""The one process: printed pages first, Django behind."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.project.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import DatabaseError

django_application = get_asgi_application()

from masthead.kit import files  # noqa: E402  Django must be set up before rooms are imported
from masthead.press.run import bus_of, store_of  # noqa: E402
from masthead.press.server import PressServer  # noqa: E402
from masthead.press.store import Store  # noqa: E402
from masthead.project.outage import is_outage  # noqa: E402
from masthead.titles.models import Title  # noqa: E402


def find_store(host: str) -> Store | None:
    """The pages for readers at `host`; None when there is no paper, or only a gateway."""
    return _store


def build() -> object:
    """The application for the paper in the database, which is asked once: pages need no database afterwards.

    While the database does not answer, the paper is the one that was served last.
    """
    global _store
    if settings.GATEWAY_ALONE:
        return django_application
    known = settings.DATA / "press" / "paper"
    try:
        title = Title.objects.order_by("pk").first()
        pk = title.pk if title else None
        if pk and not (known.is_file() and known.read_text() == str(pk)):
            files.write_whole(known, str(pk).encode())
    except DatabaseError as error:
        pk = int(known.read_text()) if is_outage(error) and known.is_file() else None
    _store = store_of(pk) if pk else None
    if pk:
        bus_of(pk).follow()
    return PressServer(django_application, find_store)


_store: Store | None = None
application = build()
