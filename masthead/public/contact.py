"""The form on the contact page: what a reader sends to the newsroom, and the receipt.

Nothing about it can be cached: the page with the form is printed and the same for all, the answer is given once, to
the one who asked, and says so. There is no cookie and no account, so there is nothing that another site could abuse in
a reader's name; what comes from another site's form is refused all the same.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import threading

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from masthead.kit import clock
from masthead.press import answers, pages
from masthead.press.labels import say
from masthead.public import views
from masthead.public.tongue import in_the_papers_language
from masthead.stories import gate, tips
from masthead.stories.models import Story
from masthead.titles import which
from masthead.titles.models import Title

TRAP = "website"
"""A field that people do not see. What fills it in is put aside, not thrown away."""
MOST_EACH = 5
MOST_ALL = 120
WINDOW = 600.0
"""Seconds over which both are counted."""


class Turnstile:
    """How many came lately, from one place and from all. Places are kept as salted digests, in memory, for minutes."""

    def __init__(self, each: int = MOST_EACH, together: int = MOST_ALL) -> None:
        self._each, self._together = each, together
        self._salt, self._lock = secrets.token_bytes(16), threading.Lock()
        self._came: dict[bytes, list[float]] = {}

    def lets_in(self, address: str) -> bool:
        """Count one more from `address`, unless it, or all together, had too many."""
        place, now = hashlib.blake2b(_place(address).encode(), key=self._salt, digest_size=8).digest(), clock.monotonic()
        with self._lock:
            self._came = {p: kept for p, times in self._came.items() if (kept := [t for t in times if now - t < WINDOW])}
            if len(self._came.get(place, [])) >= self._each or sum(map(len, self._came.values())) >= self._together:
                return False
            self._came.setdefault(place, []).append(now)
            return True


    def lately(self) -> int:
        """How many came in the last minutes, from everywhere."""
        now = clock.monotonic()
        with self._lock:
            return sum(now - at < WINDOW for times in self._came.values() for at in times)


def _place(address: str) -> str:
    """Where somebody comes from: of IPv6 the network, because a house has as many addresses as it likes."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
    return str(known)


turnstile = Turnstile()


@csrf_exempt
@in_the_papers_language
def door(request: HttpRequest) -> HttpResponse:
    """The contact page, and what is sent from it."""
    title = which.of(request)
    if request.method != "POST" or title is None:
        return views.paper(request, "contact/")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return _answer(title, 403, wrong=say("contact_elsewhere", title.language))
    if not turnstile.lets_in(str(request.META.get("REMOTE_ADDR", ""))):
        return _answer(title, 429, wrong=say("contact_too_much", title.language))
    try:
        tip = tips.take(
            title,
            text=request.POST.get("text", ""),
            name=request.POST.get("name", ""),
            reply_to=request.POST.get("reply_to", ""),
            file=_file(request.FILES.get("file")),
            aside=bool(request.POST.get(TRAP)),
        )
    except tips.NotTaken as error:
        return _answer(title, 422, wrong=str(error))
    return _answer(title, 200, receipt=tip.receipt)


@csrf_exempt
@in_the_papers_language
def error(request: HttpRequest, path: str) -> HttpResponse:
    """A reader found an error in a story: the form, and what is sent from it. It lands with the tips, beside its story."""
    title = which.of(request)
    story = Story.objects.select_related("title", "section", "agency").filter(title=title, path=f"/{path}").first() if title else None
    if title is None or story is None or not gate.allows(story):
        raise Http404
    text = request.POST.get("text", "")
    if request.method != "POST":
        return _error_form(title, story)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return _error_form(title, story, text, say("contact_elsewhere", title.language), 403)
    if not turnstile.lets_in(str(request.META.get("REMOTE_ADDR", ""))):
        return _error_form(title, story, text, say("contact_too_much", title.language), 429)
    name, reply_to = request.POST.get("name", ""), request.POST.get("reply_to", "")
    try:
        tip = tips.take(title, text=text, name=name, reply_to=reply_to, about=story, aside=bool(request.POST.get(TRAP)))
    except tips.NotTaken as why:
        return _error_form(title, story, text, str(why), 422)
    return _answer(title, 200, receipt=tip.receipt)


def _error_form(title: Title, story: Story, text: str = "", wrong: str = "", status: int = 200) -> HttpResponse:
    return private(HttpResponse(pages.error_form(title, story, text, wrong), status=status))


def _file(file: UploadedFile | None) -> bytes | None:
    if file is None or not file.size:
        return None
    # One byte more than allowed is enough to know that it is too large.
    return file.read(tips.LIMITS.megabytes * 1_000_000 + 1)


def _answer(title: Title, status: int, receipt: str = "", wrong: str = "") -> HttpResponse:
    return private(HttpResponse(pages.received(title, receipt, wrong), status=status))


def private(response: HttpResponse) -> HttpResponse:
    """Mark an answer as this reader's alone: no cache keeps it, no machine lists it."""
    response["Cache-Control"], response["X-Robots-Tag"] = "private, no-store", "noindex"
    for name, value in answers.SECURITY_HEADERS:
        response[name.decode()] = value.decode()
    return response
