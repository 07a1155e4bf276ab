"""The readers' door to the conversation: write, answer, change, take back, respect, report; sign in; one's own page.

Everything is a plain form. What a reader wrote is given back in the form whatever goes wrong. Every answer is private,
and nothing here is ever printed: the conversation itself is a printed page, the same for all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from masthead.comments import bringing, facts, leaving, moderating, names, notifying, rules, standing, writing
from masthead.comments.models import Comment, Mute, Notice, Sanction, State
from masthead.kit import clock, html, remarks
from masthead.people import passkeys, readers
from masthead.people.models import Reader
from masthead.press import addresses, assets, platemaker, sheet
from masthead.press.labels import say
from masthead.press.reading import Reader as PageReader
from masthead.public import contact, signing_in
from masthead.public.follow import own_page
from masthead.public.working import work
from masthead.stories import gate, whereabouts
from masthead.stories.models import Story
from masthead.titles import which
from masthead.titles.models import Title

letters_turnstile = contact.Turnstile(each=12, together=600)
"""For codes alone: how often a reader writes is counted in the database, by reader and network."""
keys_turnstile = contact.Turnstile(each=40, together=4000)
LATEST = 50
BUSY = (
    "Very many codes are asked for at this moment, so your browser is asked for a few seconds of work first: press the button once more."
    " If it runs no scripts, come back in ten minutes. What you wrote is below."
)


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
        return cls(form.get("text", "")[: remarks.LARGEST], _number(form.get("answers", "")), bool(form.get("asks")))

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


def _answer(title: Title, heading: str, shown: Shown, status: int = 200) -> HttpResponse:
    about = sheet.page(PageReader(title), "", heading, "", robots="noindex", social=False)
    return contact.private(HttpResponse(platemaker.render("talk-door.html", page=about, shown=shown), status=status))


def _refuse(title: Title, said: str, status: int, back: str = "") -> HttpResponse:
    return _answer(title, "Nothing was changed", Shown(wrong=(said,), back=back), status)


def _see_other(to: str) -> HttpResponse:
    return contact.private(HttpResponse(status=303, headers={"Location": to}))


Page = Callable[..., HttpResponse]


def _door(page: Page) -> Page:
    """Every page here: of this paper, not from another site's form, not too often."""

    @csrf_exempt
    def inner(request: HttpRequest, **more: Any) -> HttpResponse:
        title = which.of(request)
        if title is None or not standing.book_of(title).on:
            raise Http404
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if request.method == "POST" and not own_page(request):
            return _refuse(title, "This came from another site’s page. Use the form on ours.", 403)
        return page(request, title, **more)

    return inner


def _story(title: Title, path: str) -> Story:
    found = Story.objects.select_related("title", "section", "agency").filter(title=title, path=f"/{path}").first()
    if found is None or not gate.allows(found):
        raise Http404
    return found


def _comment(story: Story, number: str) -> Comment:
    rows = Comment.objects.select_related("author", "thread__story", "title")
    found = (
        rows.filter(thread__story=story, number=int(number), state=State.PUBLISHED).first()
        if number.isdigit() and len(number) < 10
        else None
    )
    if found is None:
        raise Http404
    return found


def _number(written: str) -> int:
    return int(written) if written.isdigit() and len(written) < 10 else 0


# --- under a story --------------------------------------------------------------------------------------------


@_door
def thread(request: HttpRequest, title: Title, path: str) -> HttpResponse:
    """Under a story: the page to answer or report, and all that its forms send."""
    story = _story(title, path)
    if request.method != "POST":
        return _before(request, title, story)
    reader = signing_in.reader_of(request)
    if number := request.POST.get("respect"):
        return _respect(title, story, reader, number)
    if number := request.POST.get("report"):
        return _report(request, title, story, reader, number)
    if request.POST.get(contact.TRAP):
        return _answer(
            title, "Thank you", Shown(sentences=("It waits for an editor.",), back=f"{story.path}#conversation")
        )
    return _post(request, title, story, reader)


def _before(request: HttpRequest, title: Title, story: Story) -> HttpResponse:
    if request.GET.get("report"):
        comment = _comment(story, request.GET["report"])
        return _report_form(title, story, comment)
    if not request.GET.get("answers"):
        return _see_other(f"{story.path}#conversation")
    comment = _comment(story, request.GET["answers"])
    shown = Shown(
        action=_action(story), step="answer", answers=comment.number, quoted=html.safe_remark(comment.markup), quoted_name=comment.name,
        back=notifying.where(comment),
    )  # fmt: skip
    return _answer(title, say("talk_answer_to", title.language, name=comment.name), shown)


def _action(story: Story) -> str:
    return f"{addresses.COMMENTS}{(story.path or '').lstrip('/')}"


def _post(request: HttpRequest, title: Title, story: Story, reader: Reader | None) -> HttpResponse:
    said = Written.of(request.POST)
    back = f"{story.path}#conversation"
    if not said.text.strip():
        return _again(title, story, said, ("There is nothing in it. Write what you want to say.",), status=422)
    if reader is None:
        return _who(request, title, story, said)
    book = standing.book_of(title)
    if not reader.name or request.POST.get("name"):
        try:
            names.choose(reader, request.POST.get("name", ""), book)
        except names.NotThisName as error:
            wrong = (str(error),) if request.POST.get("name") else ()
            shown = Shown(
                action=_action(story), step="name", wrong=wrong, name=request.POST.get("name", ""), back=back, **said.shown()
            )  # fmt: skip
            return _answer(title, say("talk_name", title.language), shown, 422 if wrong else 200)
    return _try(request, title, story, reader, said, insist=request.POST.get("do") == "insist")


def _try(
    request: HttpRequest, title: Title, story: Story, reader: Reader, said: Written, *, insist: bool = False
) -> HttpResponse:
    if request.POST.get("do") == "calmer":
        said = replace(said, text=rules.calmer(remarks.plain(said.text)))
    try:
        comment = writing.post(
            story,
            reader,
            said.text,
            answers=said.answers,
            asks=said.asks,
            insist=insist,
            network=facts.network_of(str(request.META.get("REMOTE_ADDR", ""))),
        )
    except writing.Asks as asks:
        return _again(title, story, replace(said, text=asks.text), tuple(r.said for r in asks.reasons), asks=asks, status=422)
    except writing.NotTaken as error:
        return _again(title, story, said, (str(error),), status=error.status)
    return _see_other(f"{addresses.COMMENTS}mine/{comment.pk}/")


def _again(
    title: Title,
    story: Story,
    said: Written,
    wrong: tuple[str, ...],
    *,
    asks: writing.Asks | None = None,
    status: int,
) -> HttpResponse:
    marks = _marks(said.text, [span for r in asks.reasons for span in r.spans]) if asks else ()
    shown = Shown(
        action=_action(story), step="again", wrong=wrong, marks=marks, may_insist=bool(asks and asks.may_insist),
        calmer=asks.calmer if asks else "", back=f"{story.path}#conversation", **said.shown(),
    )  # fmt: skip
    return _answer(title, "One more look, please" if asks else "It was not sent", shown, status)


def _marks(text: str, spans: list[tuple[int, int]]) -> tuple[Mark, ...]:
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


def _respect(title: Title, story: Story, reader: Reader | None, number: str) -> HttpResponse:
    comment = _comment(story, number)
    if reader is None:
        return _refuse(
            title, "Whoever respects a comment signs in first; it takes a minute.", 401, f"{addresses.COMMENTS}mine/"
        )
    try:
        writing.respect(comment, reader)
    except writing.NotTaken as error:
        return _refuse(title, str(error), error.status, notifying.where(comment))
    return _see_other(notifying.where(comment))


def _report_form(
    title: Title, story: Story, comment: Comment, wrong: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    choices = tuple((r.code, r.name, r.guideline) for r in rules.BOOK.values() if r.report)
    shown = Shown(
        action=_action(story), step="report", report=comment.number, choices=choices, quoted=html.safe_remark(comment.markup), quoted_name=comment.name,
        wrong=wrong, back=notifying.where(comment),
    )  # fmt: skip
    return _answer(title, say("talk_report", title.language), shown, status)


def _report(request: HttpRequest, title: Title, story: Story, reader: Reader | None, number: str) -> HttpResponse:
    comment = _comment(story, number)
    if reader is None:
        return _refuse(
            title, "Whoever reports a comment signs in first; it takes a minute.", 401, f"{addresses.COMMENTS}mine/"
        )
    try:
        writing.report(comment, reader, request.POST.get("rule", ""), request.POST.get("note", ""))
    except writing.NotTaken as error:
        return _report_form(title, story, comment, (str(error),), error.status)
    if request.POST.get("mute"):
        _mute(reader, comment)
    said = "A moderator looks at it. You are not told what they decide about somebody else, but it counts whether your reports were right."
    response = _answer(title, "Thank you", Shown(sentences=(said,), back=f"{story.path}#conversation"))
    return signing_in.note_mutes(response, Mute.objects.filter(reader=reader).exists())


def _mute(reader: Reader, comment: Comment) -> None:
    if comment.author:
        try:
            writing.mute(reader, comment.author)
        except writing.NotTaken:
            return


# --- signing in -----------------------------------------------------------------------------------------------


def _who(request: HttpRequest, title: Title, story: Story | None, said: Written) -> HttpResponse:
    """Ask who it is; what was written waits in the form, then with the sign-in."""
    action = _action(story) if story else f"{addresses.COMMENTS}mine/"
    back = f"{story.path}#conversation" if story else "/"
    written = request.POST.get("address", "")
    ask = Shown(action=action, step="who", address=written, back=back, **said.shown())
    if work.is_asked(letters_turnstile):
        ask = replace(ask, work=work.challenge())
    if not written:
        return _answer(title, say("talk_who", title.language), ask)
    if ask.work and not work.is_done(request.POST.get("altcha", "")):
        return _answer(title, say("talk_who", title.language), replace(ask, wrong=(BUSY,)), 429)
    draft = {"story": str(story.pk) if story else "", **said.kept()}
    return _send_code(request, title, written, draft, ask)


def _send_code(request: HttpRequest, title: Title, written: str, draft: dict[str, str], ask: Shown) -> HttpResponse:
    if not letters_turnstile.lets_in(str(request.META.get("REMOTE_ADDR", ""))):
        return _answer(
            title,
            say("talk_who", title.language),
            replace(
                ask,
                wrong=(
                    "Too many codes were asked for from where you are; try again in ten minutes. What you wrote is below.",
                ),
            ),
            429,
        )
    try:
        word = signing_in.ask(title, written, draft)
    except signing_in.NoLetter as error:
        return _answer(title, say("talk_who", title.language), replace(ask, wrong=(str(error),)), 422)
    return _see_other(f"{addresses.COMMENTS}enter/{word}/")


@_door
def enter(request: HttpRequest, title: Title, word: str) -> HttpResponse:
    """The page that asks for the code. Opening it changes nothing; the button lets in."""
    if request.method != "POST":
        found = readers.find(word)
        if found is None or not found.is_good():
            return _refuse(
                title,
                "This page is no longer good. Ask for a new code where you wrote.",
                404,
                f"{addresses.COMMENTS}mine/",
            )
        said = "If your address is right, a letter with six digits is on its way. What you wrote is kept until you come in."
        shown = Shown(
            step="code", sentences=(said,), code="".join(c for c in request.GET.get("code", "") if c.isdigit())[:6]
        )
        return _answer(title, say("talk_code", title.language), shown)
    try:
        found, session = readers.let_in(word, request.POST.get("code", ""))
    except readers.NotLetIn as error:
        return _answer(title, say("talk_code", title.language), Shown(step="code", wrong=(str(error),)), 422)
    reader = readers.of(session)
    if reader:
        bringing.claim(reader)
    response = _go_on(request, title, reader, found.draft) if reader else _see_other(f"{addresses.COMMENTS}mine/")
    return signing_in.note_mutes(signing_in.keep(response, session), Mute.objects.filter(reader=reader).exists())


def _go_on(request: HttpRequest, title: Title, reader: Reader, draft: dict[str, str]) -> HttpResponse:
    """What was begun before signing in goes on."""
    story = (
        Story.objects.filter(pk=_number(draft.get("story", "")), title=title)
        .select_related("title", "section", "agency")
        .first()
    )
    said = Written.of(draft)
    if story is None or not said.text or not gate.allows(story):
        return _see_other(f"{addresses.COMMENTS}mine/")
    if not reader.name:
        shown = Shown(action=_action(story), step="name", back=f"{story.path}#conversation", **said.shown())
        return _answer(title, say("talk_name", title.language), shown)
    return _try(request, title, story, reader, said)


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body[:20_000] or b"{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _host(request: HttpRequest) -> str:
    return str(request.headers.get("Host", ""))


@_door
def key_ask(request: HttpRequest, title: Title) -> HttpResponse:
    """A challenge for a passkey: to be added by whoever is signed in, or to come in by."""
    reader = signing_in.reader_of(request) if _json(request).get("new") else None
    if request.method != "POST" or (_json(request).get("new") and reader is None):
        return contact.private(JsonResponse({"said": "Sign in first. Nothing was changed."}, status=401))
    if not keys_turnstile.lets_in(str(request.META.get("REMOTE_ADDR", ""))):
        return contact.private(JsonResponse({"said": "Too many tries from where you are; ask for a code by e-mail."}, status=429))
    try:
        return contact.private(JsonResponse(passkeys.ask(_host(request), title.name, reader)))
    except passkeys.NoKey as error:
        return contact.private(JsonResponse({"said": str(error)}, status=409))


@_door
def key_done(request: HttpRequest, title: Title) -> HttpResponse:
    """The browser's answer: a new passkey is kept, or its reader comes in."""
    said, reader = _json(request), signing_in.reader_of(request)
    word, answer = str(said.get("word", "")), said.get("key")
    if request.method != "POST" or not isinstance(answer, dict):
        return contact.private(JsonResponse({"said": "Your browser sent no passkey. Nothing was changed."}, status=422))
    try:
        if said.get("new"):
            if reader is None:
                raise passkeys.NoKey("You are no longer signed in. Nothing was changed.")
            passkeys.add(_host(request), title.name, reader, word, answer)
            return contact.private(JsonResponse({}))
        reader, session = passkeys.let_in(_host(request), title.name, word, answer)
    except passkeys.NoKey as error:
        return contact.private(JsonResponse({"said": str(error)}, status=422))
    response = signing_in.keep(contact.private(JsonResponse({})), session)
    return signing_in.note_mutes(response, Mute.objects.filter(reader=reader).exists())


# --- one's own page -------------------------------------------------------------------------------------------


@_door
def mine(request: HttpRequest, title: Title, pk: int | None = None) -> HttpResponse:
    """One's own comments and their true state; name, letters, the way out."""
    reader = signing_in.reader_of(request)
    if reader is None:
        return _who(request, title, None, Written(""))
    if request.method == "POST":
        return _act(request, title, reader)
    return _mine(title, reader, pk)


def _mine(
    title: Title, reader: Reader, pk: int | None = None, wrong: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    rows = (
        Comment.objects.filter(author=reader, title=title)
        .select_related("thread__story__title", "title", "appeal")
        .order_by("-at")
    )
    rows = rows.filter(pk=pk) if pk else rows[:LATEST]
    found = tuple(_own(one) for one in rows)
    if pk and not found:
        raise Http404
    if pk:
        return _answer(
            title, _heading(found[0]), Shown(step="said", mine=found, wrong=wrong, back=found[0].path), status
        )
    notices = list(
        Notice.objects.filter(reader=reader, title=title).select_related(
            "comment__thread__story__title", "comment__author", "comment__title"
        )[:30]
    )
    told = tuple(
        (
            one.at.astimezone(title.zone),
            line,
            f"{addresses.COMMENTS}mine/{one.comment_id}/" if one.kind != "answer" else notifying.where(one.comment),
        )
        for one in notices
        if one.comment and (line := _line(one))
    )
    Notice.objects.filter(pk__in=[one.pk for one in notices], seen_at=None).update(seen_at=clock.now())
    warned = Sanction.objects.filter(reader=reader, lifted_at=None, seen_at=None).filter(title__in=[None, title.pk])
    said = tuple(f"{one.get_kind_display().capitalize()}. {one.note}".strip() for one in warned)
    warned.update(seen_at=clock.now())
    shown = Shown(
        step="mine", mine=found, told=told, wrong=wrong, sentences=said, name=reader.name, letters=reader.letters,
        paces=tuple((str(v), str(w)) for v, w in Reader.Letters.choices),
        mutes=tuple(Mute.objects.filter(reader=reader).values_list("whom", "whom__name")),
        keys=tuple((k.pk, k.made_at.astimezone(title.zone), k.used_at and k.used_at.astimezone(title.zone)) for k in reader.keys.all()),
    )  # fmt: skip
    return _answer(title, say("talk_mine", title.language), shown, status)


def _heading(one: Mine) -> str:
    return {
        State.PUBLISHED: "Your comment is on the page",
        State.HELD: "Your comment waits for an editor",
        State.REMOVED: "Your comment was removed",
        State.WITHDRAWN: "You took your comment back",
    }[State(one.state)]


def _own(comment: Comment) -> Mine:
    story, book = comment.thread.story, standing.book_of(comment.title_id)
    may = writing.may_change(comment, comment.author, book) if comment.author else False
    zone = comment.title.zone
    return Mine(
        pk=comment.pk,
        headline=story.display_headline if gate.allows(story) else "A story that is no longer there",
        path=notifying.where(comment) if comment.state == State.PUBLISHED else f"{story.path}#conversation",
        html=html.safe_remark(comment.markup),
        body=comment.body,
        at=comment.at.astimezone(zone),
        state=comment.state,
        said=tuple(_state(comment)),
        until=(comment.at + timedelta(seconds=book.edit_seconds)).astimezone(zone) if may else None,
        may_appeal=comment.state == State.REMOVED and not hasattr(comment, "appeal"),
        appealed=hasattr(comment, "appeal") and comment.appeal.decided_at is None,
    )


def _state(comment: Comment) -> list[str]:
    """The true state in sentences: what, why, how long it usually takes."""
    if comment.state == State.HELD:
        wait = moderating.usual_wait(comment.title_id)
        why = [r["said"] for r in comment.reasons if r.get("said")]
        usual = f"It usually takes {_in_words(wait)}." if wait else "We do not know yet how long it takes."
        return [*why, usual]
    if comment.state == State.REMOVED and (rule := rules.BOOK.get(comment.rule)):
        last = comment.decisions.filter(verdict="reject").first()
        return [f"The guideline: {rule.name}. {rule.guideline}".strip(), *([last.note] if last and last.note else [])]
    return []


def _in_words(span: timedelta) -> str:
    minutes = max(1, round(span.total_seconds() / 60))
    return (
        f"about {minutes} minutes"
        if minutes < 90
        else f"about {round(minutes / 60)} hours"
        if minutes < 48 * 60
        else f"about {round(minutes / 1440)} days"
    )


def _line(notice: Notice) -> str:
    comment = notice.comment
    if comment is None or not gate.allows(comment.thread.story):
        return ""
    head = comment.thread.story.display_headline
    if notice.kind == "answer":
        return f"{comment.name} answered you under “{head}”." if comment.state == State.PUBLISHED else ""
    what = {"published": "was published", "removed": "was removed", "restored": "is back"}.get(notice.kind, "")
    return f"Your comment under “{head}” {what}. {notice.words}".strip()


def _act(request: HttpRequest, title: Title, reader: Reader) -> HttpResponse:
    wish = request.POST.get("do", "")
    if wish in ("change", "insist", "take-back", "appeal"):
        return _act_on(request, title, reader, wish)
    if wish == "name":
        try:
            names.choose(reader, request.POST.get("name", ""), standing.book_of(title))
        except names.NotThisName as error:
            return _mine(title, reader, wrong=(str(error),), status=422)
    elif wish == "letters" and request.POST.get("letters") in Reader.Letters.values:
        Reader.objects.filter(pk=reader.pk).update(letters=request.POST["letters"])
    elif wish == "unmute":
        Mute.objects.filter(reader=reader, whom=_number(request.POST.get("whom", ""))).delete()
        return signing_in.note_mutes(
            _see_other(f"{addresses.COMMENTS}mine/"), Mute.objects.filter(reader=reader).exists()
        )
    elif wish == "drop-key":
        reader.keys.filter(pk=_number(request.POST.get("key", ""))).delete()
    elif wish == "out":
        readers.close(request.COOKIES.get(signing_in.COOKIE, ""))
        return signing_in.drop(_see_other("/"))
    elif wish == "erase":
        if not request.POST.get("sure"):
            return _mine(
                title, reader, wrong=("Nothing was deleted. Tick the box to say that you are sure.",), status=422
            )
        leaving.erase(reader)
        return signing_in.drop(
            _answer(
                title,
                "All is deleted",
                Shown(sentences=("Your account and all that we knew of you is deleted.",), back="/"),
            )
        )
    return _see_other(f"{addresses.COMMENTS}mine/")


def _act_on(request: HttpRequest, title: Title, reader: Reader, wish: str) -> HttpResponse:
    comment = (
        Comment.objects.filter(pk=_number(request.POST.get("comment", "")), author=reader, title=title)
        .select_related("thread__story")
        .first()
    )
    if comment is None:
        raise Http404
    try:
        if wish == "take-back":
            writing.take_back(comment, reader)
        elif wish == "appeal":
            moderating.appeal(comment, reader, request.POST.get("words", ""))
        else:
            writing.change(comment, reader, request.POST.get("text", ""), insist=wish == "insist")
    except writing.Asks as asks:
        wrong = (
            *(r.said for r in asks.reasons),
            "Your comment stands as it was."
            if not asks.may_insist
            else "Your comment stands as it was; to send it as it is, press “insist”.",
        )
        return _change_again(title, comment, asks, wrong)
    except (writing.NotTaken, moderating.CannotDecide) as error:
        return _mine(title, reader, comment.pk, (str(error),), 409)
    return _see_other(f"{addresses.COMMENTS}mine/{comment.pk}/")


def _change_again(title: Title, comment: Comment, asks: writing.Asks, wrong: tuple[str, ...]) -> HttpResponse:
    marks = _marks(asks.text, [span for r in asks.reasons for span in r.spans])
    shown = Shown(
        action=f"{addresses.COMMENTS}mine/", step="change", text=asks.text, wrong=wrong, marks=marks, may_insist=asks.may_insist, report=comment.pk,
        back=f"{addresses.COMMENTS}mine/{comment.pk}/",
    )  # fmt: skip
    return _answer(title, "One more look, please", shown, 422)


def embed(request: HttpRequest) -> HttpResponse:
    """For a frame on another site of the house: leads to the conversation on the story that stands at, or came from, `url`."""
    title = which.of(request)
    story = whereabouts.at(title, request.GET.get("url", "")[:1000]) if title and standing.book_of(title).on else None
    if story is None or not story.path or not gate.allows(story):
        return contact.private(HttpResponse(status=204))
    return _see_other(addresses.talk_embed(story.path))


def embed_script(request: HttpRequest) -> HttpResponse:
    """The script that puts the frame there. Its address never changes, so browsers ask for it anew each day."""
    response = HttpResponse(assets.script("embed"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"], response["X-Content-Type-Options"] = "public, max-age=86400", "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@_door
def export(request: HttpRequest, title: Title) -> HttpResponse:
    """All that we have about whoever asks, as a file."""
    reader = signing_in.reader_of(request)
    if reader is None:
        return _see_other(f"{addresses.COMMENTS}mine/")
    response = JsonResponse(leaving.everything(reader), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="my-comments.json"'
    return contact.private(response)


@_door
def mutes(request: HttpRequest, title: Title) -> HttpResponse:
    """The names that this reader does not want to read, for the script of the page."""
    reader = signing_in.reader_of(request)
    found = list(Mute.objects.filter(reader=reader).values_list("whom__name", flat=True)) if reader else []
    return contact.private(JsonResponse(found, safe=False))
