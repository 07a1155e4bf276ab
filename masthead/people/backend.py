"""What Wagtail asks in Django's words is answered from the roles: there is no second list of permissions."""

from __future__ import annotations

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission

from masthead.people.roles import Deed, may

ASKED: dict[str, Deed] = {
    "wagtailadmin.access_admin": Deed.SEE,
    "stories.view_story": Deed.SEE,
    "stories.add_story": Deed.WRITE,
    "stories.change_story": Deed.WRITE,
    "stories.publish_story": Deed.PUBLISH,
    "stories.view_tip": Deed.EDIT,
    "stories.change_tip": Deed.EDIT,
    "stories.delete_tip": Deed.EDIT,
}
BY_MODEL: dict[tuple[str, str], Deed] = {
    ("stories", "topic"): Deed.NAMES,
    ("stories", "notice"): Deed.EDIT,
    ("titles", "standingpage"): Deed.PAPER,
    ("titles", "redirect"): Deed.PAPER,
    ("people", "person"): Deed.NAMES,
    ("people", "organisation"): Deed.NAMES,
    ("people", "user"): Deed.STAFF,
    ("titles", "title"): Deed.PAPER,
    ("titles", "section"): Deed.PAPER,
    ("wire", "rule"): Deed.RULES,
    ("wire", "source"): Deed.RULES,
    ("pictures", "picture"): Deed.PICTURES,
    ("wagtailcore", "collection"): Deed.PAPER,
    ("wagtailimages", "image"): Deed.PICTURES,
}
"""Deed that grants add, change and delete; whoever may see the desk may view and choose."""


@cache
def _deeds_by_permission() -> dict[str, Deed]:
    asked = dict(ASKED)
    for label, codename, model in Permission.objects.values_list(
        "content_type__app_label", "codename", "content_type__model"
    ):
        deed = BY_MODEL.get((label, model))
        if deed and codename.split("_")[0] in ("view", "choose") and deed is not Deed.STAFF:
            asked.setdefault(f"{label}.{codename}", Deed.SEE)
        elif deed:
            asked.setdefault(f"{label}.{codename}", deed)
    return asked


class StaffBackend(AuthenticationBackend):
    """Signs staff in by name or address, and turns roles into the permissions that Wagtail asks for."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if user_obj.is_superuser:
            return set(super().get_all_permissions(user_obj))
        kept: set[str] | None = getattr(user_obj, "_granted", None)
        if kept is None:
            kept = {name for name, deed in _deeds_by_permission().items() if may(user_obj, deed)}
            user_obj._granted = kept
        return kept

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return bool(user_obj.is_active) and perm in self.get_all_permissions(user_obj, obj=obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(name.startswith(f"{app_label}.") for name in self.get_all_permissions(user_obj))
