"""Coming in: who is asked for an address, a code or a passkey; what was begun before goes on afterwards."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from masthead.comments.models import Mute
from masthead.people import passkeys
from masthead.press import addresses
from masthead.press.labels import say
from masthead.public import contact, signing_in
from masthead.public.talk_pages import Shown, Written, action_of, answer, door, see_other
from masthead.public.working import work
from masthead.stories.models import Story
from masthead.titles.models import Title

letters_turnstile = contact.Turnstile(each=12, together=600)
"""For codes alone: how often a reader writes is counted in the database, by reader and network."""
keys_turnstile = contact.Turnstile(each=40, together=4000)
BUSY = _lazy(
    "Very many codes are asked for at this moment, so your browser is asked for a few seconds of work first: press the button once more."
    " If it runs no scripts, come back in ten minutes. What you wrote is below."
)


def who(request: HttpRequest, title: Title, story: Story | None, said: Written) -> HttpResponse:
    """Ask who it is; what was written waits in the form, then with the sign-in."""
    action = action_of(story) if story else f"{addresses.COMMENTS}mine/"
    back = f"{story.path}#conversation" if story else "/"
    written = request.POST.get("address", "")
    ask = Shown(action=action, step="who", address=written, back=back, **said.shown())
    if work.is_asked(letters_turnstile):
        ask = replace(ask, work=work.challenge())
    if not written:
        return answer(title, say("talk_who", title.language), ask)
    if ask.work and not work.is_done(request.POST.get("altcha", "")):
        return answer(title, say("talk_who", title.language), replace(ask, wrong=(BUSY,)), 429)
    draft = {"story": str(story.pk) if story else "", **said.kept()}
    return _send_code(request, title, written, draft, ask)


def _send_code(request: HttpRequest, title: Title, written: str, draft: dict[str, str], ask: Shown) -> HttpResponse:
    if not letters_turnstile.lets_in(str(request.META.get("REMOTE_ADDR", ""))):
        return answer(
            title,
            say("talk_who", title.language),
            replace(
                ask,
                wrong=(
                    _("Too many codes were asked for from where you are; try again in ten minutes. What you wrote is below."),
                ),
            ),
            429,
        )
    try:
        word = signing_in.ask(title, written, draft)
    except signing_in.NoLetter as error:
        return answer(title, say("talk_who", title.language), replace(ask, wrong=(str(error),)), 422)
    return see_other(f"{addresses.COMMENTS}enter/{word}/")


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body[:20_000] or b"{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _host(request: HttpRequest) -> str:
    return str(request.headers.get("Host", ""))


@door
def key_ask(request: HttpRequest, title: Title) -> HttpResponse:
    """A challenge for a passkey: to be added by whoever is signed in, or to come in by."""
    reader = signing_in.reader_of(request) if _json(request).get("new") else None
    if request.method != "POST" or (_json(request).get("new") and reader is None):
        return contact.private(JsonResponse({"said": _("Sign in first. Nothing was changed.")}, status=401))
    if not keys_turnstile.lets_in(str(request.META.get("REMOTE_ADDR", ""))):
        return contact.private(JsonResponse({"said": _("Too many tries from where you are; ask for a code by e-mail.")}, status=429))
    try:
        return contact.private(JsonResponse(passkeys.ask(_host(request), title.name, reader)))
    except passkeys.NoKey as error:
        return contact.private(JsonResponse({"said": str(error)}, status=409))


@door
def key_done(request: HttpRequest, title: Title) -> HttpResponse:
    """The browser's answer: a new passkey is kept, or its reader comes in."""
    said, reader = _json(request), signing_in.reader_of(request)
    word, answer = str(said.get("word", "")), said.get("key")
    if request.method != "POST" or not isinstance(answer, dict):
        return contact.private(JsonResponse({"said": _("Your browser sent no passkey. Nothing was changed.")}, status=422))
    try:
        if said.get("new"):
            if reader is None:
                raise passkeys.NoKey(_("You are no longer signed in. Nothing was changed."))
            passkeys.add(_host(request), title.name, reader, word, answer)
            return contact.private(JsonResponse({}))
        reader, session = passkeys.let_in(_host(request), title.name, word, answer)
    except passkeys.NoKey as error:
        return contact.private(JsonResponse({"said": str(error)}, status=422))
    response = signing_in.keep(contact.private(JsonResponse({})), session)
    return signing_in.note_mutes(response, Mute.objects.filter(reader=reader).exists())
