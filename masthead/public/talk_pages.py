"""What the readers' pages of the conversation share: who may send a form here, what a page shows, how it is answered.

Everything is a plain form. What a reader wrote is given back in the form whatever goes wrong. Every answer is private,
and nothing here is ever printed: the conversation itself is a printed page, the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from masthead.comments import standing
from masthead.comments.models import Comment, State
from masthead.kit import remarks
from masthead.kit.prepared import Prepared, Slot
from masthead.press import addresses, assets, platemaker, sheet
from masthead.press.reading import Reader as PageReader
from masthead.public import contact
from masthead.public.follow import own_page
from masthead.stories import gate
from masthead.stories.models import Story
from masthead.titles import which
from masthead.titles.models import Title


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of what was written; marked where a rule found something."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody is about to say: it travels with them through every page until it is said."""

    text: str
    answers: int = 0
    asks: bool = False
    """A question to the reporter."""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Written:
        return cls(form.get("text", "")[: remarks.LARGEST], number_in(form.get("answers", "")), bool(form.get("asks")))

    def kept(self) -> dict[str, str]:
        return {"text": self.text, "answers": str(self.answers), "asks": "1" if self.asks else ""}

    def shown(self) -> dict[str, Any]:
        """For the form that gives it back."""
        return {"text": self.text, "answers": self.answers, "asks": self.asks}


@dataclass(frozen=True, slots=True)
class Mine:
    """One of the reader's own comments."""

    pk: int
    headline: str
    path: str
    html: Any
    body: str
    at: Any
    state: str
    said: tuple[str, ...]
    """What is to be known of its state, in sentences."""
    until: Any
    """Until when it may be changed; None when it may not."""
    may_appeal: bool
    appealed: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What one of these pages shows."""

    action: str = ""
    sentences: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    text: str = ""
    marks: tuple[Mark, ...] = ()
    answers: int = 0
    asks: bool = False
    quoted: Any = None
    quoted_name: str = ""
    step: str = ""
    """who, code, name, again, answer, report, said, mine: which form is shown."""
    may_insist: bool = False
    calmer: str = ""
    code: str = ""
    address: str = ""
    report: int = 0
    choices: tuple[tuple[str, str, str], ...] = ()
    mine: tuple[Mine, ...] = ()
    told: tuple[tuple[Any, str, str], ...] = ()
    mutes: tuple[tuple[int, str], ...] = ()
    keys: tuple[tuple[int, Any, Any], ...] = ()
    """Passkeys: their number, when they were made, when they were last used."""
    name: str = ""
    letters: str = ""
    paces: tuple[tuple[str, str], ...] = ()
    back: str = ""
    work: str = ""
    """A challenge for the browser, while very many ask for codes."""
    script: str = field(default_factory=lambda: assets.script_path("work"))
    passkeys: str = field(default_factory=lambda: assets.script_path("passkey"))


def answer(title: Title, heading: str, shown: Shown, status: int = 200) -> HttpResponse:
    about = sheet.page(PageReader(title), "", heading, "", robots="noindex", social=False)
    return contact.private(HttpResponse(platemaker.render("talk-door.html", page=about, shown=shown), status=status))


def refuse(title: Title, said: str, status: int, back: str = "") -> HttpResponse:
    return answer(title, _("Nothing was changed"), Shown(wrong=(said,), back=back), status)


def see_other(to: str) -> HttpResponse:
    return contact.private(HttpResponse(status=303, headers={"Location": to}))


Page = Callable[..., HttpResponse]


def door(page: Page) -> Page:
    """Every page here: of this paper, not from another site's form, not too often."""

    @csrf_exempt
    @wraps(page)
    def inner(request: HttpRequest, **more: Any) -> HttpResponse:
        title = which.of(request)
        if title is None or not standing.book_of(title).on:
            raise Http404
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        with translation.override(title.language):
            if request.method == "POST" and not own_page(request):
                return refuse(title, _("This came from another site’s page. Use the form on ours."), 403)
            return page(request, title, **more)

    return inner


_STORIES = Prepared(lambda: Story.objects.select_related("title", "section", "agency").filter(title=Slot("title"), path=Slot("path")))


def story_at(title: Title, path: str) -> Story:
    found = _STORIES.first(title=title.pk, path=f"/{path}")
    if found is None or not gate.allows(found):
        raise Http404
    return found


def comment_at(story: Story, number: str) -> Comment:
    rows = Comment.objects.select_related("author", "thread__story", "title")
    found = (
        rows.filter(thread__story=story, number=int(number), state=State.PUBLISHED).first()
        if number.isdecimal() and len(number) < 10
        else None
    )
    if found is None:
        raise Http404
    return found


def number_in(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 10 else 0


def action_of(story: Story) -> str:
    return f"{addresses.COMMENTS}{(story.path or '').lstrip('/')}"


def marked(text: str, spans: list[tuple[int, int]]) -> tuple[Mark, ...]:
    if not spans:
        return ()
    inside = [False] * len(text)
    for start, end in spans:
        inside[start:end] = [True] * (min(end, len(text)) - start)
    out: list[Mark] = []
    begun = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or inside[at] != inside[begun]:
            out.append(Mark(text[begun:at], inside[begun]))
            begun = at
    return tuple(out)
