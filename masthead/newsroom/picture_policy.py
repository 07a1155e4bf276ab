"""Who may do what with pictures, for Wagtail's screens of them: by role, not by its groups and collections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.models import Collection
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from masthead.people import roles
from masthead.people.roles import Deed

DEEDS = {"add": Deed.PICTURES, "change": Deed.PICTURES, "delete": Deed.EDIT, "choose": Deed.SEE, "view": Deed.SEE}


class ByRole(CollectionOwnershipPermissionPolicy):
    """One answer for all collections: a paper of twenty people needs no walls inside its picture library."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return roles.may(user, DEEDS.get(action, Deed.PAPER))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        return self.user_has_any_permission(user, actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> Any:
        pictures = self.model._default_manager
        return pictures.all() if self.user_has_any_permission(user, actions) else pictures.none()

    def collections_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> Any:
        return Collection.objects.all() if self.user_has_any_permission(user, actions) else Collection.objects.none()
