"""What readers sent to the newsroom: a list, each one opened behind the staff door, and the end of it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from masthead.kit import clock, paths
from masthead.newsroom.where import paper
from masthead.stories import tips
from masthead.stories.models import Tip

SHOW = {"new": "new", "errors": "reports of errors", "open": "being worked on", "done": "done", "aside": "put aside as a machine’s", "all": "everything"}
MOST = 200


def _may(request: HttpRequest, what: str) -> None:
    if not request.user.has_perm(f"stories.{what}_tip"):
        raise PermissionDenied


@require_admin_access
def inbox(request: HttpRequest) -> HttpResponse:
    """The list: numbers and first words."""
    _may(request, "view")
    show = request.GET.get("show", "") if request.GET.get("show") in SHOW else "new"
    found = Tip.objects.filter(title=paper()).select_related("story")
    number = request.GET.get("receipt", "").strip().upper()[:20]
    if number:
        found, show = found.filter(receipt=number), "all"
    elif show == "aside":
        found = found.filter(aside=True)
    elif show == "errors":
        found = found.filter(kind=Tip.Kind.ERROR, aside=False).exclude(state=Tip.State.DONE)
    elif show != "all":
        found = found.filter(state=show, aside=False)
    rows = [{"tip": tip, "words": tip.text.reveal()[:90], "name": tip.name.reveal()} for tip in found[:MOST]]
    context = {"rows": rows, "show": show, "shows": SHOW, "number": number, "most": MOST}
    return render(request, "newsroom/inbox/inbox.html", context)


@require_admin_access
def tip(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, whole."""
    _may(request, "view")
    one = get_object_or_404(Tip, pk=pk, title=paper())
    told = {"text": one.text.reveal(), "name": one.name.reveal(), "reply_to": one.reply_to.reveal()}
    return render(request, "newsroom/inbox/tip.html", {"tip": one, "told": told, "states": Tip.State.choices})


@require_admin_access
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of a tip, as freed from hidden data. It is downloaded, never shown as a page."""
    _may(request, "view")
    one = get_object_or_404(Tip, pk=pk, title=paper())
    try:
        path = tips.attachment(one)
    except paths.Outside:
        raise Http404 from None
    if not one.attachment or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), as_attachment=True, filename=f"tip-{one.receipt}{path.suffix}")
    response["Content-Type"], response["X-Content-Type-Options"] = one.attachment_type, "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_admin_access
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Say where a tip stands, or delete it now."""
    one = get_object_or_404(Tip, pk=pk, title=paper())
    what = request.POST.get("what", "")
    if what == "delete":
        _may(request, "delete")
        tips.forget(one)
        messages.success(request, f"Tip {one.receipt} and what came with it are deleted.")
        return redirect("inbox")
    _may(request, "change")
    if what in Tip.State.values:
        one.state, one.aside = what, False
        one.delete_at = max(one.delete_at, clock.now() + timedelta(days=tips.LIMITS.aside_days))
        one.save(update_fields=["state", "aside", "delete_at"])
        messages.success(request, f"Tip {one.receipt}: {one.get_state_display()}.")
    return redirect("inbox_tip", pk=pk)
