"""What readers get when no printed page is at hand: the page made on demand, or an honest “nothing here”."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponsePermanentRedirect

from masthead.press import addresses, answers, darkroom, figures, pages, run
from masthead.press.store import Entry
from masthead.public import finding
from masthead.stories.models import Story
from masthead.titles import standing as redirects
from masthead.titles import which
from masthead.titles.models import Title


def paper(request: HttpRequest, path: str) -> HttpResponse:
    """Any address of the paper. A page that is not in the store is printed now, once, and kept."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    path = request.path
    title = which.of(request)
    if title is None:
        return HttpResponse(
            "This paper has not been set up yet. Run “masthead init”.", status=503, content_type="text/plain"
        )
    if path == "/" and (numbered := _numbered(request, title, path)):
        return numbered
    entry = _entry(title, path)
    if entry:
        return respond(request, entry)
    if not path.endswith("/") and _entry(title, f"{path}/"):
        return HttpResponsePermanentRedirect(f"{path}/")
    return _short(title, path) or _numbered(request, title, path) or _moved(request, title, path) or _missing(title, path)


def _short(title: Title, path: str) -> HttpResponse | None:
    """Where a short address leads, if readers may go there: its target's words would tell of the story."""
    if not path.startswith("/s/"):
        return None
    number = addresses.short_number(path.removeprefix("/s/").rstrip("/"))
    story = Story.objects.readable().filter(title=title, pk=number).first() if number else None
    return _lead(story.path) if story and story.path else None


def _numbered(request: HttpRequest, title: Title, path: str) -> HttpResponse | None:
    """Where an old address with a number in its query leads (`/?p=123`): on the front page, too, which else would answer."""
    to = redirects.find_numbered(title, path, request.META.get("QUERY_STRING", ""))
    return _lead(to) if to else None


def _moved(request: HttpRequest, title: Title, path: str) -> HttpResponse | None:
    to = redirects.find(title, path)
    if not to or to == path:
        return None
    query = request.META.get("QUERY_STRING", "")
    return _lead(f"{to}?{query}" if query and "?" not in to else to)


def _lead(to: str) -> HttpResponse:
    """A redirect that caches ask for again each time: an editor may change it, an order may end it."""
    response = HttpResponsePermanentRedirect(to)
    response["Cache-Control"] = "public, no-cache"
    return response


def _entry(title: Title, path: str) -> Entry | None:
    if path.startswith("/pictures/"):
        store = run.store_of(title)
        return store.get(path) if darkroom.on_demand(path, store) else None
    return run.on_demand(title, path)


def respond(request: HttpRequest, entry: Entry) -> HttpResponse:
    """A printed page as the answer to this request."""
    headers = {name.lower().encode("latin-1"): value.encode("latin-1") for name, value in request.headers.items()}
    if request.method == "GET":
        figures.note(entry, headers)
    status, sent, body = answers.answer(entry, answers.Asked.of(headers), request.method or "GET")
    response = HttpResponse(body, status=status)
    if status in (304, 416):
        del response["Content-Type"]
    for name, value in sent:
        response[name.decode()] = value.decode()
    return response


def _missing(title: Title, path: str) -> HttpResponse:
    words = finding.words_of(path)
    response = HttpResponse(pages.missing(title, words, finding.near(title, path)), status=404)
    response["Cache-Control"] = "no-store"
    for name, value in answers.SECURITY_HEADERS:
        response[name.decode()] = value.decode()
    return response
