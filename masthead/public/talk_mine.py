"""A reader's own page: what they said and how it stands, what they were told, name, letters, passkeys, the way out."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from masthead.comments import leaving, moderating, names, notifying, rules, standing, writing
from masthead.comments.models import Comment, Mute, Notice, Sanction, State
from masthead.kit import clock, html, remarks
from masthead.people import readers
from masthead.people.models import Reader
from masthead.press import addresses
from masthead.press.labels import say
from masthead.public import contact, signing_in
from masthead.public.talk_entering import who
from masthead.public.talk_pages import Mine, Shown, Written, answer, door, marked, number_in, see_other
from masthead.stories import gate
from masthead.titles.models import Title

LATEST = 50


@door
def mine(request: HttpRequest, title: Title, pk: int | None = None) -> HttpResponse:
    """One's own comments and their true state; name, letters, the way out."""
    reader = signing_in.reader_of(request)
    if reader is None:
        return who(request, title, None, Written(""))
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
        return answer(
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
    warned = Sanction.objects.filter(Q(title=None) | Q(title=title), reader=reader, lifted_at=None, seen_at=None)
    said = tuple(f"{_(one.get_kind_display()).capitalize()}. {one.note}".strip() for one in warned)
    warned.update(seen_at=clock.now())
    shown = Shown(
        step="mine", mine=found, told=told, wrong=wrong, sentences=said, name=reader.name, letters=reader.letters,
        paces=tuple((str(value), _(str(words))) for value, words in Reader.Letters.choices),
        mutes=tuple(Mute.objects.filter(reader=reader).values_list("whom", "whom__name")),
        keys=tuple((k.pk, k.made_at.astimezone(title.zone), k.used_at and k.used_at.astimezone(title.zone)) for k in reader.keys.all()),
    )  # fmt: skip
    return answer(title, say("talk_mine", title.language), shown, status)


def _heading(one: Mine) -> str:
    return {
        State.PUBLISHED: _("Your comment is on the page"),
        State.HELD: _("Your comment waits for an editor"),
        State.REMOVED: _("Your comment was removed"),
        State.WITHDRAWN: _("You took your comment back"),
    }[State(one.state)]


def _own(comment: Comment) -> Mine:
    story, book = comment.thread.story, standing.book_of(comment.title_id)
    may = writing.may_change(comment, comment.author, book) if comment.author else False
    zone = comment.title.zone
    return Mine(
        pk=comment.pk,
        headline=story.display_headline if gate.allows(story) else _("A story that is no longer there"),
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
        usual = _("It usually takes {time}.").format(time=_in_words(wait)) if wait else _("We do not know yet how long it takes.")
        return [*why, usual]
    if comment.state == State.REMOVED and (rule := rules.BOOK.get(comment.rule)):
        last = comment.decisions.filter(verdict="reject").first()
        return [rules.told(rule), *([last.note] if last and last.note else [])]
    return []


def _in_words(span: timedelta) -> str:
    minutes = max(1, round(span.total_seconds() / 60))
    return (
        _("about {number} minutes").format(number=minutes)
        if minutes < 90
        else _("about {number} hours").format(number=round(minutes / 60))
        if minutes < 48 * 60
        else _("about {number} days").format(number=round(minutes / 1440))
    )


def _line(notice: Notice) -> str:
    comment = notice.comment
    if comment is None or not gate.allows(comment.thread.story):
        return ""
    head = comment.thread.story.display_headline
    if notice.kind == "answer":
        return _("{name} answered you under “{head}”.").format(name=comment.name, head=head) if comment.state == State.PUBLISHED else ""
    what = {"published": _("was published"), "removed": _("was removed"), "restored": _("is back")}.get(notice.kind, "")
    return _("Your comment under “{head}” {what}. {words}").format(head=head, what=what, words=notice.words).strip()


def _act(request: HttpRequest, title: Title, reader: Reader) -> HttpResponse:
    wish = request.POST.get("do", "")
    if wish in ("change", "calmer", "insist", "take-back", "appeal"):
        return _act_on(request, title, reader, wish)
    if wish == "name":
        try:
            names.choose(reader, request.POST.get("name", ""), standing.book_of(title))
        except names.NotThisName as error:
            return _mine(title, reader, wrong=(str(error),), status=422)
    elif wish == "letters" and request.POST.get("letters") in Reader.Letters.values:
        Reader.objects.filter(pk=reader.pk).update(letters=request.POST["letters"])
    elif wish == "unmute":
        Mute.objects.filter(reader=reader, whom=number_in(request.POST.get("whom", ""))).delete()
        return signing_in.note_mutes(
            see_other(f"{addresses.COMMENTS}mine/"), Mute.objects.filter(reader=reader).exists()
        )
    elif wish == "drop-key":
        reader.keys.filter(pk=number_in(request.POST.get("key", ""))).delete()
    elif wish == "out":
        readers.close(request.COOKIES.get(signing_in.COOKIE, ""))
        return signing_in.drop(see_other("/"))
    elif wish == "erase":
        if not request.POST.get("sure"):
            return _mine(
                title, reader, wrong=(_("Nothing was deleted. Tick the box to say that you are sure."),), status=422
            )
        leaving.erase(reader)
        return signing_in.drop(
            answer(
                title,
                _("All is deleted"),
                Shown(sentences=(_("Your account and all that we knew of you is deleted."),), back="/"),
            )
        )
    return see_other(f"{addresses.COMMENTS}mine/")


def _act_on(request: HttpRequest, title: Title, reader: Reader, wish: str) -> HttpResponse:
    comment = (
        Comment.objects.filter(pk=number_in(request.POST.get("comment", "")), author=reader, title=title)
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
            text = request.POST.get("text", "")
            text = rules.calmer(remarks.plain(text)) if wish == "calmer" else text
            writing.change(comment, reader, text, insist=wish == "insist")
    except writing.Asks as asks:
        wrong = (
            *(r.said for r in asks.reasons),
            _("Your comment stands as it was.")
            if not asks.may_insist
            else _("Your comment stands as it was; to send it as it is, press “insist”."),
        )
        return _change_again(title, comment, asks, wrong)
    except (writing.NotTaken, moderating.CannotDecide) as error:
        return _mine(title, reader, comment.pk, (str(error),), 409)
    return see_other(f"{addresses.COMMENTS}mine/{comment.pk}/")


def _change_again(title: Title, comment: Comment, asks: writing.Asks, wrong: tuple[str, ...]) -> HttpResponse:
    marks = marked(asks.text, [span for r in asks.reasons for span in r.spans])
    shown = Shown(
        action=f"{addresses.COMMENTS}mine/", step="change", text=asks.text, wrong=wrong, marks=marks, may_insist=asks.may_insist, calmer=asks.calmer, report=comment.pk,
        back=f"{addresses.COMMENTS}mine/{comment.pk}/",
    )  # fmt: skip
    return answer(title, _("One more look, please"), shown, 422)


@door
def export(request: HttpRequest, title: Title) -> HttpResponse:
    """All that we have about whoever asks, as a file."""
    reader = signing_in.reader_of(request)
    if reader is None:
        return see_other(f"{addresses.COMMENTS}mine/")
    response = JsonResponse(leaving.everything(reader), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="my-comments.json"'
    return contact.private(response)


@door
def mutes(request: HttpRequest, title: Title) -> HttpResponse:
    """The names that this reader does not want to read, for the script of the page."""
    reader = signing_in.reader_of(request)
    found = list(Mute.objects.filter(reader=reader).values_list("whom__name", flat=True)) if reader else []
    return contact.private(JsonResponse(found, safe=False))
