"""Colleagues for tests: somebody with an account and a role."""

from __future__ import annotations

from masthead.people.models import Appointment, User
from masthead.people.roles import Role
from masthead.titles.models import Section, Title

ROLES = tuple(Role.values)


def hire(title: Title, role: str, name: str = "", section: Section | None = None) -> User:
    """An account with `role` at `title`, for all of it or for one section."""
    user = User.objects.create_user(name or role, password="a long password")
    Appointment.objects.create(user=user, role=role, title=title, section=section)
    return user
