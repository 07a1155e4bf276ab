"""Screens of our own behind the staff door."""

from __future__ import annotations

from pathlib import Path

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from masthead.kit import paths


@require_admin_access
def original(request: HttpRequest, name: str) -> HttpResponseBase:
    """An original picture or a small copy of it, for staff only: it may belong to an embargoed story."""
    try:
        path = paths.inside(Path(settings.MEDIA_ROOT), name)
    except paths.Outside:
        raise Http404 from None
    inner = path.relative_to(Path(settings.MEDIA_ROOT).resolve()).as_posix()
    try:
        response = FileResponse(default_storage.open(inner))
    except OSError:
        raise Http404 from None
    response["Cache-Control"] = "private, max-age=600"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_admin_access
def find_a_story(request: HttpRequest) -> HttpResponseBase:
    """The search of the menu: the same words, asked of the budget."""
    return redirect(f"{reverse('budget')}?{urlencode({'words': request.GET.get('q', '')})}")


def no_sign_up(request: HttpRequest) -> HttpResponseBase:
    """Nobody signs up: a keyholder appoints staff."""
    raise Http404


@require_admin_access
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponseBase:
    """End every session of this colleague, this one too."""
    for session in UserSession.objects.filter(user=request.user):
        session.end()
    logout(request)
    return redirect("account_login")
