"""The readers' door to letters: the form, the question by letter, the page of one's own follows, the way out.

No account and no cookie: whoever holds the link from a letter is its reader. GET and HEAD change nothing, whatever the
link, because mail scanners open every one; what a link is for happens by a button.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from babel.dates import get_day_names
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from masthead.circulation import clicks, devices, following, targets, tokens, writing
from masthead.circulation.fediverse import actors
from masthead.circulation.models import Follow, Follower, Newsletter, Pace
from masthead.mailroom.letter import CannotPost
from masthead.press import addresses, assets, dates, platemaker, proof, sheet
from masthead.press.labels import say
from masthead.press.reading import Reader
from masthead.public import contact, views
from masthead.titles import which
from masthead.titles.models import Title

turnstile = contact.Turnstile(each=20, together=600)
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
class Shown:
    """What one of these pages shows."""

    sentences: tuple[str, ...] = ()
    options: tuple[proof.Link, ...] = ()
    waiting: tuple[Named, ...] = ()
    mine: Mine | None = None
    off: str = ""
    link: proof.Link = NOWHERE
    push: str = ""
    """The paper's key, where the page offers breaking news by web push."""
    push_script: str = ""
    handles: tuple[tuple[str, str], ...] = ()
    """Names and handles in the fediverse."""


def _answer(title: Title, heading: str, *sentences: str, status: int = 200, **more: Any) -> HttpResponse:
    about = sheet.page(Reader(title), "", heading, "", robots="noindex", social=False)
    text = platemaker.render("follow.html", page=about, shown=Shown(sentences=sentences, **more))
    return contact.private(HttpResponse(text, status=status))


def own_page(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of ours, or by a program without pages."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


@csrf_exempt
def door(request: HttpRequest) -> HttpResponse:
    """The page with everything that can be followed, and what is sent from any follow form."""
    title = which.of(request)
    if title is None:
        return HttpResponse(status=503)
    if request.method != "POST":
        push: dict[str, Any] = {"push": devices.own_key(), "push_script": assets.script_path("push")}
        handles = tuple(actors.handles(title))
        return _answer(title, say("follow", title.language), options=_everything(title), handles=handles, **push)
    if not own_page(request):
        return _answer(title, "Nothing was changed", "This came from another site’s page. Use the form on ours.", status=403)
    if not turnstile.lets_in(str(request.META.get("REMOTE_ADDR", ""))):
        return _answer(title, "Nothing was changed", "Too much came in the last minutes; please try again in ten.", status=429)
    if request.POST.get(contact.TRAP):
        return _asked(title)
    wanted = [found for path in request.POST.getlist("what")[:20] if (found := targets.at(title, path))]
    try:
        consent = f"By the form on {request.headers.get('Referer', title.base_url)[:200]}"
        following.ask(title, request.POST.get("address", ""), wanted, pace=request.POST.get("pace", ""), consent=consent)
    except (CannotPost, following.CannotFollow) as error:
        link = proof.Link(say("contact_back", title.language), addresses.FOLLOW)
        return _answer(title, "Nothing was changed", str(error), status=422, link=link)
    return _asked(title)


def _asked(title: Title) -> HttpResponse:
    """The same whether the address is known, new, or somebody else's."""
    return _answer(
        title,
        "Please look into your mailbox",
        "We have sent a letter to the address you gave. Open the link in it and press the button there; then it begins.",
        "If nothing comes within ten minutes, look among unwanted mail, or check the address and send it again.",
        link=proof.Link(say("front_link", title.language), "/"),
    )


def _everything(title: Title) -> tuple[proof.Link, ...]:
    paper = proof.Link(say("followed_paper", title.language, name=title.name), "/")
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
                return _answer(title, "This link does not work", str(error), status=404) if title else HttpResponse(status=404)
            return page(request, follower, about)

        return inner

    return outer


@_by_link(tokens.CONFIRM)
def confirm(request: HttpRequest, follower: Follower, about: str) -> HttpResponse:
    """The question from the letter: what waits, and a button."""
    if request.method == "POST":
        following.confirm(follower, [int(pk) for pk in request.POST.getlist("follow") if pk.isdigit()])
        return _mine_link(follower, "Thank you: it begins", _next_in_words(follower))
    waiting = _named(follower, following.waiting(follower))
    if not waiting:
        return _mine_link(follower, "All is confirmed", _next_in_words(follower))
    said = f"Letters from {follower.title.name} to {follower.to}. Nothing is sent until you press the button."
    return _answer(follower.title, "Is this what you want?", said, waiting=waiting)


@_by_link(tokens.MINE)
def mine(request: HttpRequest, follower: Follower, about: str) -> HttpResponse:
    """What one follows, how it comes, and when."""
    if request.method != "POST":
        return _mine(follower, "What I follow", _next_in_words(follower))
    wish = request.POST.get("do", "")
    if wish == "forget":
        title = follower.title
        following.forget(follower)
        return _answer(title, "All is deleted", "We have deleted your address and everything about it.")
    if wish in ("pause", "resume", "all"):
        return _act(follower, wish, "")
    paces = {int(k[5:]): str(v) for k, v in request.POST.items() if k.startswith("pace-") and k[5:].isdigit()}
    numbers = {n: int(v) for n in ("hour", "weekday", "quiet_from", "quiet_to") if (v := request.POST.get(n, "")).isdigit()}
    zone = request.POST.get("time_zone", "").strip()
    follower = following.change(follower, paces, **numbers, time_zone=zone, alerts="alerts" in request.POST)
    said = [] if zone == follower.time_zone else [f"“{zone[:60]}” is not a time zone; write one such as Europe/London. The rest was kept."]
    return _mine(follower, "Kept", *said, _next_in_words(follower))


@_by_link(tokens.OFF)
def off(request: HttpRequest, follower: Follower, about: str) -> HttpResponse:
    """The way out. A mail program's one click (RFC 8058) is a POST with a body of its own; people get buttons."""
    if request.method != "POST":
        said = f"Letters from {follower.title.name} to {follower.to}."
        return _answer(follower.title, "No more of these letters?", said, off=_off_words(about))
    if request.POST.get("List-Unsubscribe") == "One-Click":
        following.leave_list(follower, about)
        return contact.private(HttpResponse("Done: no more of these letters.", content_type="text/plain; charset=utf-8"))
    return _act(follower, request.POST.get("do", "this"), about)


def _off_words(about: str) -> str:
    return {"": "No more daily or weekly letters", "alerts": "No more breaking news"}.get(about, "No more of this newsletter")


def _act(follower: Follower, wish: str, about: str) -> HttpResponse:
    if wish == "pause":
        following.pause(follower, follower.local().date() + A_MONTH)
        return _mine_link(follower, "Paused", f"No letters before {dates.medium_date(follower.local() + A_MONTH, _language(follower))}.")
    if wish == "resume":
        following.pause(follower, None)
        return _mine_link(follower, "The pause is over", _next_in_words(follower))
    if wish == "all":
        following.leave(follower)
        return _mine_link(follower, "No more letters", "You will get no more letters from us. What you follow stays on your own page.")
    following.leave_list(follower, about)
    return _mine_link(follower, "No more of these letters", "It is done. Everything else stays as it was.")


def _mine_link(follower: Follower, heading: str, *said: str) -> HttpResponse:
    path = f"/follow/mine/{tokens.make(follower, tokens.MINE)}/"
    return _answer(follower.title, heading, *said, link=proof.Link("What I follow", path))


def _mine(follower: Follower, heading: str, *said: str) -> HttpResponse:
    shown = Mine(
        follows=_named(follower, [row for row, _ in following.names(follower) if row.confirmed]),
        paces=(*((str(v), str(w)) for v, w in Pace.choices), ("off", "not any more")),
        paces_newsletter=(("daily", "when it comes out"), ("off", "not any more")),
        alerts=follower.alerts,
        hour=follower.hour,
        weekday=follower.weekday,
        quiet_from=follower.quiet_from,
        quiet_to=follower.quiet_to,
        zone=follower.time_zone or follower.title.time_zone,
        days=tuple(get_day_names("wide", locale=dates.locale_of(_language(follower)))[n] for n in range(7)),
        paused=bool(follower.paused_until and follower.paused_until > follower.local().date()),
    )
    return _answer(follower.title, heading, *said, mine=shown)


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
        Named(row.pk, one.name, one.path, str(Follow.Kind(row.kind).label), row.pace, row.kind == Follow.Kind.NEWSLETTER)
        for row in rows
        if (one := known.get((row.kind, row.target)))
    )


def _language(follower: Follower) -> str:
    return follower.language or follower.title.language


def _next_in_words(follower: Follower) -> str:
    """“The next letter comes on Tuesday, 24 November 2026 at 07:00 (Europe/London), if there is something new.”"""
    if follower.next_at is None:
        return "No daily or weekly letter comes to you."
    at = follower.local(follower.next_at)
    day = writing.day_in_words(at, _language(follower))
    return f"The next letter comes on {day} at {at:%H:%M} ({follower.zone.key}), if there is something new."
