"""Staff: accounts with their roles, on Wagtail's screens; and help for a colleague who lost phone or laptop."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import EditView, UserViewSet

from masthead.newsroom.where import paper
from masthead.people.models import Appointment, User
from masthead.people.roles import Role
from masthead.stories import diary
from masthead.stories.models.diary import Verb
from masthead.titles.models import Section, Title

ROLES = [("", "none"), *Role.choices]


class _Roles(forms.Form):
    role = forms.ChoiceField(choices=ROLES, required=False, label="Role in the whole paper")
    section_role = forms.ChoiceField(
        choices=[c for c in ROLES if c[0] != Role.KEYHOLDER], required=False, label="Role in some sections only"
    )
    sections = forms.ModelMultipleChoiceField(
        Section.objects.all(), required=False, widget=forms.CheckboxSelectMultiple, label="in these sections"
    )


class _StaffForm(forms.Form):
    """What both forms share: roles instead of groups, and nobody is made all-powerful from here."""

    instance: User

    def _prepare(self) -> None:
        self.title: Title = paper()
        for name in ("is_superuser", "groups"):
            self.fields.pop(name, None)
        self.fields["email"].required = False
        self.fields |= _Roles().fields
        self.fields["sections"].queryset = Section.objects.filter(title=self.title)  # type: ignore[attr-defined]
        held = list(self.instance.appointments.filter(title=self.title)) if self.instance.pk else []
        self.was = {(one.role, one.section_id) for one in held}
        whole = next((one.role for one in held if one.section_id is None), "")
        some = [one for one in held if one.section_id]
        self.initial |= {
            "role": whole,
            "section_role": some[0].role if some else "",
            "sections": [one.section_id for one in some],
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("section_role")) != bool(cleaned.get("sections")):
            raise ValidationError("Choose both a role and the sections it is for, or neither.")
        return cleaned

    @transaction.atomic
    def appoint(self, user: User) -> str:
        """Make the chosen roles the account's roles; returns what changed, in words."""
        chosen = {(self.cleaned_data["role"], None)} if self.cleaned_data["role"] else set()
        chosen |= {(self.cleaned_data["section_role"], section.pk) for section in self.cleaned_data["sections"]}
        if chosen == self.was:
            return ""
        user.appointments.filter(title=self.title).delete()
        made = [Appointment(user=user, role=role, title=self.title, section_id=pk) for role, pk in sorted(chosen, key=str)]
        Appointment.objects.bulk_create(made)
        held = ", ".join(str(one) for one in user.appointments.select_related("title", "section"))
        return f"{user}: {held or 'no role any more'}"


class NewColleagueForm(_StaffForm, UserCreationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare()

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        user.appointed = self.appoint(user)  # type: ignore[attr-defined]
        return user


class ColleagueForm(_StaffForm, UserEditForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare()

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        user.appointed = self.appoint(user)  # type: ignore[attr-defined]
        return user


class ColleagueView(EditView):
    """An account with its roles, and how it signs in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["steps"] = [one.get_type_display() for one in Authenticator.objects.filter(user=self.object)]
        context["sessions"] = UserSession.objects.filter(user=self.object).count()
        return context


class StaffViewSet(UserViewSet):
    menu_label = "Staff"
    edit_view_class = ColleagueView
    create_template_name = "newsroom/staff/new.html"
    edit_template_name = "newsroom/staff/edit.html"

    def get_form_class(self, for_update: bool = False) -> Any:
        return ColleagueForm if for_update else NewColleagueForm


def wrote_down(request: HttpRequest, user: User) -> None:
    """The diary's line for a changed role."""
    if getattr(user, "appointed", ""):
        diary.write_house(
            title=paper(),
            verb=Verb.APPOINTED,
            user=request.user,  # type: ignore[arg-type]
            reason=user.appointed,  # type: ignore[attr-defined]
        )


def out_of_reach(actor: Any, user: User) -> bool:
    """Whether `user` is above `actor`: an account with all powers is changed only by another one."""
    return user.is_superuser and not actor.is_superuser


@require_admin_access
@require_POST
def security(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a colleague out everywhere, or take away a second step that they lost."""
    user = get_object_or_404(User, pk=pk)
    if out_of_reach(request.user, user):
        messages.error(request, "This account has all powers; only another such account may change it.")
        return redirect("wagtailusers_users:index")
    what = request.POST.get("what")
    done = _lost_step(user) if what == "reset" else _out_everywhere(user) if what == "out" else ""
    if done:
        title = paper()
        diary.write_house(title=title, verb=Verb.APPOINTED, user=request.user, reason=f"{user}: {done}")  # type: ignore[arg-type]
        messages.success(request, f"{user}: {done}.")
    return redirect("wagtailusers_users:edit", pk)


def _lost_step(user: User) -> str:
    Authenticator.objects.filter(user=user).delete()
    _out_everywhere(user)
    return "second step taken away, signed out everywhere"


def _out_everywhere(user: User) -> str:
    for session in UserSession.objects.filter(user=user):
        session.end()
    return "signed out everywhere"
