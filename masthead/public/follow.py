"""The readers' door to letters: the form, the question by letter, the page of one's own follows, the way out.

No account and no cookie: whoever holds the link from a letter is its reader. GET and HEAD change nothing, whatever the
link, because mail scanners open every one; what a link is for happens by a button.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from babel.dates import get_day_names
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from masthead.circulation import clicks, devices, following, targets, tokens, writing
from masthead.circulation.fediverse import actors
from masthead.circulation.labels import say
from masthead.circulation.models import Follow, Follower, Newsletter, Pace
from masthead.kit import clock
from masthead.mailroom.letter import CannotPost
from masthead.press import addresses, assets, dates, platemaker, proof, sheet
from masthead.press.labels import say as say_press
from masthead.press.reading import Reader
from masthead.public import contact, views
from masthead.public.tongue import in_the_papers_language
from masthead.titles import which
from masthead.titles.models import Title

turnstile = contact.Turnstile(each=20, together=600)
EVEN = 0.3
"""Seconds after which a form is answered, whatever there was to do."""
A_MONTH = timedelta(days=30)
NOWHERE = proof.Link("", "")


@dataclass(frozen=True, slots=True)
class Named:
    """A follow in words."""

    pk: int
    name: str
    path: str
    kind: str
    pace: str
    newsletter: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """The page of one's own follows."""

    follows: tuple[Named, ...]
    paces: tuple[tuple[str, str], ...]
    paces_newsletter: tuple[tuple[str, str], ...]
    alerts: bool
    hour: int
    weekday: int
    quiet_from: int
    quiet_to: int
    zone: str
    days: tuple[str, ...]
    paused: bool


@dataclass(frozen=True, slots=True)
class State:
    """Whether one follows something, in words, and how it may come."""

    field: str
    name: str
    path: str
    said: str
    chosen: str
    ways: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What one of these pages shows."""

    sentences: tuple[str, ...] = ()
    options: tuple[proof.Link, ...] = ()
    waiting: tuple[Named, ...] = ()
    paces: tuple[tuple[str, str], ...] = ()
    mine: Mine | None = None
    states: tuple[State, ...] = ()
    stories: tuple[proof.Link, ...] = ()
    """What was in the last numbers of a newsletter."""
    feeds: tuple[proof.Link, ...] = ()
    off: str = ""
    link: proof.Link = NOWHERE
    push: str = ""
    """The paper's key, where the page offers breaking news by web push."""
    push_script: str = ""
    handles: tuple[tuple[str, str], ...] = ()
    """Names and handles in the fediverse."""


def answer(title: Title, heading: str, *sentences: str, status: int = 200, **more: Any) -> HttpResponse:
    about = sheet.page(Reader(title), "", heading, "", robots="noindex", social=False)
    text = platemaker.render("follow.html", page=about, shown=Shown(sentences=sentences, **more))
    return contact.private(HttpResponse(text, status=status))


def own_page(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of ours, or by a program without pages."""
    if said := request.headers.get("Sec-Fetch-Site"):
        return said in ("same-origin", "none")
    # Browsers of before 2023 say where a form stood, and no more.
    origin = request.headers.get("Origin", "")
    return not origin or urlsplit(origin).netloc.lower() == request.get_host().lower()


@csrf_exempt
@in_the_papers_language
def door(request: HttpRequest) -> HttpResponse:
    """The page with everything that can be followed, and what is sent from any follow form."""
    title = which.of(request)
    if title is None:
        return HttpResponse(status=503)
    if request.method != "POST":
        push: dict[str, Any] = {"push": devices.own_key(), "push_script": assets.script_path("push")}
        handles = tuple(actors.handles(title))
        return answer(title, say("your_follows", title.language), options=everything(title), handles=handles, **push)
    if not own_page(request):
        return refuse(title, say("other_site", title.language), 403)
    if not turnstile.lets_in(str(request.META.get("REMOTE_ADDR", ""))):
        return refuse(title, say("too_much", title.language), 429)
    if request.POST.get(contact.TRAP):
        return _asked(title)
    began = clock.monotonic()
    wanted = [found for path in request.POST.getlist("what")[:20] if (found := targets.at(title, path))]
    try:
        consent = f"By the form on {request.headers.get('Referer', title.base_url)[:200]}"
        following.ask(title, request.POST.get("address", ""), wanted, pace=request.POST.get("pace", ""), consent=consent)
        _even(began)
    except CannotPost:
        return refuse(title, say("no_address", title.language, written=request.POST.get("address", "").strip()[:80]), 422)
    except following.CannotFollow as error:
        return refuse(title, str(error), 422)
    return _asked(title)


def _even(began: float) -> None:
    """Every address is answered after the same time: how long it took would tell whether it is known."""
    # A thread of its own waits here; the turnstile lets in one a second at the most.
    threading.Event().wait(max(0.0, began + EVEN - clock.monotonic()))


def refuse(title: Title, said: str, status: int) -> HttpResponse:
    link = proof.Link(say_press("contact_back", title.language), addresses.FOLLOW)
    return answer(title, say("nothing_changed", title.language), said, status=status, link=link)


def _asked(title: Title) -> HttpResponse:
    """The same whether the address is known, new, or somebody else's."""
    return answer(
        title,
        *(say(key, title.language) for key in ("asked", "asked_said", "asked_again")),
        link=proof.Link(say_press("front_link", title.language), "/"),
    )


def everything(title: Title) -> tuple[proof.Link, ...]:
    paper = proof.Link(say_press("followed_paper", title.language, name=title.name), "/")
    letters = [targets.of(one) for one in Newsletter.objects.filter(title=title)]
    sections = [targets.of(one) for one in title.sections.all()]
    return (paper, *(proof.Link(one.name, one.path) for one in [*letters, *sections]))


Page = Callable[[HttpRequest, Follower, str], HttpResponse]


def _by_link(purpose: str) -> Callable[[Page], Callable[[HttpRequest, str], HttpResponse]]:
    """A page behind a signed link. A link that is not whole leads to a sentence and changes nothing."""

    def outer(page: Page) -> Callable[[HttpRequest, str], HttpResponse]:
        @csrf_exempt
        def inner(request: HttpRequest, token: str) -> HttpResponse:
            if request.method not in ("GET", "HEAD", "POST"):
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            try:
                follower, about = tokens.read(token, purpose)
            except tokens.BadLink as error:
                title = which.of(request)
                if title is None:
                    return HttpResponse(status=404)
                return answer(title, say("no_link", title.language), say(str(error), title.language), status=404)
            return page(request, follower, about)

        return inner

    return outer


@_by_link(tokens.CONFIRM)
def confirm(request: HttpRequest, follower: Follower, about: str) -> HttpResponse:
    """The question from the letter: what waits, and a button."""
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("follow") if pk.isdigit()]
        following.confirm(follower, chosen, pace=request.POST.get("pace", ""), alerts="alerts" in request.POST)
        return _mine_link(follower, say("begins", _language(follower)), _next_in_words(follower))
    waiting = _named(follower, following.waiting(follower))
    if not waiting:
        return _mine_link(follower, say("all_confirmed", _language(follower)), _next_in_words(follower))
    said = say("is_this_said", _language(follower), name=follower.title.name, to=follower.to)
    # Newsletters come when they come out; of everything else one chooses how.
    paces = () if all(one.newsletter for one in waiting) else paces_in(_language(follower))[:-1]
    return answer(follower.title, say("is_this", _language(follower)), said, waiting=waiting, paces=paces)


@_by_link(tokens.MINE)
def mine(request: HttpRequest, follower: Follower, about: str) -> HttpResponse:
    """What one follows, how it comes, and when."""
    if request.method != "POST":
        return _mine(follower, say("mine", _language(follower)), _next_in_words(follower))
    wish = request.POST.get("do", "")
    if wish == "forget":
        title, language = follower.title, _language(follower)
        following.forget(follower)
        return answer(title, say("deleted", language), say("deleted_said", language))
    if wish in ("pause", "resume", "all"):
        return _act(follower, wish, "")
    paces = {int(k[5:]): str(v) for k, v in request.POST.items() if k.startswith("pace-") and k[5:].isdigit()}
    numbers = {n: int(v) for n in ("hour", "weekday", "quiet_from", "quiet_to") if (v := request.POST.get(n, "")).isdigit()}
    zone = request.POST.get("time_zone", "").strip()
    follower = following.change(follower, paces, **numbers, time_zone=zone, alerts="alerts" in request.POST)
    said = [] if zone == follower.time_zone else [say("no_zone", _language(follower), zone=zone[:60])]
    return _mine(follower, say("kept", _language(follower)), *said, _next_in_words(follower))


@_by_link(tokens.OFF)
def off(request: HttpRequest, follower: Follower, about: str) -> HttpResponse:
    """The way out. A mail program's one click (RFC 8058) is a POST with a body of its own; people get buttons."""
    if request.method != "POST":
        language = _language(follower)
        said = say("letters_to", language, name=follower.title.name, to=follower.to)
        return answer(follower.title, say("no_more_of_this", language), said, off=say(_off_words(about), language))
    if request.POST.get("List-Unsubscribe") == "One-Click":
        following.leave_list(follower, about)
        return contact.private(HttpResponse(say("off_click", _language(follower)), content_type="text/plain; charset=utf-8"))
    return _act(follower, request.POST.get("do", "this"), about)


def _off_words(about: str) -> str:
    return {"": "off_edition", "alerts": "off_alerts"}.get(about, "off_newsletter")


def _act(follower: Follower, wish: str, about: str) -> HttpResponse:
    language = _language(follower)
    if wish == "pause":
        following.pause(follower, follower.local().date() + A_MONTH)
        day = dates.medium_date(follower.local() + A_MONTH, language)
        return _mine_link(follower, say("paused", language), say("paused_said", language, day=day))
    if wish == "resume":
        following.pause(follower, None)
        return _mine_link(follower, say("pause_over", language), _next_in_words(follower))
    if wish == "all":
        following.leave(follower)
        return _mine_link(follower, say("no_more", language), say("no_more_said", language))
    following.leave_list(follower, about)
    return _mine_link(follower, say("off_done", language), say("off_done_said", language))


def mine_link(follower: Follower) -> proof.Link:
    """The way to the page of one's own."""
    return proof.Link(say("mine", _language(follower)), f"/follow/mine/{tokens.make(follower, tokens.MINE)}/")


def own(follower: Follower) -> HttpResponse:
    """Off to the page of one's own."""
    return contact.private(HttpResponse(status=303, headers={"Location": mine_link(follower).path}))


def _mine_link(follower: Follower, heading: str, *said: str) -> HttpResponse:
    return answer(follower.title, heading, *said, link=mine_link(follower))


def _mine(follower: Follower, heading: str, *said: str) -> HttpResponse:
    shown = Mine(
        follows=_named(follower, [row for row, _ in following.names(follower) if row.confirmed]),
        paces=paces_in(_language(follower)),
        paces_newsletter=paces_in(_language(follower), newsletter=True),
        alerts=follower.alerts,
        hour=follower.hour,
        weekday=follower.weekday,
        quiet_from=follower.quiet_from,
        quiet_to=follower.quiet_to,
        zone=follower.time_zone or follower.title.time_zone,
        days=tuple(get_day_names("wide", locale=dates.locale_of(_language(follower)))[n] for n in range(7)),
        paused=bool(follower.paused_until and follower.paused_until > follower.local().date()),
    )
    return answer(follower.title, heading, *said, mine=shown)


def to(request: HttpRequest, edition: str, story: int, sign: str) -> HttpResponse:
    """From a letter to its story, where the paper counts how often. Mail scanners and previews are no readers: a browser
    that a person moves says that it navigates, and programs do not."""
    title = which.of(request)
    person = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    found = clicks.lead(title, edition, min(story, 2**62), sign, person=person) if title else None
    if title is None or found is None:
        return views.paper(request, request.path.removeprefix("/"))
    response = HttpResponse(status=302, headers={"Location": found.path or "/"})
    return contact.private(response)


def _named(follower: Follower, rows: list[Follow]) -> tuple[Named, ...]:
    known = targets.named(follower.title, rows)
    return tuple(
        Named(row.pk, one.name, one.path, say(f"kind_{one.shown_as}", _language(follower)), row.pace, row.kind == Follow.Kind.NEWSLETTER)
        for row in rows
        if (one := known.get((row.kind, row.target)))
    )


def paces_in(language: str, *, newsletter: bool = False) -> tuple[tuple[str, str], ...]:
    """How something can come, and “not any more”, in words."""
    ways = [("daily", "pace_newsletter")] if newsletter else [(str(one), f"pace_{str(one).replace(' ', '_')}") for one in Pace]
    return tuple((value, say(key, language)) for value, key in [*ways, ("off", "pace_off")])


def _language(follower: Follower) -> str:
    return follower.language or follower.title.language


def _next_in_words(follower: Follower) -> str:
    """“The next letter comes on Tuesday, 24 November 2026 at 07:00 (Europe/London), if there is something new.”"""
    language = _language(follower)
    if follower.next_at is None:
        return say("next_none", language)
    at = follower.local(follower.next_at)
    day = writing.day_in_words(at, language)
    return say("next_at", language, day=day, time=f"{at:%H:%M}", zone=follower.zone.key)
