"""Following as a reader who is signed in: no letter asks, and the page says in words what one follows.

It stands below the conversation's addresses, because only there does a browser show the cookie of who signed in; printed
pages never see it, and lead here by a plain link.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from masthead.circulation import following, targets
from masthead.circulation.labels import say
from masthead.circulation.models import Follow
from masthead.circulation.targets import Target
from masthead.mailroom.letter import CannotPost
from masthead.people.models import Reader
from masthead.press import addresses, proof
from masthead.press.labels import say as say_press
from masthead.public import contact, follow, signing_in
from masthead.titles import which
from masthead.titles.models import Title

MOST = 20


@csrf_exempt
def page(request: HttpRequest) -> HttpResponse:
    """What `what` names, whether one follows it, and how it comes; without `what`, one's own page."""
    title = which.of(request)
    if title is None:
        return HttpResponse(status=503)
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    asked = (request.POST if request.method == "POST" else request.GET).getlist("what")[:MOST]
    things = list(dict.fromkeys(found for path in asked if (found := targets.at(title, path[:300]))))
    reader = signing_in.reader_of(request)
    if reader is None or not reader.to:
        return _stranger(title, things)
    if request.method == "POST":
        return _keep(request, title, reader, things)
    return _state(request, title, reader, things)


def _stranger(title: Title, things: list[Target]) -> HttpResponse:
    """Who is not signed in follows by letter, or comes in first."""
    options = tuple(proof.Link(one.name, one.path) for one in things) or follow.everything(title)
    link = proof.Link(say("sign_in", title.language), f"{addresses.COMMENTS}mine/")
    said = say("not_signed_in_said", title.language)
    return follow.answer(title, say("your_follows", title.language), said, options=options, link=link, feeds=_feeds(things))


def _keep(request: HttpRequest, title: Title, reader: Reader, things: list[Target]) -> HttpResponse:
    if not follow.own_page(request):
        return follow.refuse(title, say("other_site", title.language), 403)
    wishes = {one: request.POST.get(f"pace-{one.kind}-{one.pk}", "") for one in things}
    try:
        following.set_by_account(title, reader.to, wishes, consent=f"Signed in, on {request.headers.get('Referer', title.base_url)[:200]}")
    except CannotPost:
        return follow.refuse(title, say("no_address", title.language, written=reader.to), 422)
    query = urlencode([("what", one.path) for one in things])
    return contact.private(HttpResponse(status=303, headers={"Location": f"{addresses.COMMENTS}follow/?{query}&kept=1"}))


def _state(request: HttpRequest, title: Title, reader: Reader, things: list[Target]) -> HttpResponse:
    follower, language = following.of_address(title, reader.to), title.language
    if not things and follower and follower.confirmed_at:
        return follow.own(follower)
    rows = {(row.kind, row.target): row for row in follower.follows.all()} if follower else {}
    things = things or [found for one in follow.everything(title) if (found := targets.at(title, one.path))]
    states = tuple(_in_words(language, one, rows.get((one.kind, one.pk)), alone=len(things) == 1) for one in things)
    link = follow.mine_link(follower) if follower and follower.confirmed_at else proof.Link(say_press("front_link", language), "/")
    kept = [say("kept", language) + "."] if "kept" in request.GET else []
    said = say("letters_to", language, name=title.name, to=reader.to)
    return follow.answer(title, say("your_follows", language), *kept, said, states=states, link=link, feeds=_feeds(things))


def _feeds(things: list[Target]) -> tuple[proof.Link, ...]:
    """The feeds of the one thing that is asked for: of a conversation they stand below its own addresses."""
    if len(things) != 1:
        return ()
    base = things[0].path.replace("#conversation", "comments/")
    return tuple(proof.Link(label, base + file) for file, label in addresses.FEEDS.items())


def _in_words(language: str, one: Target, row: Follow | None, *, alone: bool) -> follow.State:
    paces = follow.paces_in(language, newsletter=one.kind == Follow.Kind.NEWSLETTER)[:-1]
    if row is None:
        said, chosen = say("state_not", language), "daily" if alone else "off"
    elif not row.confirmed:
        said, chosen = say("state_waiting", language), row.pace
    else:
        words = dict(paces)
        said, chosen = say("state_followed", language, pace=words.get(row.pace, words["daily"])), row.pace
    ways = (("off", say("pace_none", language)), *paces)
    return follow.State(f"pace-{one.kind}-{one.pk}", one.name, one.path, said, chosen, ways)
