"""Which paper a reader asks for: by the host of the address. A house with one paper answers for it under any host."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.http import HttpRequest

from masthead.kit.prepared import Prepared
from masthead.titles.models import Title


def host_of(title: Title) -> str:
    """The host in the paper's address, in lower case, without a port."""
    return bare(urlsplit(title.base_url).netloc)


def bare(host: str) -> str:
    """A Host header's name: no port, no capitals, no dot at its end."""
    name = host.rsplit(":", 1)[0] if (not host.endswith("]") and host.count(":") == 1) or "]:" in host else host
    return name.strip().lower().rstrip(".")


def pick(titles: Iterable[Title], host: str) -> Title | None:
    """The paper at `host`, else the first: the machine itself may be asked by a number."""
    known = list(titles)
    wanted = bare(host)
    return next((title for title in known if host_of(title) == wanted), known[0] if known else None)


_ALL = Prepared(lambda: Title.objects.order_by("pk"))


def of(request: HttpRequest) -> Title | None:
    """The paper that `request` is about; None in a house without one."""
    return pick(_ALL.all(), request.get_host())
