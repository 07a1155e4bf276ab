"""The wire desk: what came in, newest first; one item with all that we know of it; and what an editor does with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from masthead.kit import html
from masthead.newsroom.where import paper
from masthead.stories import actions, merging
from masthead.stories.body import readable
from masthead.titles.models import Title
from masthead.wire import acting, again, alerts, differences, events, packages, twins
from masthead.wire.item import Item, UnreadableWire
from masthead.wire.models import Alert, Source, WireItem, WireVersion

PAGE = 40
"""Items on one page of the list."""
STATES = {
    "open": "not used yet",
    "used": "used",
    "waiting": "needs an editor",
    "killed": "killed",
    "all": "everything",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is asked for."""

    source: str = ""
    topic: str = ""
    urgency: str = ""
    language: str = ""
    cluster: str = ""
    words: str = ""
    state: str = "all"

    @classmethod
    def of(cls, request: HttpRequest) -> Wanted:
        """The filters in the address; what makes no sense is left out."""
        given = {name: request.GET.get(name, "").strip()[:100] for name in cls.__dataclass_fields__}
        for name in ("source", "urgency", "cluster"):
            given[name] = given[name] if given[name].isdigit() else ""
        given["state"] = given["state"] if given["state"] in STATES else "all"
        return cls(**given)


def _items(title: Title, wanted: Wanted) -> QuerySet[WireItem]:
    found = WireItem.objects.order_by("-last_arrived_at", "-id")
    if Title.objects.exclude(pk=title.pk).exists():
        # Only where it tells something: a join with the sources makes SQLite sort the whole wire for every page.
        found = found.filter(source__in=list(title.wire_sources.values_list("pk", flat=True)))
    if wanted.source:
        found = found.filter(source_id=wanted.source)
    if wanted.urgency:
        found = found.filter(urgency__lte=wanted.urgency)
    if wanted.language:
        found = found.filter(language=wanted.language)
    if wanted.cluster:
        found = found.filter(cluster_id=wanted.cluster)
    if wanted.topic:
        found = found.filter(labels__icontains=wanted.topic.casefold())
    if wanted.words:
        found = found.filter(headline__icontains=wanted.words)
    return _in_state(found, wanted.state)


def _rows(found: QuerySet[WireItem]) -> list[WireItem]:
    """One page and one more: first which, by the index on their times, then what they say."""
    pks = list(found.values_list("pk", flat=True)[: PAGE + 1])
    rows = WireItem.objects.filter(pk__in=pks).select_related("source", "story").defer("lints", "duties", "labels")
    known = {row.pk: row for row in rows}
    return [known[pk] for pk in pks if pk in known]


def _in_state(found: QuerySet[WireItem], state: str) -> QuerySet[WireItem]:
    if state == "open":
        return found.filter(story=None, killed=False, passed_over=False)
    if state == "used":
        return found.exclude(story=None)
    if state == "waiting":
        return found.exclude(proposal="") | found.filter(update_waiting=True) | found.exclude(clash="")
    return found.filter(killed=True) if state == "killed" else found


@require_admin_access
def desk(request: HttpRequest) -> HttpResponse:
    """The list, with the alerts over it and the chosen item beside it."""
    title, wanted = paper(), Wanted.of(request)
    found = _items(title, wanted)
    before = parse_datetime(request.GET.get("before", "")) if request.GET.get("before") else None
    if before:
        found = found.filter(last_arrived_at__lt=before)
    rows = _rows(found)
    context = {
        "items": rows[:PAGE],
        "more": rows[PAGE - 1].last_arrived_at.isoformat() if len(rows) > PAGE else "",
        "wanted": wanted,
        "states": STATES,
        "sources": Source.objects.filter(title=title),
        "alerts": Alert.objects.filter(title=title, seen_at=None).select_related("item")[:20],
        "newest": rows[0].last_arrived_at.isoformat() if rows else "",
        "query": _query(request),
    }
    return render(request, "newsroom/wire/desk.html", context)


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("before", None)
    return kept.urlencode()


@require_admin_access
def fresh(request: HttpRequest) -> JsonResponse:
    """How many items came after `after` (ISO 8601), for the line that announces them."""
    after = _moment(request.GET.get("after", ""))
    found = _items(paper(), Wanted.of(request))
    count = found.filter(last_arrived_at__gt=after)[:100].count() if after else 0
    unseen = Alert.objects.filter(title=paper(), seen_at=None).count()
    return JsonResponse({"new": count, "alerts": unseen})


def _moment(text: str) -> datetime | None:
    try:
        # A plus sign in an address is a space when it was not escaped.
        return parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None


@require_admin_access
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: what it says, where it stands, what our rules did and why."""
    chain = get_object_or_404(WireItem.objects.select_related("source", "story", "near"), pk=pk)
    template = "newsroom/wire/pane.html" if request.GET.get("pane") else "newsroom/wire/item.html"
    return render(request, template, _described(chain))


def _described(chain: WireItem) -> dict[str, Any]:
    versions = list(chain.versions.select_related("file").order_by("-id"))
    said, failure = _read(acting.newest(chain))
    return {
        "chain": chain,
        "said": said,
        "failure": failure,
        "body": html.safe(said.body) if said else "",
        "notes": [note.reveal() for note in said.ednotes] if said else [],
        "versions": versions,
        "current": acting.newest(chain),
        "repairs": versions[0].repairs if versions else [],
        "cluster": _cluster(chain),
        "kin": events.same_event(chain),
        "parts": packages.parts_of(chain),
        "states": STATES,
    }


def _read(version: WireVersion) -> tuple[Item | None, str]:
    try:
        return again.item_of(version), ""
    except (UnreadableWire, OSError, IndexError):
        return None, "The bytes of this version cannot be read again; the list shows what was noted when it came."


def _cluster(chain: WireItem) -> list[WireItem]:
    if not chain.cluster_id:
        return []
    return list(WireItem.objects.filter(cluster=chain.cluster_id).select_related("source", "story").order_by("id"))


@require_admin_access
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed between two versions, word by word. Without a choice: the last two."""
    chain = get_object_or_404(WireItem, pk=pk)
    versions = list(chain.versions.select_related("file").order_by("id"))
    pair = [_chosen(versions, request.GET.get(name, ""), place) for name, place in (("a", -2), ("b", -1))]
    (old, _), (new, failure) = _read(pair[0]), _read(pair[1])
    context = {"chain": chain, "versions": versions, "a": pair[0], "b": pair[1], "failure": failure}
    if old and new:
        context["headline"] = differences.words(old.headline or "", new.headline or "")
        context["body"] = differences.words(old.body, new.body)
    return render(request, "newsroom/wire/difference.html", context)


def _chosen(versions: list[WireVersion], wanted: str, place: int) -> WireVersion:
    named = next((v for v in versions if str(v.pk) == wanted), None)
    return named or versions[max(place, -len(versions))]


@require_admin_access
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Our text and the agency's newer one side by side; what only one side changed is settled already."""
    chain = get_object_or_404(WireItem.objects.select_related("source", "story"), pk=pk)
    said, failure = _read(acting.newest(chain))
    if chain.story is None or said is None:
        messages.error(request, failure or "There is no story of ours to merge with.")
        return redirect("wire_item", pk=pk)
    base, mine, theirs = acting.sides(chain, chain.story, said)
    merged = merging.merge(base, mine.pieces, theirs)
    if request.method == "POST":
        may_edit(request)
        return _settle(request, chain, merged)
    rows = [_row(place, part) for place, part in enumerate(merged.parts)]
    context = {"chain": chain, "rows": rows, "in_hand": mine.in_hand, "clashes": len(merged.clashes)}
    return render(request, "newsroom/wire/merge.html", context)


def _row(place: int, part: str | merging.Clash) -> dict[str, Any]:
    if isinstance(part, str):
        return {"place": place, "text": readable(part)}
    before, ours, theirs = ("\n\n".join(map(readable, side)) for side in (part.base, part.ours, part.theirs))
    return {"place": place, "clash": True, "before": before, "ours": ours, "theirs": theirs}


def _settle(request: HttpRequest, chain: WireItem, merged: merging.Merged) -> HttpResponse:
    parts: list[str] = []
    for place, part in enumerate(merged.parts):
        if isinstance(part, str):
            parts.append(part)
            continue
        choice = request.POST.get(f"choice-{place}", "both")
        parts += [*(part.ours if choice != "theirs" else ()), *(part.theirs if choice != "ours" else ())]
    story = acting.settle(chain, parts, user=request.user)  # type: ignore[arg-type]
    messages.success(request, "The merged text is the newest draft of the story. Read it over and publish it.")
    return redirect(edit_address(story.pk))


def edit_address(story_pk: int) -> str:
    """The address of a story's form."""
    return reverse("wagtailsnippets_stories_story:edit", args=[story_pk])


def may_edit(request: HttpRequest) -> None:
    if not request.user.has_perm("stories.change_story"):
        raise PermissionDenied


@require_admin_access
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Do one thing with an item: use it, pass it over, confirm or dismiss an order in words, say what is its twin."""
    may_edit(request)
    chain = get_object_or_404(WireItem.objects.select_related("source", "story", "near"), pk=pk)
    what = request.POST.get("what", "")
    if what == "use":
        return _use(request, chain)
    done = {"pass": _pass, "confirm": _confirm, "dismiss": _dismiss, "same": _same, "apart": _apart, "line": _line}.get(what)
    if done:
        messages.success(request, done(request, chain))
    return redirect("wire_item", pk=pk)


def _use(request: HttpRequest, chain: WireItem) -> HttpResponse:
    try:
        story = acting.use(chain, user=request.user)  # type: ignore[arg-type]
    except (UnreadableWire, OSError, IndexError):
        messages.error(request, "The copy could not be read again, so no story was made. Its bytes are kept.")
        return redirect("wire_item", pk=chain.pk)
    return redirect(edit_address(story.pk))


def _pass(request: HttpRequest, chain: WireItem) -> str:
    chain.passed_over, chain.decision = True, f"Passed over by {request.user}."
    chain.save(update_fields=["passed_over", "decision"])
    return "Passed over. It stays in the list under “everything”."


def _confirm(request: HttpRequest, chain: WireItem) -> str:
    if not chain.proposal:
        return "There was nothing left to confirm."
    acting.confirm(chain, user=request.user)  # type: ignore[arg-type]
    return "Confirmed: the order is obeyed on every surface."


def _dismiss(request: HttpRequest, chain: WireItem) -> str:
    acting.dismiss(chain)
    return "Dismissed: the words are not taken as an order."


def _same(request: HttpRequest, chain: WireItem) -> str:
    if chain.near:
        twins.together(chain, chain.near)
        chain.save(update_fields=["cluster", "near"])
    return "They are one story now: only one of them is published."


def _apart(request: HttpRequest, chain: WireItem) -> str:
    chain.near = None
    chain.save(update_fields=["near"])
    return "They are two stories."


def _line(request: HttpRequest, chain: WireItem) -> str:
    """Different agencies on one event become a story line; nothing is merged."""
    kin = [other.item.story for other in events.same_event(chain) if other.item.story]
    stories = [story for story in (chain.story, *kin) if story]
    line = actions.lines.together(stories=stories, by=str(request.user))
    if line is None:
        return "A story line needs two stories of ours. Use this item and one of the others first."
    return f"“{line.name}” is a story line now. Name it and say where it stands under Story lines."


@require_admin_access
@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick an alert off."""
    alerts.tick_off(get_object_or_404(Alert, pk=pk), request.user)  # type: ignore[arg-type]
    return redirect("wire")
