"""The media library: every picture with what stands in the way of printing it, and the door where new ones come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access
from wagtail.images.views.images import DeleteView

from masthead.kit import clock, images
from masthead.newsroom import pictures
from masthead.pictures import taking
from masthead.pictures.models import Picture
from masthead.stories import actions

A_PAGE = 48
MOST_FILES = 100
SHOW = {
    "all": "everything",
    "no-alt": "without alt text",
    "no-credit": "without credit",
    "over": "time is up",
    "ending": "time is up within a month",
    "one-use": "for one story only",
    "generated": "made by generative software",
    "credentials": "with Content Credentials",
    "unused": "in no story",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file, in a sentence."""

    name: str
    words: str
    picture: Picture | None = None
    near: tuple[Picture, ...] = ()
    new: bool = False


def _found(show: str, words: str) -> QuerySet[Picture]:
    now = clock.now()
    found = pictures.with_words(Picture.objects.order_by("-pk"), words)
    conditions: dict[str, Any] = {
        "no-alt": Q(alt=""),
        "no-credit": Q(credit=""),
        "over": Q(expires_at__lte=now),
        "ending": Q(expires_at__gt=now, expires_at__lte=now + _MONTH),
        "one-use": Q(one_use=True),
        "generated": Q(source_type__in=["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"]),
        "credentials": ~Q(credentials={}),
    }
    if show == "unused":
        return found.filter(uses=None, shown_by=None)
    return found.filter(conditions[show]) if show in conditions else found


_MONTH = timedelta(days=31)


@require_admin_access
def library(request: HttpRequest) -> HttpResponse:
    """All pictures, newest first, with filters."""
    show = request.GET.get("show", "all") if request.GET.get("show") in SHOW else "all"
    words, before = request.GET.get("words", "").strip()[:100], request.GET.get("before", "")
    found = _found(show, words)
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    rows = list(found.annotate(stories=Count("uses__story", distinct=True)).prefetch_related("renditions")[: A_PAGE + 1])
    context = {
        "pictures": rows[:A_PAGE],
        "more": rows[A_PAGE - 1].pk if len(rows) > A_PAGE else "",
        "show": show,
        "words": words,
        "shows": SHOW,
        "now": clock.now(),
        "may_add": request.user.has_perm("pictures.add_picture"),
    }
    return render(request, "newsroom/library/library.html", context)


@require_admin_access
def add(request: HttpRequest) -> HttpResponse:
    """Take files in: from a plain file input in one go, or one by one from the script that sends them."""
    if not request.user.has_perm("pictures.add_picture"):
        raise PermissionDenied
    results = [_take(file, request.user) for file in request.FILES.getlist("files")[:MOST_FILES]]
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"results": [_as_json(one) for one in results]})
    context = {"results": results, "asked": request.method == "POST", "most": MOST_FILES}
    return render(request, "newsroom/library/add.html", context)


def _take(file: UploadedFile, user: Any) -> Result:
    name = str(file.name)[:120]
    if (file.size or 0) > taking.LARGEST:
        return Result(name, f"Not taken: it is larger than {taking.LARGEST // 1_000_000} MB. Send a smaller copy.")
    try:
        taken = taking.take(file.read(), name=name, user=user)
    except images.BadPicture as error:
        return Result(name, f"Not taken. {error} Nothing was kept of it.")
    picture = taken.picture
    if not taken.new:
        return Result(name, "It is in the library already; the one that is there was kept as it is.", picture)
    missing = [word for word, value in (("alt text", picture.alt), ("credit", picture.credit)) if not value]
    words = "Taken." + (f" Still to write: {' and '.join(missing)}." if missing else "")
    if taken.near:
        words += " It looks like one that we have."
    return Result(name, words, picture, taken.near, new=True)


def _as_json(one: Result) -> dict[str, Any]:
    near = [{"title": p.title, "edit": edit_address(p.pk)} for p in one.near]
    edit = edit_address(one.picture.pk) if one.picture else ""
    return {"name": one.name, "words": one.words, "edit": edit, "new": one.new, "near": near}


def edit_address(pk: int) -> str:
    """The address of a picture's form."""
    return reverse("wagtailimages:edit", args=[pk])


@require_admin_access
@require_POST
def focus(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what must stay in a crop: a point, in per cent from left and top; without one, the middle again."""
    picture = get_object_or_404(Picture, pk=pk)
    before = actions.picture_facts(picture)
    said = [request.POST.get(side, "") for side in ("x", "y")]
    point = [min(100, int(side)) for side in said] if all(side.isdigit() for side in said) else None
    picture.focal_point_x = round(picture.width * point[0] / 100) if point else None
    picture.focal_point_y = round(picture.height * point[1] / 100) if point else None
    picture.focal_point_width = picture.focal_point_height = 1 if point else None
    user: Any = request.user
    with transaction.atomic():
        picture.save(update_fields=[f"focal_point_{name}" for name in ("x", "y", "width", "height")])
        actions.picture_changed(picture=picture, before=before, user=user)
    return JsonResponse({"x": point[0], "y": point[1]} if point else {})


@require_admin_access
def delete(request: HttpRequest, image_id: int) -> HttpResponseBase:
    """Wagtail's way to delete, but not what a story holds: its terms take a picture from readers, the record stays."""
    picture = get_object_or_404(Picture, pk=image_id)
    if pictures.in_use(picture):
        return refuse(request, picture)
    return DeleteView.as_view()(request, image_id=image_id)


def refuse(request: HttpRequest, picture: Picture) -> HttpResponse:
    """Say that a picture was kept, and where it is used."""
    words = f"“{picture.title}” is used by a story and was kept. To take it from readers, let its time end."
    messages.error(request, words)
    return redirect("library_uses", pk=picture.pk)


@require_admin_access
def uses(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a picture is used, and what looks like it."""
    picture = get_object_or_404(Picture, pk=pk)
    context = {"picture": picture, "uses": pictures.uses(picture), "near": taking.looks_like(picture), "now": clock.now()}
    return render(request, "newsroom/library/uses.html", context)
