"""How a reader signs in: a code by letter, and a cookie that only the readers' door of the conversation looks at.

A letter's link leads to a page with a button; opening it, as mail scanners do, uses nothing up. Known and unknown
addresses are answered alike. Printed pages never look at the cookie: they are the same for everybody.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from masthead.kit import clock
from masthead.mailroom import outbox
from masthead.mailroom.letter import CannotPost, Kind, Letter, address, same
from masthead.people import readers
from masthead.people.models import Reader, SignIn
from masthead.titles import scope
from masthead.titles.models import Title

COOKIE = "masthead_reader"
MUTES = "masthead_mutes"
MOST, MOST_A_DAY = 4, 20
"""Letters with a code to one address in a quarter of an hour, and in a day. With five tries each, a stranger who asks for
codes to somebody's address guesses one of a million a hundred times a day at the most."""


class NoLetter(ValueError):
    """No letter was sent. The message is the sentence for the reader."""


def reader_of(request: HttpRequest) -> Reader | None:
    """Who asks."""
    return readers.of(request.COOKIES.get(COOKIE, ""))


@transaction.atomic
def ask(title: Title, written: str, draft: dict[str, str]) -> str:
    """Send a code to the address; returns the word of the page that asks for it. Raises NoLetter."""
    try:
        to = address(written)
    except CannotPost as error:
        raise NoLetter(str(error)) from None
    now, asked = clock.now(), SignIn.objects.filter(address=same(to))
    with scope.across():
        lately = asked.filter(made_at__gt=now - readers.CODE_GOOD_FOR).count()
        sends = lately < MOST and asked.filter(made_at__gt=now - timedelta(days=1), opens=True).count() < MOST_A_DAY
    word, code = readers.ask(title.pk, same(to), to, draft, opens=sends)
    if sends:
        text = (
            _("Your code for {paper}:").format(paper=title.name) + f"\n\n    {code[:3]} {code[3:]}\n\n"
            + _("Type it on the page that asked for it, or open this one and press the button there:")
            + f"\n{title.base_url}/comments/enter/{word}/?code={code}\n\n"
            + _("It is good for a quarter of an hour. If you did not ask for it, do nothing: nobody comes in without it.") + "\n"
        )
        letter = Letter(
            title=title, to=to, subject=_("Your code: {code}").format(code=f"{code[:3]} {code[3:]}") + f" – {title.name}", text=text, kind=Kind.SIGN_IN,
            good_until=clock.now() + readers.CODE_GOOD_FOR,
        )  # fmt: skip
        outbox.post(letter, f"code:{readers.digest(word)[:40]}")
    return word


def keep(response: HttpResponse, word: str) -> HttpResponse:
    """Have the browser remember the session."""
    response.set_cookie(
        COOKIE,
        word,
        max_age=readers.SIGNED_IN_FOR,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
        path="/comments/",
    )
    return response


def drop(response: HttpResponse) -> HttpResponse:
    """Have the browser forget it."""
    response.delete_cookie(COOKIE, path="/comments/", samesite="Lax")
    response.delete_cookie(MUTES, path="/", samesite="Lax")
    return response


def note_mutes(response: HttpResponse, any_: bool) -> HttpResponse:
    """Tell the script of the pages whether it has to ask whom this reader mutes. The cookie says that and no more."""
    if any_:
        response.set_cookie(MUTES, "1", max_age=timedelta(days=180), secure=settings.HTTPS, samesite="Lax", path="/")
    else:
        response.delete_cookie(MUTES, path="/", samesite="Lax")
    return response
