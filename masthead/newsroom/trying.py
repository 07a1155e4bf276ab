"""Try before it counts: a dry run of pasted copy, what the rules would do, and another go for quarantined files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from masthead.kit import clock, html
from masthead.newsroom.desk import may_edit
from masthead.newsroom.where import paper
from masthead.wire import again, archive, duties, intake, lints, profiled, rules
from masthead.wire.arrivals import health, rounds
from masthead.wire.item import Item, UnreadableWire
from masthead.wire.models import Rule, Source, WireFile, WireItem
from masthead.wire.profiles import Profile
from masthead.wire.repair import repair

LARGEST = 10_000_000
"""Bytes of a pasted or dropped file."""
LAST_WEEK = timedelta(days=7)
MOST_TRIED = 300
"""Items that the rules are tried on; each is read again from its bytes."""
WANTED = ("headline", "byline", "dateline", "language", "guid", "copyright_notice", "provider")
"""Fields that an editor would miss."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One item of a dry run: what a reader would see and what would become of it."""

    said: Item
    body: str
    notes: tuple[str, ...]
    lints: tuple[lints.Lint, ...]
    duties: tuple[duties.Duty, ...]
    decision: rules.Decision
    missing: tuple[str, ...]


@require_admin_access
def dry_run(request: HttpRequest) -> HttpResponse:
    """Read a pasted or dropped file as if it had arrived. Nothing is kept, nothing is filed."""
    title = paper()
    sources = Source.objects.filter(title=title)
    context: dict[str, object] = {"sources": sources, "pasted": ""}
    if request.method == "POST":
        context |= _tried(request, sources.filter(pk=_number(request.POST.get("source", ""))).first())
    return render(request, "newsroom/wire/dry_run.html", context)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _tried(request: HttpRequest, source: Source | None) -> dict[str, object]:
    sent = request.FILES.get("file")
    pasted = request.POST.get("pasted", "")
    if sent and (sent.size or 0) > LARGEST:
        return {
            "failure": f"The file is larger than {LARGEST // 1_000_000} MB. Drop it into the watched folder instead."
        }
    data = sent.read() if sent else pasted.encode()
    source = source or intake.default_source(paper())
    try:
        reading, profile = profiled.read(data, profiled.choice_of(source))
    except UnreadableWire as refused:
        return {"failure": f"{refused} Nothing was kept.", "pasted": pasted}
    tried = [_one(repair(raw, profile=profile), source, profile) for raw in again.with_pictures(reading)[:50]]
    return {"pasted": pasted, "format": reading.format, "profile": profile.name, "errors": reading.errors, "tried": tried, "done": True}


def _one(item: Item, source: Source, profile: Profile) -> Tried:
    doubts = lints.lints(item, source.title.language, clock.now())
    asked = duties.of_item(item, profile)
    against = [duty.words for duty in asked if duty.holds] + [doubt.sentence for doubt in doubts if doubt.holds]
    return Tried(
        said=item,
        body=html.safe(item.body),
        notes=tuple(note.reveal() for note in item.ednotes),
        lints=doubts,
        duties=asked,
        decision=rules.decide(item, source, against=against),
        missing=tuple(name.replace("_", " ") for name in WANTED if not getattr(item, name)),
    )


@require_admin_access
def rules_dry_run(request: HttpRequest) -> HttpResponse:
    """What the rules in force, or one of them alone, would have done to last week's copy."""
    title = paper()
    everything = list(title.wire_rules.select_related("section", "source"))
    chosen = next((rule for rule in everything if str(rule.pk) == request.GET.get("rule")), None)
    asked = [chosen] if chosen else [rule for rule in everything if rule.active]
    rows = []
    for chain, item in _last_week(title.pk):
        decision = rules.decide(item, chain.source, rules=asked)
        if not chosen or decision.action != Rule.Action.DESK or decision.notices:
            rows.append((chain, decision))
    counts: dict[str, int] = {}
    for _chain, decision in rows:
        counts[decision.action] = counts.get(decision.action, 0) + 1
    words = dict(Rule.Action.choices)
    context = {
        "rules": everything,
        "chosen": chosen,
        "rows": rows,
        "counts": [(words[action], count) for action, count in counts.items()],
        "most": MOST_TRIED,
    }
    return render(request, "newsroom/wire/rules.html", context)


def _last_week(title_pk: int) -> list[tuple[WireItem, Item]]:
    since = clock.now() - LAST_WEEK
    chains = WireItem.objects.filter(source__title=title_pk, last_arrived_at__gte=since, killed=False)
    found = []
    for chain in chains.select_related("source", "source__title").order_by("-last_arrived_at")[:MOST_TRIED]:
        version = chain.versions.select_related("file").order_by("-id").first()
        try:
            found += [(chain, again.item_of(version))] if version else []
        except (UnreadableWire, OSError, IndexError):
            continue
    return found


@require_admin_access
def quarantine(request: HttpRequest) -> HttpResponse:
    """Files that could not be read, or only in part: the reason, the bytes, another try."""
    files = WireFile.objects.filter(source__title=paper()).exclude(state=WireFile.State.READ).select_related("source")
    return render(request, "newsroom/wire/quarantine.html", {"files": files.order_by("-arrived_at", "-id")[:100]})


@require_admin_access
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a quarantined file again, after a profile or a reader has changed."""
    may_edit(request)
    file = get_object_or_404(WireFile.objects.select_related("source"), pk=pk)
    try:
        receipt = intake.take(archive.fetch(file.sha256), name=file.name, source=file.source)
    except OSError:
        messages.error(request, f"The bytes of {file.name} are not on this machine any more.")
        return redirect("wire_quarantine")
    if receipt.file.state == WireFile.State.QUARANTINED:
        messages.warning(request, f"{file.name} still cannot be read: {receipt.file.reason} It stays in quarantine.")
    else:
        messages.success(request, f"{file.name} was read: {len(receipt.items)} items are on the desk.")
    return redirect("wire_quarantine")


@require_admin_access
def bytes_of(request: HttpRequest, pk: int) -> HttpResponse:
    """A delivery as it came, to look at or to send to whoever can mend it."""
    file = get_object_or_404(WireFile, pk=pk)
    try:
        data = archive.fetch(file.sha256)
    except OSError:
        raise Http404 from None
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="delivery-{file.pk}.bin"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@require_admin_access
def sources(request: HttpRequest) -> HttpResponse:
    """How every source is: last item, rhythm, failures, what lies in quarantine."""
    bad = Count("files", filter=Q(files__state=WireFile.State.QUARANTINED))
    found = Source.objects.filter(title=paper()).annotate(quarantined=bad)
    rows = [(source, *health.health(source), health.lag(source)) for source in found]
    return render(request, "newsroom/wire/sources.html", {"rows": rows, "asked": list(rounds.ASKED)})


@require_admin_access
@require_POST
def look_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a source now, whatever its schedule."""
    may_edit(request)
    source = get_object_or_404(Source, pk=pk, kind__in=rounds.ASKED)
    found = rounds.look(source)
    (messages.success if found.well else messages.warning)(request, f"{source}: {found.words}")
    return redirect("wire_sources")
