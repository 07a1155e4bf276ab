"""Letters on the desk: who follows what, breaking news, lists in and out, and what became of each letter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from wagtail.admin.auth import require_admin_access

from masthead.circulation import alerts, audience, clicks, following, targets
from masthead.circulation.fediverse import actors
from masthead.circulation.models import Alert, Device, Follower, Newsletter
from masthead.kit import clock
from masthead.mailroom import outbox, parcels, returned, setting, suppression
from masthead.mailroom.letter import CannotPost, address
from masthead.mailroom.models import Outgoing, Rest, Suppressed
from masthead.newsroom.where import paper
from masthead.stories import diary, gate
from masthead.stories.models import Story

STATES = {"unsure": "Nobody knows whether they went out", "held": "Held", "queued": "Waiting", "bounced": "Came back"}
MOST = 200


@require_admin_access
def letters(request: HttpRequest) -> HttpResponse:
    """Followers in figures, what is followed, the last alerts."""
    title = paper()
    due = Follower.objects.filter(title=title, next_at__isnull=False).order_by("next_at").values_list("next_at", flat=True).first()
    context = {
        "standing": audience.standing(title),
        "counts": audience.counts(title),
        "growth": audience.growth(title),
        "alerts": Alert.objects.filter(title=title).select_related("story")[:10],
        "newsletters": Newsletter.objects.filter(title=title),
        "fediverse": actors.follower_count(title) if actors.what() else None,
        "devices": Device.objects.filter(title=title).count(),
        "clicks": clicks.lately(title) if clicks.counted() else None,
        "due": due,
        "zone": title.zone,
        "sends": bool(setting.said("host") or setting.said("service")),
        "folder": setting.folder(),
    }
    return render(request, "newsroom/letters/letters.html", context)


@require_admin_access
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Breaking news about a story: whom it reaches now, its one line, and the button."""
    story = get_object_or_404(Story, pk=pk, title=paper())
    words = request.POST.get("words", story.display_headline)
    if request.method == "POST":
        try:
            messages.success(request, _alert_done(request, story, words))
            return redirect("letters")
        except alerts.CannotAlert as refused:
            messages.error(request, str(refused))
    waiting = alerts.waiting_for(story)
    context = {
        "story": story,
        "words": words,
        "reach": alerts.reach(story),
        "concerned": audience.of_story(story),
        "open": gate.allows(story),
        "hours": int(alerts.GOOD_FOR.total_seconds() // 3600),
        "waiting": waiting,
        "may_second": waiting is not None and waiting.user_id != request.user.pk,
        "takes_two": alerts.takes_two(),
        "zone": story.title.zone,
    }
    return render(request, "newsroom/letters/alert.html", context)


def _alert_done(request: HttpRequest, story: Story, words: str) -> str:
    """What was done about an alert, in a sentence. Raises alerts.CannotAlert."""
    user: Any = request.user
    what, waiting = request.POST.get("do", ""), alerts.waiting_for(story)
    if what and waiting is None:
        raise alerts.CannotAlert("This alert does not wait any more. Nothing was sent.")
    if what == "away" and waiting:
        alerts.put_away(waiting)
        return "The alert was put away. Nobody got it."
    sent = alerts.second(waiting, user) if waiting and what == "second" else alerts.send(story=story, words=words, user=user)
    if sent.waiting:
        return "The alert waits for a second colleague. Nobody gets it before."
    return f"The alert goes to {_many(sent.reach, 'reader')} and {_many(sent.devices, 'device')} now."


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


@require_admin_access
def export(request: HttpRequest) -> HttpResponseBase:
    """Everybody who said yes, as a file."""
    response = StreamingHttpResponse(audience.export(paper()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="followers-{clock.now():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@require_admin_access
def take_over(request: HttpRequest) -> HttpResponse:
    """A list of subscribers from another program."""
    title = paper()
    offered = [targets.Target("paper", 0, title.name, "/"), *map(targets.of, Newsletter.objects.filter(title=title))]
    offered += [targets.of(section) for section in title.sections.all()]
    if request.method == "POST":
        wanted = [found for path in request.POST.getlist("what") if (found := targets.at(title, path))]
        file = request.FILES.get("file")
        try:
            data = file.read(audience.MOST_BYTES + 1) if file else b""
            taken = audience.take(title, data, wanted, told=request.POST.get("told", ""))
            messages.success(request, taken.sentence)
            return redirect("letters")
        except audience.CannotTake as refused:
            messages.error(request, str(refused))
    return render(request, "newsroom/letters/take_over.html", {"offered": offered, "told": request.POST.get("told", "")})


@require_admin_access
def mailroom(request: HttpRequest) -> HttpResponse:
    """What became of letters: those that a person must decide about first."""
    title = paper()
    if request.method == "POST":
        _decide(request)
        return redirect("mailroom")
    counted = dict(_rows().values_list("state").annotate(n=Count("pk")).values_list("state", "n"))
    groups = [
        (state, words, counted.get(state, 0), _rows().filter(state=state, seen=False).order_by("-id")[:MOST])
        for state, words in STATES.items()
    ]
    try:
        setting.check()
        fault = ""
    except setting.CannotMail as error:
        fault = str(error)
    context = {
        "groups": groups,
        "parcels": parcels.standing(title),
        "sent": counted.get("sent", 0),
        "rests": Rest.objects.filter(until__gt=clock.now()),
        "suppressed": Suppressed.objects.filter(title=title)[:MOST],
        "fault": fault,
        "returned": returned.standing(),
        "zone": title.zone,
    }
    return render(request, "newsroom/letters/mailroom.html", context)


def _take_off(request: HttpRequest) -> None:
    """Somebody asked the desk for no more letters, by telephone or by mail."""
    written, title = request.POST.get("address", ""), paper()
    try:
        to = address(written)
    except CannotPost:
        messages.error(request, f"“{written.strip()[:80]}” is not an e-mail address. Nothing was changed.")
        return
    suppression.suppress(title, to, Suppressed.Scope.LETTERS, f"Asked for it; noted by {diary.named(request.user)}")  # type: ignore[arg-type]
    if follower := following.of_address(title, to):
        following.leave(follower)
    messages.success(request, f"{to} gets no more letters, until its owner follows something anew and confirms it.")


def _rows() -> Any:
    return Outgoing.objects.filter(title=paper())


def _decide(request: HttpRequest) -> None:
    what, chosen = request.POST.get("do", ""), [int(pk) for pk in request.POST.getlist("letter") if pk.isdigit()][:MOST]
    rows = _rows().filter(pk__in=chosen, state__in=("unsure", "held"))
    if what == "release":
        done = sum(outbox.release(row) for row in rows)
        messages.success(request, f"{done} letters go out again. Who got one already gets it twice.")
    elif what == "drop":
        done = rows.update(state="dropped", letter=None, seen=True)
        messages.success(request, f"{done} letters are not sent.")
    elif what == "suppress":
        _take_off(request)
    elif what == "seen":
        messages.success(request, f"{rows.update(seen=True)} letters are marked as seen. They are not sent.")
