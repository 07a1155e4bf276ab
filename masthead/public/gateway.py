"""The gateway's addresses: clean wire copy for the newsroom's other system, behind a word that only it knows."""

from __future__ import annotations

import hashlib
import hmac

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase

from masthead.pictures.models import Picture
from masthead.stories import gate
from masthead.titles.models import Title
from masthead.wire import gateway

_FORMS = {
    "feed.rss": (gateway.rss, "application/rss+xml; charset=utf-8"),
    "feed.json": (gateway.ninjs, "application/json; charset=utf-8"),
}


def _title(word: str) -> Title:
    for title in Title.objects.all():
        if hmac.compare_digest(gateway.key(title), word):
            return title
    raise Http404


def feed(request: HttpRequest, word: str, form: str) -> HttpResponse:
    """The feed, with a strong ETag so that a poll without news costs a few bytes."""
    title = _title(word)
    build, kind = _FORMS[form]
    base = request.build_absolute_uri(f"/gateway/{word}/")
    body = build(title, base).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    response = HttpResponse(body, content_type=kind)
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    response["ETag"], response["Cache-Control"], response["X-Robots-Tag"] = tag, "private, no-cache", "noindex"
    return response


def picture(request: HttpRequest, word: str, sha256: str) -> HttpResponseBase:
    """An original for the other system to take over; gone with the last story that may show it."""
    _title(word)
    found = Picture.objects.filter(sha256=sha256).first()
    if found is None or not gate.allows_picture(found):
        raise Http404
    response = FileResponse(found.file.storage.open(found.file.name))
    response["Cache-Control"], response["X-Robots-Tag"] = "private, no-cache", "noindex"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def closed(request: HttpRequest, path: str) -> HttpResponse:
    """With the gateway alone there is no paper for readers here."""
    return HttpResponse(
        "This is a wire gateway. There is nothing here for readers.", status=404, content_type="text/plain"
    )
