"""The readers' door to the conversation, under a story: write, answer, respect, report; and coming in with what was written."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from masthead.comments import bringing, facts, moderating, names, notifying, rules, standing, writing
from masthead.comments.models import Comment, Mute
from masthead.kit import html, remarks
from masthead.people import readers
from masthead.people.models import Reader
from masthead.press import addresses
from masthead.press.labels import say
from masthead.public import contact, signing_in
from masthead.public.talk_entering import who
from masthead.public.talk_pages import (
    Shown,
    Written,
    action_of,
    answer,
    comment_at,
    door,
    marked,
    number_in,
    refuse,
    see_other,
    story_at,
)
from masthead.stories import gate
from masthead.stories.models import Story
from masthead.titles.models import Title

QUOTED = 300
"""Letters of a comment that is quoted: the four lines that the guidelines allow."""


@door
def thread(request: HttpRequest, title: Title, path: str) -> HttpResponse:
    """Under a story: the page to answer or report, and all that its forms send."""
    story = story_at(title, path)
    if request.method != "POST":
        return _before(request, title, story)
    reader = signing_in.reader_of(request)
    if number := request.POST.get("respect"):
        return _respect(title, story, reader, number)
    if (number := request.POST.get("report")) and request.POST.get("do") == "mute":
        return _mute_alone(title, story, reader, number)
    if number := request.POST.get("report"):
        return _report(request, title, story, reader, number)
    if request.POST.get(contact.TRAP):
        return answer(
            title, _("Thank you"), Shown(sentences=(_("It waits for an editor."),), back=f"{story.path}#conversation")
        )
    return _post(request, title, story, reader)


def _before(request: HttpRequest, title: Title, story: Story) -> HttpResponse:
    if request.GET.get("report"):
        comment = comment_at(story, request.GET["report"])
        return _report_form(title, story, comment)
    if not request.GET.get("answers"):
        return see_other(f"{story.path}#conversation")
    comment = comment_at(story, request.GET["answers"])
    text = f"> {html.excerpt(comment.body, QUOTED)}\n\n" if request.GET.get("quote") else ""
    shown = Shown(
        action=action_of(story), step="answer", text=text, answers=comment.number, quoted=html.safe_remark(comment.markup), quoted_name=comment.name,
        back=notifying.where(comment),
    )  # fmt: skip
    return answer(title, say("talk_answer_to", title.language, name=comment.name), shown)


def _post(request: HttpRequest, title: Title, story: Story, reader: Reader | None) -> HttpResponse:
    said = Written.of(request.POST)
    back = f"{story.path}#conversation"
    if not said.text.strip():
        return _again(title, story, said, (_("There is nothing in it. Write what you want to say."),), status=422)
    if reader is None:
        return who(request, title, story, said)
    if not reader.name or request.POST.get("name"):
        try:
            names.choose(reader, request.POST.get("name", ""), standing.book_of(title))
        except names.NotThisName as error:
            wrong = (str(error),) if request.POST.get("name") else ()
            shown = Shown(
                action=action_of(story), step="name", wrong=wrong, name=request.POST.get("name", ""), back=back, **said.shown()
            )  # fmt: skip
            return answer(title, say("talk_name", title.language), shown, 422 if wrong else 200)
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
    return see_other(f"{addresses.COMMENTS}mine/{comment.pk}/")


def _again(
    title: Title,
    story: Story,
    said: Written,
    wrong: tuple[str, ...],
    *,
    asks: writing.Asks | None = None,
    status: int,
) -> HttpResponse:
    marks = marked(said.text, [span for r in asks.reasons for span in r.spans]) if asks else ()
    shown = Shown(
        action=action_of(story), step="again", wrong=wrong, marks=marks, may_insist=bool(asks and asks.may_insist),
        calmer=asks.calmer if asks else "", back=f"{story.path}#conversation", **said.shown(),
    )  # fmt: skip
    return answer(title, _("One more look, please") if asks else _("It was not sent"), shown, status)


def _respect(title: Title, story: Story, reader: Reader | None, number: str) -> HttpResponse:
    comment = comment_at(story, number)
    if reader is None:
        return refuse(
            title, _("Whoever respects a comment signs in first; it takes a minute."), 401, f"{addresses.COMMENTS}mine/"
        )
    try:
        writing.respect(comment, reader)
    except writing.NotTaken as error:
        return refuse(title, str(error), error.status, notifying.where(comment))
    return see_other(notifying.where(comment))


def _report_form(
    title: Title, story: Story, comment: Comment, wrong: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    choices = tuple((r.code, *rules.in_words(r)) for r in rules.BOOK.values() if r.report)
    shown = Shown(
        action=action_of(story), step="report", report=comment.number, choices=choices, quoted=html.safe_remark(comment.markup), quoted_name=comment.name,
        wrong=wrong, back=notifying.where(comment),
    )  # fmt: skip
    return answer(title, say("talk_report", title.language), shown, status)


def _report(request: HttpRequest, title: Title, story: Story, reader: Reader | None, number: str) -> HttpResponse:
    comment = comment_at(story, number)
    if reader is None:
        return refuse(
            title, _("Whoever reports a comment signs in first; it takes a minute."), 401, f"{addresses.COMMENTS}mine/"
        )
    try:
        writing.report(comment, reader, request.POST.get("rule", ""), request.POST.get("note", ""))
    except writing.NotTaken as error:
        return _report_form(title, story, comment, (str(error),), error.status)
    if request.POST.get("mute"):
        _mute(reader, comment)
    said = REPORTED[moderating.rung(reader)]
    response = answer(title, _("Thank you"), Shown(sentences=(said,), back=f"{story.path}#conversation"))
    return signing_in.note_mutes(response, Mute.objects.filter(reader=reader).exists())


def _mute_alone(title: Title, story: Story, reader: Reader | None, number: str) -> HttpResponse:
    """Not to read somebody any more, without a report."""
    comment = comment_at(story, number)
    if reader is None:
        return refuse(title, "Whoever mutes somebody signs in first; it takes a minute.", 401, f"{addresses.COMMENTS}mine/")
    _mute(reader, comment)
    return signing_in.note_mutes(see_other(f"{addresses.COMMENTS}mine/"), Mute.objects.filter(reader=reader).exists())


REPORTED = {
    "": _lazy("A moderator looks at it. You are not told what they decide about somebody else, but it counts whether your reports were right."),
    "warned": _lazy("A moderator looks at it. Most of your last reports were about comments that broke no rule: please report only what does, and answer what you disagree with."),
    "unheard": _lazy("It is kept. Most of your reports were about comments that broke no rule, so for now they do not reach the moderators by themselves;"
    " if it cannot wait, write to us by the contact page."),
}


def _mute(reader: Reader, comment: Comment) -> None:
    if comment.author:
        try:
            writing.mute(reader, comment.author)
        except writing.NotTaken:
            return


@door
def enter(request: HttpRequest, title: Title, word: str) -> HttpResponse:
    """The page that asks for the code. Opening it changes nothing; the button lets in."""
    if request.method != "POST":
        found = readers.find(word)
        if found is None or not found.is_good():
            return refuse(
                title,
                _("This page is no longer good. Ask for a new code where you wrote."),
                404,
                f"{addresses.COMMENTS}mine/",
            )
        said = _("If your address is right, a letter with six digits is on its way. What you wrote is kept until you come in.")
        shown = Shown(
            step="code", sentences=(said,), code="".join(c for c in request.GET.get("code", "") if c.isdigit())[:6]
        )
        return answer(title, say("talk_code", title.language), shown)
    try:
        found, session = readers.let_in(word, request.POST.get("code", ""))
    except readers.NotLetIn as error:
        return answer(title, say("talk_code", title.language), Shown(step="code", wrong=(str(error),)), 422)
    reader = readers.of(session)
    if reader:
        bringing.claim(reader)
    response = _go_on(request, title, reader, found.draft) if reader else see_other(f"{addresses.COMMENTS}mine/")
    return signing_in.note_mutes(signing_in.keep(response, session), Mute.objects.filter(reader=reader).exists())


def _go_on(request: HttpRequest, title: Title, reader: Reader, draft: dict[str, str]) -> HttpResponse:
    """What was begun before signing in goes on."""
    story = (
        Story.objects.filter(pk=number_in(draft.get("story", "")), title=title)
        .select_related("title", "section", "agency")
        .first()
    )
    said = Written.of(draft)
    if story is None or not said.text or not gate.allows(story):
        return see_other(f"{addresses.COMMENTS}mine/")
    if not reader.name:
        shown = Shown(action=action_of(story), step="name", back=f"{story.path}#conversation", **said.shown())
        return answer(title, say("talk_name", title.language), shown)
    return _try(request, title, story, reader, said)
