"""Agency profiles on screen: which source is read with which, copies of shipped ones, a trial before it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from masthead.kit import clock
from masthead.newsroom.where import paper
from masthead.titles.models import Title
from masthead.wire import archive, intake, profile_trial, profiled, profiles
from masthead.wire.item import UnreadableWire
from masthead.wire.models import AgencyProfile, Source, WireFile
from masthead.wire.profiles import lines

MOST_RETRIED = 100
FIELDS = (
    ("labels", "Label words", "Words before a headline that are no part of it, one a line. # stands for a number: UPDATE #."),
    ("private_lines", "Private markers", "How paragraphs begin that only editors may read, one a line: Eds:"),
    ("private_from", "Private from here on", "How a paragraph begins from which on everything is for editors."),
    ("credits", "Credit map", "Names as sent = as shown, one a line. A stroke makes a chain: Action Images = Action Images/Reuters"),
    ("suppliers", "Whose pictures", "A name in a credit = the agency whose picture it is. * at the end: and what follows."),
    ("last", "Last in a credit", "Names that stand last, whoever wrote them first."),
    ("own", "Our own", "Our own stations and companies, one a line: their copy is local, not wire."),
    ("fields", "Field map", "Field = path in the file, one a line: headline = extra/title, urgency = meta/@priority"),
    ("duties", "Duties", "Kind | days or nothing | the agency's sentence: no-archive | 30 | Contract of 2026, section 4."),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One box of lines in the form."""

    name: str
    label: str
    help: str
    text: str


def may_set_wire(request: HttpRequest) -> None:
    """Profiles change what readers see and what is kept from them: for those who may change sources."""
    if not request.user.has_perm("wire.change_source"):
        raise PermissionDenied


@require_admin_access
def profile_list(request: HttpRequest) -> HttpResponse:
    """Every source with its profile; the paper's own profiles; the shipped ones."""
    title = paper()
    own = list(AgencyProfile.objects.filter(title=title))
    rows = [(source, _looks_like(source)) for source in Source.objects.filter(title=title)]
    shipped = [profiles.shipped(slug) for slug in profiles.slugs()]
    known = {profile.slug for profile in own} | set(profiles.slugs())
    lost = [source for source, _ in rows if source.profile and source.profile not in known]
    context = {"own": own, "rows": rows, "shipped": shipped, "lost": lost}
    return render(request, "newsroom/wire/profiles.html", context)


def _looks_like(source: Source) -> str:
    """The shipped profile that the newest copy of a source looks like."""
    file = source.files.filter(state=WireFile.State.READ).order_by("-arrived_at", "-id").first()
    try:
        found = profiled.read(archive.fetch(file.sha256), profiled.Choice(None, "UTC"))[1] if file else None
    except (UnreadableWire, OSError):
        return ""
    return found.name if found else ""


@require_admin_access
@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the profile that a source is read with; empty: what its copy looks like."""
    may_set_wire(request)
    source = get_object_or_404(Source.objects.select_related("title"), pk=pk, title=paper())
    slug = request.POST.get("profile", "")
    if slug and profiled.content(source.title, slug) is None:
        messages.error(request, f"There is no profile “{slug[:80]}”. {source} is read as before.")
        return redirect("wire_profiles")
    source.profile = slug
    source.save(update_fields=["profile"])
    how = f"with the profile “{slug}”" if slug else "with the profile that its copy looks like"
    messages.success(request, f"From now on {source} is read {how}. What is already on the desk stays as it is.")
    return redirect("wire_profiles")


@require_admin_access
@require_POST
def copy(request: HttpRequest, slug: str) -> HttpResponse:
    """A profile of our own, beginning as a copy."""
    may_set_wire(request)
    title = paper()
    content = profiled.content(title, slug)
    if content is None:
        raise Http404
    content["name"] = f"{content['name']}, ours"[:120]
    name = _free(title, f"{slug}-ours")
    AgencyProfile.objects.create(title=title, slug=name, content=content, based_on=slug, changed_by=request.user)  # type: ignore[misc]
    messages.success(request, "Copied. Change it, try it on a source's copy, then save.")
    return redirect("wire_profile", slug=name)


def _free(title: Title, wanted: str) -> str:
    base = slugify(wanted)[:70] or "profile"
    taken = set(AgencyProfile.objects.filter(title=title).values_list("slug", flat=True)) | set(profiles.slugs())
    return next(name for n in range(1, 1000) if (name := base if n == 1 else f"{base}-{n}") not in taken)


@require_admin_access
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """One profile: a shipped one to read, one of ours to change, try and save."""
    title = paper()
    own = AgencyProfile.objects.filter(title=title, slug=slug).first()
    content = profiled.content(title, slug)
    if content is None:
        raise Http404
    form, wrong, trial = lines.written(content), [], None
    source = _source(title, slug, request.POST.get("source", ""))
    if request.method == "POST":
        may_set_wire(request)
        if own is None:
            raise PermissionDenied
        form = {name: request.POST.get(name, "") for name in form}
        draft, wrong = lines.read(form, content)
        wrong += [sentence for sentence in profiles.problems(draft) if sentence not in wrong]
        if not wrong and "save" in request.POST:
            return _saved(request, own, draft)
        if not wrong and source:
            trial = profile_trial.trial(source, profiles.made(slug, draft))
    context = {
        "own": own,
        "slug": slug,
        "form": form,
        "boxes": [Field(name, label, words, form[name]) for name, label, words in FIELDS],
        "wrong": wrong,
        "trial": trial,
        "source": source,
        "sources": Source.objects.filter(title=title),
        "users": Source.objects.filter(title=title, profile=slug),
        "zones": sorted(available_timezones()),
        "kinds": profiles.DUTIES,
        "mappable": ", ".join(sorted(profiles.MAPPABLE)),
        "quarantined": _quarantined(title, slug).count(),
    }
    return render(request, "newsroom/wire/profile.html", context, status=422 if wrong else 200)


def _source(title: Title, slug: str, wanted: str) -> Source | None:
    """The source to try a profile on: the one asked for, else the first that uses it, else the liveliest."""
    sources = Source.objects.filter(title=title).select_related("title")
    if wanted.isdigit():
        return sources.filter(pk=wanted).first()
    return sources.filter(profile=slug).first() or sources.filter(files__isnull=False).order_by("-files__arrived_at").first()


def _saved(request: HttpRequest, own: AgencyProfile, draft: dict[str, Any]) -> HttpResponse:
    own.content, own.changed_at, own.changed_by = draft, clock.now(), request.user  # type: ignore[assignment]
    own.save()
    messages.success(request, "Saved. Copy that comes from now on is read with it; what is on the desk stays as it is.")
    waiting = _quarantined(own.title, own.slug).count()
    if waiting:
        messages.warning(request, f"{waiting} files of its sources lie in quarantine; you can try them again below.")
    return redirect("wire_profile", slug=own.slug)


def _quarantined(title: Title, slug: str) -> Any:
    """Files that could not be read, or only in part, of the sources that use a profile."""
    bad = WireFile.objects.filter(source__title=title, source__profile=slug, state=WireFile.State.QUARANTINED)
    return bad.select_related("source", "source__title").order_by("arrived_at", "id")


@require_admin_access
@require_POST
def retry_all(request: HttpRequest, slug: str) -> HttpResponse:
    """Read again what lies in quarantine from the sources that use this profile."""
    may_set_wire(request)
    good = bad = gone = 0
    for file in _quarantined(paper(), slug)[:MOST_RETRIED]:
        try:
            receipt = intake.take(archive.fetch(file.sha256), name=file.name, source=file.source)
        except OSError:
            gone += 1
            continue
        good, bad = good + (receipt.file.state != WireFile.State.QUARANTINED), bad + (
            receipt.file.state == WireFile.State.QUARANTINED
        )
    lost = f" The bytes of {gone} are not on this machine any more." if gone else ""
    messages.success(request, f"{good} files were read, {bad} still cannot be and stay in quarantine.{lost}")
    return redirect("wire_profile", slug=slug)


@require_admin_access
@require_POST
def drop(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a profile of ours away, once no source uses it."""
    may_set_wire(request)
    own = get_object_or_404(AgencyProfile, title=paper(), slug=slug)
    users = Source.objects.filter(title=own.title, profile=slug)
    if users:
        names = ", ".join(str(source) for source in users)
        messages.error(request, f"It is in use by {names}. Choose another profile there first; nothing was taken away.")
        return redirect("wire_profile", slug=slug)
    own.delete()
    messages.success(request, f"The profile “{own}” is gone. The shipped ones stay.")
    return redirect("wire_profiles")



