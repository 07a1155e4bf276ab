"""What readers get when no printed page is at hand: the page made on demand, or an honest “nothing here”."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponsePermanentRedirect

from masthead.press import darkroom, pages, run, server
from masthead.press.store import Entry
from masthead.titles.models import Title


def paper(request: HttpRequest, path: str) -> HttpResponse:
    """Any address of the paper. A page that is not in the store is printed now, once, and kept."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    path = request.path
    title = Title.objects.order_by("pk").first()
    if title is None:
        return HttpResponse(
            "This paper has not been set up yet. Run “masthead init”.", status=503, content_type="text/plain"
        )
    entry = _entry(title, path)
    if entry:
        return _respond(request, entry)
    if not path.endswith("/") and _entry(title, f"{path}/"):
        return HttpResponsePermanentRedirect(f"{path}/")
    return _missing(title)


def _entry(title: Title, path: str) -> Entry | None:
    if path.startswith("/pictures/"):
        store = run.store_of(title)
        return store.get(path) if darkroom.on_demand(path, store) else None
    return run.print_page(title, path)


def _respond(request: HttpRequest, entry: Entry) -> HttpResponse:
    encoding = server.accepted(request.headers.get("Accept-Encoding", "").encode("latin-1"))
    tag = request.headers.get("If-None-Match")
    status, headers, body = server.answer(entry, encoding, tag.encode("latin-1") if tag else None)
    response = HttpResponse(body, status=status)
    if status == 304:
        del response["Content-Type"]
    for name, value in headers:
        response[name.decode()] = value.decode()
    return response


def _missing(title: Title) -> HttpResponse:
    response = HttpResponse(pages.missing(title), status=404)
    response["Cache-Control"] = "no-store"
    for name, value in server.SECURITY_HEADERS:
        response[name.decode()] = value.decode()
    return response
