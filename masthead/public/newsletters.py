"""The page of a newsletter: what it is, the form to get it, what was in the last numbers; and its feeds.

Made for each who asks, from the gate: a newsletter's page is rare, and nothing of a story that was taken back stays on it.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from masthead.circulation import targets
from masthead.circulation.models import Newsletter
from masthead.press import addresses, pages, proof
from masthead.press.reading import Reader
from masthead.public import contact, follow, views
from masthead.stories.models import Story
from masthead.titles import which

NUMBERS = 5
MOST = 25


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What readers see of a newsletter."""
    title = which.of(request)
    found = Newsletter.objects.filter(title=title, slug=slug).select_related("title").first() if title else None
    if found is None:
        return views.paper(request, request.path.removeprefix("/"))
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    target = targets.of(found)
    stories = tuple(proof.Link(one.display_headline, one.path or "/") for one in _stories(found, Reader(found.title)))
    feeds = tuple(proof.Link(label, target.path + file) for file, label in addresses.FEEDS.items())
    options = (proof.Link(found.name, target.path),)
    return follow.answer(found.title, found.name, *filter(None, [found.about]), options=options, stories=stories, feeds=feeds)


def feed(request: HttpRequest, slug: str, file: str) -> HttpResponse:
    """The stories of the last numbers as a feed."""
    title = which.of(request)
    found = Newsletter.objects.filter(title=title, slug=slug).select_related("title").first() if title else None
    if found is None or file not in addresses.FEEDS:
        return views.paper(request, request.path.removeprefix("/"))
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    reader = Reader(found.title)
    made = pages.feed(reader, file, f"{found.title.name}: {found.name}", targets.of(found).path, lambda own: _stories(found, own))
    return contact.private(HttpResponse(made.body, content_type=made.content_type))


def _stories(newsletter: Newsletter, reader: Reader) -> QuerySet[Story]:
    """What was in the last numbers and may be read now, the newest first."""
    sent = newsletter.numbers.exclude(sent_at=None).order_by("-sent_at")[:NUMBERS]
    picked = {pk for number in sent for pk in number.picks[:MOST]}
    return reader.readable().filter(pk__in=picked)
