"""The door for browsers that ask for breaking news: the paper's key, a subscription taken, a subscription ended.

No account and no cookie: whoever knows a subscription's endpoint is its browser.
"""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from masthead.circulation import devices
from masthead.public import contact, follow
from masthead.public.tongue import in_the_papers_language
from masthead.titles import which
from masthead.titles.models import Title

MOST_BYTES = 5000
turnstile = contact.Turnstile(each=30, together=2000)


@csrf_exempt
@in_the_papers_language
def door(request: HttpRequest) -> HttpResponse:
    """GET gives the paper's key; POST takes or ends a subscription, as JSON."""
    title = which.of(request)
    if title is None:
        return HttpResponse(status=503)
    if request.method in ("GET", "HEAD"):
        response = JsonResponse({"key": devices.own_key()})
        # Asked on every round of a browser that has a subscription: its own cache answers for a day.
        response["Cache-Control"] = "public, max-age=86400"
        return response
    if request.method != "POST":
        return _said(405, _("A subscription is sent here with POST."))
    if not follow.own_page(request):
        return _said(403, _("This came from another site’s page. Nothing was changed."))
    if not turnstile.lets_in(str(request.META.get("REMOTE_ADDR", ""))):
        return _said(429, _("Too much came in the last minutes; please try again in ten. Nothing was changed."))
    return _take(title, request)


def _take(title: Title, request: HttpRequest) -> HttpResponse:
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > MOST_BYTES:
        return _said(413, _("This is larger than a browser's subscription is. Nothing was changed."))
    try:
        said = json.loads(request.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return _said(400, _("This is no subscription. Nothing was changed."))
    if said.get("leave") is True:
        devices.leave(title, str(said.get("endpoint", "")))
        return _said(200, _("No more breaking news for this browser."))
    try:
        devices.take(title, said)
    except devices.CannotTake as refused:
        return _said(422, str(refused))
    return _said(200, _("This browser gets breaking news."))


def _said(status: int, words: str) -> HttpResponse:
    return contact.private(HttpResponse(words, status=status, content_type="text/plain; charset=utf-8"))
