"""The moderators' desk: one queue over all papers of a colleague, with everything needed to decide on one screen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from masthead.comments import counting, facts, fairness, learning, leaving, moderating, rules, standing, writing
from masthead.comments.models import Appeal, Comment, Decision, Learned, Mode, ProtectedName, Sanction, State
from masthead.kit import clock, html
from masthead.newsroom.where import paper
from masthead.people import readers, roles
from masthead.people.models import Reader, User
from masthead.people.roles import Deed
from masthead.press import figures
from masthead.stories import diary
from masthead.stories.models import Credit, Story, Tip
from masthead.stories.models.diary import Verb
from masthead.titles.models import Title

SHOWS = {
    "waiting": "Waits",
    "held": "Held",
    "reported": "Reported",
    "appeals": "Appeals",
    "names": "Names",
    "published": "Published",
    "removed": "Removed",
}
A_SCREEN = 20
WRONG = (moderating.CannotDecide,)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _own(request: HttpRequest) -> list[int]:
    found = moderating.papers(_user(request))
    if not found:
        raise PermissionDenied
    return found


def _marked(comment: Comment) -> list[tuple[str, bool]]:
    """The words of a comment in pieces, with what a rule found marked."""
    spans = [span for reason in comment.reasons for span in reason.get("spans", [])]
    inside = [False] * len(comment.body)
    for start, end in spans:
        if 0 <= start < end <= len(inside):
            inside[start:end] = [True] * (end - start)
    pieces: list[tuple[str, bool]] = []
    for at, letter in enumerate(comment.body):
        if pieces and pieces[-1][1] == inside[at]:
            pieces[-1] = (pieces[-1][0] + letter, inside[at])
        else:
            pieces.append((letter, inside[at]))
    return pieces


def _record(reader: Reader | None, titles: list[int]) -> dict[str, Any]:
    """An author's record, as far as this moderator's papers go."""
    if reader is None:
        return {}
    rows = Comment.objects.filter(author=reader, title__in=titles)
    return {
        "reader": reader,
        "published": rows.filter(state=State.PUBLISHED).count(),
        "removed": rows.filter(state=State.REMOVED).count(),
        "sanctions": [
            one for one in reader.sanctions.filter(lifted_at=None) if one.title_id is None or one.title_id in titles
        ],
        "trust": round(moderating.trust(reader) * 100),
    }


@require_admin_access
def queue(request: HttpRequest) -> HttpResponse:
    """The queue: the gravest first. With a script, keys a, r, n, p and u; without, the same by buttons."""
    own = _own(request)
    show = request.GET.get("show", "waiting")
    show = show if show in SHOWS else "waiting"
    read = figures.read_since(paper(), clock.now() - timedelta(hours=1), 50)
    found = moderating.queue(own, show, read)
    if author := request.GET.get("author"):
        found = found.filter(author=int(author)) if author.isdecimal() and len(author) < 10 else found.none()
    if words := request.GET.get("q", "").strip():
        found = found.filter(body__icontains=words[:100])
    cards = [_card(comment, own) for comment in found[:A_SCREEN]]
    counts = moderating.counts(own)
    context = {
        "cards": cards,
        "show": show,
        "shows": [(key, name, counts.get(key)) for key, name in SHOWS.items()],
        "total": found.count(),
        "questions": moderating.questions(own).count(),
        "tips": Tip.objects.filter(title=paper(), state=Tip.State.NEW, aside=False).count() if _user(request).has_perm("stories.view_tip") else None,
        "several": len(own) > 1,
        "reject": [(rule.code, rule.name) for rule in rules.BOOK.values() if rule.guideline or rule.code == "other"],
        "words": words,
        "off": not standing.book_of(paper()).on,
        "may_rule": roles.may(request.user, Deed.PAPER, title=paper().pk),
    }
    return render(request, "newsroom/talk/queue.html", context)


def _card(comment: Comment, own: list[int]) -> dict[str, Any]:
    return {
        "comment": comment,
        "pieces": _marked(comment),
        "reasons": [
            reason | {"name": rules.BOOK[reason["rule"]].name if reason["rule"] in rules.BOOK else reason["rule"]}
            for reason in comment.reasons
        ],
        "record": _record(comment.author, own),
        "reports": [
            (
                rules.BOOK[flag.rule].name if flag.rule in rules.BOOK else flag.rule,
                flag.note,
                round(moderating.trust(flag.reader) * 100),
            )
            for flag in comment.reports.filter(upheld=None).select_related("reader")
        ],
        "appeal": Appeal.objects.filter(comment=comment, decided_at=None).first(),
        "last": comment.decisions.select_related("user").first(),
        "hidden": any(reason["rule"] in ("banned-words", "threat", "evasion") for reason in comment.reasons),
    }


def _back(request: HttpRequest) -> HttpResponse:
    show = request.POST.get("show", "waiting")
    return redirect(f"{reverse('talk')}?show={show if show in SHOWS else 'waiting'}")


def _said(request: HttpRequest, sentence: str, decision: Decision | None = None, status: int = 200) -> HttpResponse:
    """The answer to a decision: a line for the script, or the queue again with a message."""
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse(
            {"said": sentence, "undo": reverse("talk_undo", args=[decision.pk]) if decision else ""}, status=status
        )
    (messages.success if status == 200 else messages.error)(request, sentence)
    return _back(request)


@require_admin_access
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide about one comment."""
    comment = get_object_or_404(Comment, pk=pk)
    verdict, rule, note = (request.POST.get(name, "") for name in ("verdict", "rule", "note"))
    try:
        if verdict in ("grant", "uphold"):
            moderating.judge(get_object_or_404(Appeal, comment=comment), verdict == "grant", _user(request), note)
            return _said(request, "The appeal is decided, and its author is told.")
        decision = moderating.decide(
            comment, verdict, _user(request), rule=rule, note=note, tell=not request.POST.get("quiet")
        )
    except WRONG as error:
        return _said(request, str(error), status=409)
    done = {
        "approve": "Approved",
        "reject": "Removed",
        "pick": "Picked",
        "unpick": "No longer picked",
        "hold": "Held",
        "unlink": "Its links are off",
    }
    return _said(request, f"{done[verdict]}: {html.excerpt(comment.body, 60)}", decision)


@require_admin_access
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back."""
    decision = get_object_or_404(Decision, pk=pk)
    try:
        if decision.batch:
            count = moderating.undo_batch(decision.batch, _user(request))
            return _said(request, f"{count} decisions are taken back.")
        moderating.undo(decision, _user(request))
    except WRONG as error:
        return _said(request, str(error), status=409)
    return _said(request, "Taken back: it stands as it stood before.")


@require_admin_access
def questions(request: HttpRequest) -> HttpResponse:
    """What readers ask our reporters: everybody on the staff may answer, under their own name."""
    user, title = _user(request), paper()
    if not roles.may(user, Deed.SEE, title=title.pk):
        raise PermissionDenied
    rows = list(moderating.questions([title.pk])[:100])
    own = set(Credit.objects.filter(story__in=[c.thread.story_id for c in rows], person__user=user).values_list("story", flat=True))
    rows.sort(key=lambda c: c.thread.story_id not in own)
    shown = {"rows": [(c, c.thread.story_id in own) for c in rows], "moderates": roles.may(user, Deed.MODERATE, title=title.pk)}
    return render(request, "newsroom/talk/questions.html", shown)


@require_admin_access
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a comment as one of the staff: readers see whether it is the writer of the story or the newsroom."""
    user = _user(request)
    comment = get_object_or_404(Comment.objects.select_related("thread__story", "title"), pk=pk)
    if not roles.may(user, Deed.SEE, title=comment.title_id):
        raise PermissionDenied
    try:
        writing.post(comment.thread.story, readers.colleague(user), request.POST.get("text", ""), answers=comment.number)
    except (writing.NotTaken, writing.Asks) as error:
        said = str(error) or "It was not taken. Write it again."
        messages.error(request, f"{said} What you wrote: “{request.POST.get('text', '')}”")
    else:
        messages.success(request, "Your answer is on the page, and whoever asked is told.")
    return redirect("talk_questions")


@require_admin_access
def context(request: HttpRequest, pk: int) -> HttpResponse:
    """A comment within its conversation, with every version of it and all that was decided."""
    comment = get_object_or_404(Comment.objects.select_related("thread__story__title", "author", "title"), pk=pk)
    around = (
        Comment.objects.filter(thread=comment.thread_id, root=comment.root)
        .select_related("author")
        .order_by("path")[:300]
    )
    return render(
        request,
        "newsroom/talk/context.html",
        {
            "card": _card(comment, _own(request)),
            "around": around,
            "log": comment.decisions.select_related("user"),
            "revisions": comment.revisions.all(),
            "rules": rules.BOOK,
        },
    )


@require_admin_access
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """An author: their record, what they wrote, and what a moderator may do about it."""
    own = _own(request)
    reader = get_object_or_404(Reader, pk=pk)
    rows = Comment.objects.filter(author=reader, title__in=own).select_related("thread__story", "title").order_by("-at")
    if not rows.exists():
        raise Http404
    may_handle = leaving.may_handle(_user(request), reader)
    if request.method == "POST" and request.POST.get("do") in ("hand-out", "erase"):
        if not may_handle:
            raise PermissionDenied
        return _at_their_wish(request, reader)
    if request.method == "POST":
        return _about_person(request, reader, own)
    shown = {
        "record": _record(reader, own), "rows": rows[:100], "kinds": Sanction.Kind.choices, "spans": moderating.SPANS,
        "rules": [(rule.code, rule.name) for rule in rules.BOOK.values() if rule.guideline],
        "log": Decision.objects.filter(reader=reader, title__in=own).select_related("user")[:50], "several": len(own) > 1, "may_handle": may_handle,
    }  # fmt: skip
    return render(request, "newsroom/talk/person.html", shown)


def _at_their_wish(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What a reader may ask for by letter, too: all that is kept of them, and to be forgotten."""
    if request.POST["do"] == "hand-out":
        response = JsonResponse(leaving.everything(reader), json_dumps_params={"ensure_ascii": False, "indent": 1})
        response["Content-Disposition"] = f'attachment; filename="reader-{reader.pk}.json"'
        diary.write_house(title=paper(), verb=Verb.APPOINTED, user=_user(request), reason=f"Took out what is kept of reader {reader.pk}")
        return response
    if request.POST.get("sure") != "yes":
        messages.error(request, "Tick the box to say that you are sure. Nothing was changed.")
        return redirect("talk_person", pk=reader.pk)
    leaving.erase(reader)
    diary.write_house(title=paper(), verb=Verb.APPOINTED, user=_user(request), reason=f"Erased reader {reader.pk} at their wish")
    messages.success(request, "All that was known of them is deleted; what others answered stands without a name.")
    return redirect("talk")


def _about_person(request: HttpRequest, reader: Reader, own: list[int]) -> HttpResponse:
    wish, rule, note = (request.POST.get(name, "") for name in ("do", "rule", "note"))
    title = paper() if paper().pk in own else Title.objects.get(pk=own[0])
    try:
        if wish == "remove-all":
            if request.POST.get("sure") != "yes":
                raise moderating.CannotDecide("Tick the box to say that you are sure. Nothing was changed.")
            batch = moderating.remove_all(reader, _user(request), rule, note)
            count = Decision.objects.filter(batch=batch, undoes=None).count()
            messages.success(
                request,
                f"{count} comments by {reader.name} are removed, and nothing of anybody else. It can be taken back below.",
            )
        elif wish == "rename":
            moderating.rename(reader, _user(request), title, note)
            messages.success(request, "The name is gone from every page. They choose another before they write again.")
        elif wish == "name-ok":
            Reader.objects.filter(pk=reader.pk).update(name_ok=True)
        else:
            hours = moderating.SPANS.get(request.POST.get("span", ""), 0)
            moderating.sanction(
                reader,
                title,
                wish,
                _user(request),
                rule=rule,
                note=note,
                hours=hours if wish == "suspend" else 0,
                everywhere=bool(request.POST.get("everywhere")),
            )
            messages.success(request, f"{reader.name}: {Sanction.Kind(wish).label}.")
    except WRONG as error:
        messages.error(request, str(error))
    return redirect("talk_person", pk=reader.pk)


@require_admin_access
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One story's conversation: open or closed, a word above it, names that must not appear."""
    story = get_object_or_404(Story.objects.select_related("title", "section"), pk=pk)
    book, one = standing.book_of(story.title_id), standing.thread_of(story)
    if request.method == "POST":
        moderating.ask(_user(request), story.title_id)
        if "name" in request.POST:
            _protect(request, story)
        else:
            moderating.set_thread(
                story, _user(request), mode=request.POST.get("mode", ""), note=request.POST.get("note", "")
            )
            messages.success(request, "Kept. Readers see it at once.")
        return redirect("talk_thread", pk=pk)
    now = standing.now(book, one, story)
    names = [(row.pk, facts.reveal(row), row.until) for row in ProtectedName.objects.filter(story=story)]
    shown = {"story": story, "thread": one, "now": now, "modes": Mode.choices, "names": names, "book": book}
    return render(request, "newsroom/talk/thread.html", shown)


def _protect(request: HttpRequest, story: Story) -> None:
    if request.POST.get("drop", "").isdecimal():
        ProtectedName.objects.filter(story=story, pk=request.POST["drop"]).delete()
        return
    name = " ".join(request.POST.get("name", "").split())[:120]
    until = request.POST.get("until", "")
    if len(name) < 3:
        messages.error(request, "Write the name that must not appear. Nothing was changed.")
        return
    try:
        day = datetime.strptime(until, "%Y-%m-%d").date() if until else None  # noqa: DTZ007  a day, not a moment
    except ValueError:
        messages.error(request, "Write the day as 2026-11-24. Nothing was changed.")
        return
    ProtectedName.objects.create(story=story, sealed=facts.seal(name), until=day)
    messages.success(
        request,
        "Comments that name them wait for an editor. The name lies sealed in the database and is never told to readers.",
    )


@require_admin_access
def numbers(request: HttpRequest) -> HttpResponse:
    """The figures of the conversation, and how fair the rules are."""
    title = paper()
    return render(
        request,
        "newsroom/talk/figures.html",
        {
            "figures": counting.figures(title),
            "people": (found := fairness.own(standing.book_of(title)))[0],
            "varieties": found[1],
            "learned": (learned := Learned.objects.defer("weights").filter(title=title).first()),
            "samples": learning.look_at_samples(learned) if learned else (0, 0),
            "lane": standing.book_of(title).fast_lane,
            "may_rule": roles.may(request.user, Deed.PAPER, title=title.pk),
        },
    )


@require_admin_access
@require_POST
def fair(request: HttpRequest) -> HttpResponse:
    """A public test set against the paper's rules, on this machine; nothing of it is kept."""
    file = request.FILES.get("file")
    try:
        if file is None or (file.size or 0) > 20_000_000:
            raise fairness.CannotRead("Choose a file of at most 20 MB. Nothing was looked at.")
        rows = fairness.of_file(standing.book_of(paper()), file.read())
    except fairness.CannotRead as error:
        messages.error(request, str(error))
        return redirect("talk_figures")
    return render(request, "newsroom/talk/fairness.html", {"groups": [(harmful, [row for row in rows if row.harmful == harmful]) for harmful in (False, True)], "name": file.name})


@require_admin_access
@require_POST
def study(request: HttpRequest) -> HttpResponse:
    """Learn from the paper's decisions now."""
    try:
        made = learning.study(standing.book_of(paper()))
    except learning.CannotLearn as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Learned from {made.decisions} decisions; the queue is ordered by it from now on.")
    return redirect("talk_figures")
