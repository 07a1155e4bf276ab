"""The rulebook on screen: how the paper holds its conversations, what each rule does, the word lists, and a dry run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from wagtail.admin.auth import require_admin_access

from masthead.comments import facts, going, hooks, rules, settings_of, simulating, standing, words
from masthead.comments.models import Hook, Mode, Rulebook, Word
from masthead.comments.rules import Does
from masthead.kit import clock
from masthead.newsroom.where import paper
from masthead.stories import diary
from masthead.stories.models import Topic
from masthead.stories.models.diary import Verb

DOES = {
    Does.OFF: "nothing",
    Does.NUDGE: "ask the author first",
    Does.HOLD: "an editor reads it first",
    Does.REJECT: "not take it",
}
NUMBERS = {
    "most": "links", "percent": "percent", "letters": "letters at least", "acronym": "letters of an acronym", "lines": "lines",
    "posts": "comments", "hours": "hours", "removals": "removals in 30 days", "comments": "comments under one story",
}  # fmt: skip


class BookForm(forms.ModelForm):
    """The paper's wishes."""

    class Meta:
        model = Rulebook
        fields = (
            "on", "mode", "wire_mode", "sensitive_mode", "sensitive_words", "close_after_days", "opens_at", "closes_at", "out_of_hours", "edit_seconds",
            "longest", "slow_from", "slow_seconds", "real_names", "own_sites", "notice", "introduction", "retention_days", "fast_lane",
        )  # fmt: skip
        widgets = {
            "sensitive_words": forms.Textarea(attrs={"rows": 3}), "notice": forms.Textarea(attrs={"rows": 3}), "introduction": forms.Textarea(attrs={"rows": 4}),
            "opens_at": forms.TimeInput(attrs={"type": "time"}), "closes_at": forms.TimeInput(attrs={"type": "time"}),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if bool(found.get("opens_at")) != bool(found.get("closes_at")):
            raise forms.ValidationError("Write both hours, or none. Nothing was changed.")
        if not 0 < (found.get("longest") or 0) <= 10_000:
            raise forms.ValidationError("A comment has between 1 and 10,000 letters. Nothing was changed.")
        return found


def chosen_from(post: Any) -> dict[str, Any]:
    """What a sent form has each rule do, and with which numbers; what is the default is not kept."""
    found: dict[str, Any] = {}
    for code, rule in rules.BOOK.items():
        own: dict[str, Any] = {}
        does = post.get(f"does-{code}", "")
        if does in set(Does) and does != rule.does:
            own["does"] = does
        for name, default in rule.numbers.items():
            value = post.get(f"number-{code}-{name}", "")
            if value.isdecimal() and len(value) < 6 and int(value) != default:
                own[name] = int(value)
        if own:
            found[code] = own
    return found


def _rows(chosen: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for rule in rules.BOOK.values():
        does, numbers = rules.chosen(rule, chosen)
        named = [(name, NUMBERS[name], value) for name, value in numbers.items()]
        rows.append({"rule": rule, "does": str(does), "numbers": named, "checked": rule.check is not None})
    return rows


@require_admin_access
def book(request: HttpRequest) -> HttpResponse:
    """The rulebook."""
    title = paper()
    one = standing.book_of(title)
    form = BookForm(request.POST or None, instance=one)
    if request.method == "POST" and request.POST.get("do") == "try":
        return render(
            request,
            "newsroom/talk/simulated.html",
            {
                "result": simulating.simulate(one, chosen_from(request.POST)),
                "about": "rules",
            },
        )
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            kept = form.save(commit=False)
            kept.rules = chosen_from(request.POST)
            kept.by_section = _modes(request.POST, "section", {str(s.pk) for s in title.sections.all()})
            kept.by_topic = _modes(request.POST, "topic", {str(t.pk) for t in Topic.objects.filter(title=title)})
            kept.save()
            settings_of.changed(title)
            diary.write_house(
                title=title,
                verb=Verb.APPOINTED,
                user=request.user,
                reason=f"Changed the rules of the conversation ({'on' if kept.on else 'off'})",
            )  # type: ignore[arg-type]
        messages.success(
            request,
            "Kept. The guidelines and the newest stories are printed again now; older ones when they are next made.",
        )
        return redirect("talk_rules")
    # The form has changed the object in hand; what is shown beside it is what is in force.
    one = standing.book_of(title)
    topics = list(Topic.objects.filter(title=title, pk__in=[int(pk) for pk in one.by_topic if pk.isdigit()]))
    more = Topic.objects.filter(title=title).exclude(pk__in=[t.pk for t in topics]).order_by("name")[:100]
    shown = {
        "form": form, "rows": _rows(one.rules), "does": DOES.items(), "modes": Mode.choices, "topics": [(t, one.by_topic.get(str(t.pk), "")) for t in topics],
        "more": more, "sections": [(s, one.by_section.get(str(s.pk), "")) for s in title.sections.all()], "paper": title,
    }  # fmt: skip
    return render(request, "newsroom/talk/rules.html", shown, status=422 if form.errors else 200)


def _modes(post: Any, kind: str, known: set[str]) -> dict[str, str]:
    found = {
        key.removeprefix(f"{kind}-"): value
        for key, value in post.items()
        if key.startswith(f"{kind}-") and value in Mode.values
    }
    if kind == "topic" and post.get("new-topic") in known and post.get("new-topic-mode") in Mode.values:
        found[post["new-topic"]] = post["new-topic-mode"]
    return {pk: mode for pk, mode in found.items() if pk in known}


@require_admin_access
def word_lists(request: HttpRequest) -> HttpResponse:
    """The paper's own words, besides those that come with Masthead: typed, taken in, tried, taken out."""
    title = paper()
    own = list(Word.objects.filter(title=title).values_list("word", "level"))
    if request.GET.get("form") == "txt":
        response = HttpResponse(words.written(own), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="words.txt"'
        return response
    tried, text = None, request.POST.get("try", "")
    if request.method == "POST" and text:
        tried = facts.with_shipped(own, title.language).find(text[:5000])
    elif request.method == "POST":
        file = request.FILES.get("file")
        sent = file.read(2_000_000).decode("utf-8", "replace") if file else request.POST.get("words", "")
        found = dict(words.parse(sent))
        if request.POST.get("do") == "simulate":
            one = standing.book_of(title)
            result = simulating.simulate(one, one.rules, facts.with_shipped(found.items(), title.language))
            return render(request, "newsroom/talk/simulated.html", {"result": result, "about": "words"})
        with transaction.atomic():
            Word.objects.filter(title=title).delete()
            Word.objects.bulk_create(
                [Word(title=title, word=word, level=level) for word, level in list(found.items())[:20_000]]
            )
            settings_of.changed(title)
        messages.success(request, f"{len(found)} words are kept, besides the list that comes with Masthead.")
        return redirect("talk_words")
    shown = {
        "written": words.written(own) if own else "",
        "shipped": len(words.shipped(title.language)),
        "language": title.language,
        "tried": tried,
        "text": text,
    }
    return render(request, "newsroom/talk/words.html", shown)


@require_admin_access
def webhooks(request: HttpRequest) -> HttpResponse:
    """Other programs that are told what happens: made, with a secret that is shown once, and deleted."""
    title, secret = paper(), ""
    if request.method == "POST" and request.POST.get("delete", "").isdecimal():
        Hook.objects.filter(title=title, pk=request.POST["delete"]).delete()
        messages.success(request, "It is deleted, and is told nothing more.")
        return redirect("talk_hooks")
    if request.method == "POST":
        try:
            made, secret = hooks.make(title, request.POST.get("url", ""))
        except hooks.NotTaken as error:
            messages.error(request, str(error))
            return redirect("talk_hooks")
        diary.write_house(title=title, verb=Verb.APPOINTED, user=request.user, reason=f"Made a webhook of the conversation to {made.url}"[:200])  # type: ignore[arg-type]
    shown = {"hooks": Hook.objects.filter(title=title), "secret": secret, "events": [*hooks.EVENTS.values(), hooks.REPORTED]}
    response = render(request, "newsroom/talk/hooks.html", shown)
    response["Cache-Control"] = "private, no-store"
    return response


@require_admin_access
def take_along(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Every comment of the paper as a file: for a spreadsheet, or for another system. It names readers’ addresses."""
    title = paper()
    lines, kind = (going.as_csv(title), "text/csv") if form == "csv" else (going.as_lines(title), "application/x-ndjson")
    response = StreamingHttpResponse(lines, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="comments-{clock.now():%Y-%m-%d}.{form}"'
    diary.write_house(title=title, verb=Verb.APPOINTED, user=request.user, reason="Took along all comments as a file")  # type: ignore[arg-type]
    return response
