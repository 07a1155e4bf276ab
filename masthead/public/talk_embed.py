"""The conversation on another site of the house: a frame, and the script that puts it there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from masthead.comments import standing
from masthead.press import addresses, assets
from masthead.public import contact
from masthead.public.talk_pages import see_other
from masthead.stories import gate, whereabouts
from masthead.titles import which


def embed(request: HttpRequest) -> HttpResponse:
    """For a frame on another site of the house: leads to the conversation on the story that stands at, or came from, `url`."""
    title = which.of(request)
    story = whereabouts.at(title, request.GET.get("url", "")[:1000]) if title and standing.book_of(title).on else None
    if story is None or not story.path or not gate.allows(story):
        return contact.private(HttpResponse(status=204))
    return see_other(addresses.talk_embed(story.path))


def embed_script(request: HttpRequest) -> HttpResponse:
    """The script that puts the frame there. Its address never changes, so browsers ask for it anew each day."""
    response = HttpResponse(assets.script("embed"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"], response["X-Content-Type-Options"] = "public, max-age=86400", "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
