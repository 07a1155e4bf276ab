"""The door for other servers of the fediverse: who we are, what we posted, and where they tell us who follows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from masthead.circulation.fediverse import actors, documents, inbox
from masthead.circulation.models import Actor, Post
from masthead.public import contact
from masthead.titles import which
from masthead.titles.models import Title

turnstile = contact.Turnstile(each=300, together=6000)
JRD = "application/jrd+json"


def _said(said: dict[str, Any] | None, status: int = 200, kind: str = documents.TYPE) -> HttpResponse:
    """A document for other servers. They ask each time whether it is still true."""
    if said is None:
        return _plain(404, "There is nothing here.")
    response = JsonResponse(said, status=status, content_type=kind)
    response["Cache-Control"], response["Vary"] = "public, no-cache", "Accept"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _plain(status: int, words: str) -> HttpResponse:
    return contact.private(HttpResponse(words, status=status, content_type="text/plain; charset=utf-8"))


def _paper(request: HttpRequest) -> Title | None:
    """The paper, if it is in the fediverse at all."""
    return which.of(request) if actors.what() else None


def webfinger(request: HttpRequest) -> HttpResponse:
    """From name@host, or one of our addresses, to an actor (RFC 7033)."""
    title, resource = _paper(request), request.GET.get("resource", "")
    if not resource:
        return _plain(400, "Say whom you look for: ?resource=acct:name@host")
    one = _asked(title, resource) if title else None
    return _said(documents.webfinger(one) if one else None, kind=JRD)


def _asked(title: Title, resource: str) -> Actor | None:
    if resource.startswith(f"{title.base_url}{actors.ROOT}"):
        return actors.find(title, resource.removeprefix(f"{title.base_url}{actors.ROOT}"))
    if resource.rstrip("/") == title.base_url:
        return actors.find(title, actors.PAPER)
    name, at, host = resource.removeprefix("acct:").removeprefix("@").rpartition("@")
    return actors.named(title, name) if at and host.lower() == actors.host(title).lower() else None


def actor(request: HttpRequest, slot: str) -> HttpResponse:
    """An actor for servers; people are led to its page."""
    title = _paper(request)
    one = actors.find(title, slot) if title else None
    if one and "text/html" in request.headers.get("Accept", "") and "json" not in request.headers.get("Accept", ""):
        return HttpResponse(status=302, headers={"Location": documents.actor(one)["url"], "Vary": "Accept"})
    return _said(documents.actor(one) if one else None)


def outbox(request: HttpRequest, slot: str) -> HttpResponse:
    """What an actor posted lately."""
    title = _paper(request)
    one = actors.find(title, slot) if title else None
    return _said(documents.outbox(one) if one else None)


def followers(request: HttpRequest, slot: str) -> HttpResponse:
    """How many follow an actor."""
    title = _paper(request)
    one = actors.find(title, slot) if title else None
    return _said(documents.followers(one) if one else None)


def story(request: HttpRequest, name: str) -> HttpResponse:
    """A post; 410 and no word of it once the story was taken back."""
    title = which.of(request)
    post = Post.objects.filter(title=title, name=name).select_related("story__title", "story__section", "title").first() if title else None
    if post is None:
        return _said(None)
    said = documents.note(post)
    if said is None:
        return _said({"@context": documents.STREAMS, **documents.tombstone(post)}, status=410)
    if "text/html" in request.headers.get("Accept", "") and "json" not in request.headers.get("Accept", ""):
        return HttpResponse(status=302, headers={"Location": said["url"], "Vary": "Accept"})
    return _said({"@context": documents.STREAMS, **said})


@csrf_exempt  # the signature proves the sender; there is no session here
def receive(request: HttpRequest, slot: str = "") -> HttpResponse:
    """An inbox: of one actor, or of all."""
    title = _paper(request)
    if title is None:
        return _plain(404, "There is nothing here.")
    if request.method != "POST":
        return _plain(405, "Activities are sent here with POST.")
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > inbox.MOST_BYTES:
        return _plain(413, "This is larger than what is taken here.")
    if not turnstile.lets_in(str(request.META.get("REMOTE_ADDR", ""))):
        return _plain(429, "Too much came in the last minutes; try again in ten.")
    url = f"{title.base_url}{request.get_full_path()}"
    try:
        inbox.take(title, url, {name.lower(): value for name, value in request.headers.items()}, request.body)
    except inbox.NotTaken as refused:
        return _plain(refused.status, str(refused))
    return _plain(202, "It will be looked at.")


def nodeinfo_at(request: HttpRequest) -> HttpResponse:
    """Where the description of this server is."""
    title = _paper(request)
    link = {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.1", "href": f"{title.base_url}/nodeinfo/2.1"} if title else None
    return _said({"links": [link]} if link else None, kind="application/json")


def nodeinfo(request: HttpRequest) -> HttpResponse:
    """What kind of server this is."""
    title = _paper(request)
    return _said(documents.nodeinfo(title) if title else None, kind="application/json")
