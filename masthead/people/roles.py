"""Who may do what at a paper. Every view, button and verb asks here and nowhere else.

A role is a word that a newsroom knows; what it grants is the table `GRANTS`. Somebody holds a role by an
`Appointment`, at one paper, for all of its sections or for one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from masthead.people.models import Appointment


class Role(models.TextChoices):
    REPORTER = "reporter", "Reporter"
    PRODUCER = "producer", "Producer"
    EDITOR = "editor", "Editor"
    MODERATOR = "moderator", "Moderator"
    KEYHOLDER = "keyholder", "Keyholder"


class Deed(StrEnum):
    """What somebody may be allowed to do."""

    SEE = "see"
    """Enter the newsroom and read what lies on the desk."""
    WRITE = "write"
    """Start stories and work on one's own until they are public."""
    EDIT = "edit"
    """Work on everybody's stories, public ones too."""
    PASS = "pass"
    """Say that a story was edited and may go out."""
    PUBLISH = "publish"
    HOLD = "hold"
    WITHDRAW = "withdraw"
    CORRECT = "correct"
    PICTURES = "pictures"
    """Bring pictures into the library and describe them."""
    WIRE = "wire"
    """Use agency copy, confirm what an agency asked in words."""
    FRONTS = "fronts"
    PLAN = "plan"
    MODERATE = "moderate"
    NAMES = "names"
    """Topics, people with a page, sources' cards."""
    FIGURES = "figures"
    RULES = "rules"
    """Sources of the wire and the rules for what comes in."""
    AUDIT = "audit"
    STAFF = "staff"
    PAPER = "paper"
    """The paper itself: its name, its sections, its standing pages."""


_READS = {Deed.SEE}
_WRITES = _READS | {Deed.WRITE, Deed.PICTURES, Deed.PLAN}
_PRODUCES = _WRITES | {
    Deed.EDIT,
    Deed.PUBLISH,
    Deed.HOLD,
    Deed.WIRE,
    Deed.FRONTS,
    Deed.NAMES,
    Deed.FIGURES,
}
_EDITS = _PRODUCES | {Deed.PASS, Deed.WITHDRAW, Deed.CORRECT, Deed.RULES, Deed.AUDIT, Deed.MODERATE}
GRANTS: dict[str, frozenset[Deed]] = {
    Role.REPORTER: frozenset(_WRITES),
    Role.PRODUCER: frozenset(_PRODUCES),
    Role.EDITOR: frozenset(_EDITS),
    Role.MODERATOR: frozenset(_READS | {Deed.MODERATE, Deed.FIGURES}),
    Role.KEYHOLDER: frozenset(Deed),
}

OF_THE_WHOLE_PAPER = frozenset(
    {Deed.FRONTS, Deed.NAMES, Deed.RULES, Deed.AUDIT, Deed.STAFF, Deed.PAPER, Deed.WIRE, Deed.MODERATE}
)
"""Deeds that an appointment for one section does not grant: they are not of any one section."""

LABELS = {
    Deed.SEE: "see what lies on the desk",
    Deed.WRITE: "write stories",
    Deed.EDIT: "edit other people’s stories",
    Deed.PASS: "mark a story as edited",
    Deed.PUBLISH: "publish or schedule",
    Deed.HOLD: "hold a story",
    Deed.WITHDRAW: "withdraw a story",
    Deed.CORRECT: "add corrections",
    Deed.PICTURES: "work in the picture library",
    Deed.WIRE: "use agency copy",
    Deed.FRONTS: "arrange fronts",
    Deed.PLAN: "plan coverage",
    Deed.MODERATE: "moderate comments",
    Deed.NAMES: "edit topics, people and sources’ cards",
    Deed.FIGURES: "see the desk’s figures",
    Deed.RULES: "change sources and rules of the wire",
    Deed.AUDIT: "read the audit page",
    Deed.STAFF: "appoint staff",
    Deed.PAPER: "change the paper’s settings",
}


def appointments(user: Any) -> tuple[Appointment, ...]:
    """What `user` was appointed to; asked of the database once a request."""
    if not getattr(user, "is_active", False) or not user.pk:
        return ()
    kept: tuple[Appointment, ...] | None = getattr(user, "_appointments", None)
    if kept is None:
        kept = tuple(user.appointments.all())
        user._appointments = kept
    return kept


def may(user: Any, deed: str, *, title: int | None = None, section: int | None = None) -> bool:
    """Whether `user` may do `deed`.

    Args:
        title: id of the paper; None asks whether it is so at any paper.
        section: id of a section of it; None asks whether it is so in any section.
    """
    if not getattr(user, "is_active", False):
        return False
    if user.is_superuser:
        return True
    return any(_grants(held, deed, title, section) for held in appointments(user))


def _grants(held: Appointment, deed: str, title: int | None, section: int | None) -> bool:
    if deed not in GRANTS.get(held.role, frozenset()) or title not in (None, held.title_id):
        return False
    if held.section_id is None:
        return True
    return deed not in OF_THE_WHOLE_PAPER and (deed == Deed.SEE or section in (None, held.section_id))


def titles_of(user: Any) -> set[int] | None:
    """Ids of the papers whose newsroom `user` may enter; None means all of them."""
    if user.is_superuser and user.is_active:
        return None
    return {held.title_id for held in appointments(user)}


def sections_for(user: Any, deed: str) -> set[int] | None:
    """Ids of the sections where `user` may do `deed`; None means all sections of the user's papers."""
    held = [one for one in appointments(user) if deed in GRANTS.get(one.role, frozenset())]
    if user.is_superuser or any(one.section_id is None for one in held):
        return None
    return {one.section_id for one in held if one.section_id}


def roles_of(user: Any) -> set[str]:
    """The roles `user` holds anywhere; who holds all powers is a keyholder."""
    held = {one.role for one in appointments(user)}
    return held | {Role.KEYHOLDER.value} if user.is_superuser else held
