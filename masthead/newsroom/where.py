"""Which paper's newsroom a colleague is in. Most have one paper; who has several chooses, and every screen keeps to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail.admin.panels.model_utils import extract_panel_definitions_from_model_class

from masthead.people import roles
from masthead.titles.models import Title

CHOSEN = "paper"
_request: ContextVar[HttpRequest | None] = ContextVar("newsroom_request", default=None)


@contextmanager
def during(request: HttpRequest) -> Iterator[None]:
    """What happens here happens for `request`: forms and lists deep below it need not be handed the paper."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def papers(request: HttpRequest) -> list[Title]:
    """The papers whose newsroom the colleague may enter, the oldest first; asked of the database once a request."""
    kept: list[Title] | None = getattr(request, "_papers", None)
    if kept is None:
        found, titles = Title.objects.order_by("pk"), roles.titles_of(request.user)
        kept = list(found if titles is None else found.filter(pk__in=titles))
        request._papers = kept  # type: ignore[attr-defined]
    return kept


def paper() -> Title:
    """The paper of this request: that of the thing its address is about, else the one chosen, else the first.

    Without a request (a command, a form made by hand) the house's first. Raises PermissionDenied for who has none.
    """
    request = _request.get()
    if request is None:
        return Title.objects.order_by("pk")[0]
    open_to = papers(request)
    if not open_to:
        raise PermissionDenied
    wanted = getattr(request, "_about", None) or request.session.get(CHOSEN)
    return next((one for one in open_to if one.pk == wanted), open_to[0])


def go_to(request: HttpRequest, title: int) -> None:
    """This request is about something of the paper with the id `title`: its lists and forms are that paper's."""
    request._about = title  # type: ignore[attr-defined]


def choose(request: HttpRequest) -> HttpResponse:
    """The colleague's papers; a button enters one."""
    if request.method == "POST":
        request.session[CHOSEN] = _own(request, request.POST.get("paper", "")).pk
        return redirect("wagtailadmin_home")
    return render(request, "newsroom/papers.html", {"papers": papers(request), "here": paper()})


def _own(request: HttpRequest, pk: str) -> Title:
    for one in papers(request):
        if str(one.pk) == pk:
            return one
    raise Http404


class OfThePaper(WagtailAdminModelForm):
    """A new row belongs to the paper whose newsroom this is; the form knows who saves it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._user = kwargs.get("for_user")
        super().__init__(*args, **kwargs)
        if not self.instance.title_id:
            self.instance.title = paper()
        for field in self.fields.values():
            if isinstance(field, ModelChoiceField) and hasattr(field.queryset.model, "title_id"):
                field.queryset = field.queryset.filter(title=self.instance.title_id)

    def _get_validation_exclusions(self) -> set[str]:
        # The paper is no field of the form, yet two topics of one paper may not share an address.
        return set(super()._get_validation_exclusions()) - {"title"}


def without_title(model: type[Model]) -> ObjectList:
    """The form of `model`, but for the paper, which is this request's."""
    return ObjectList(extract_panel_definitions_from_model_class(model, exclude=["title"]), base_form_class=OfThePaper)


def of_this_paper(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of `rows` (papers, or what has one) that are of this request's paper."""
    here = paper()
    return rows.filter(pk=here.pk) if rows.model is Title else rows.filter(title=here)
