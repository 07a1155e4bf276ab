"""The door for agencies that send: signed webhooks, and the hubs of WebSub. What they say, wire.arrivals judges."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from masthead.stories import diary
from masthead.wire.arrivals import push, websub
from masthead.wire.models import Source

_PIECE = 65_536


@csrf_exempt  # the signature proves the sender; there is no session here
def receive(request: HttpRequest, word: str) -> HttpResponse:
    """A delivery (POST), or a hub's question whether we want its pushes (GET)."""
    source = push.source_at(word)
    if source is None:
        raise Http404
    if request.method == "GET" and source.kind == Source.Kind.WEBSUB:
        return _verify(source, request)
    if request.method != "POST":
        return _said(405, "Deliveries are sent here with POST.", Allow="POST")
    data = _body(request, int(settings.CONFIG.get("wire.max_file_mb")) * 1_000_000)
    if data is None:
        return _said(413, f"The delivery is larger than {settings.CONFIG.get('wire.max_file_mb')} MB; it was not kept.")
    answer = push.receive(source, {name.lower(): value for name, value in request.headers.items()}, data)
    if answer.status == 202:
        diary.bell.set()
    return _said(answer.status, answer.words)


def _verify(source: Source, request: HttpRequest) -> HttpResponse:
    challenge = websub.verify(source, {name: value[:2000] for name, value in request.GET.items()})
    return _said(404, "We did not ask for this.") if challenge is None else _said(200, challenge)


def _body(request: HttpRequest, most: int) -> bytes | None:
    """The body, None when it is larger than `most` bytes."""
    declared = request.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > most:
        return None
    data = bytearray()
    while piece := request.read(_PIECE):
        data += piece
        if len(data) > most:
            return None
    return bytes(data)


def _said(status: int, words: str, **headers: str) -> HttpResponse:
    response = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8", headers=headers or None)
    response["Cache-Control"], response["X-Robots-Tag"], response["X-Content-Type-Options"] = (
        "no-store", "noindex", "nosniff",
    )  # fmt: skip
    return response
