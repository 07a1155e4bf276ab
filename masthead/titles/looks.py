"""How a paper looks, as its editors choose it on screen: colours, letters, logo, menu."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models

from masthead.kit import colours

MENU_LINES = 20


class Ground(models.TextChoices):
    """What the paper is printed on; in the dark every ground has its own."""

    CREAM = "cream", "Cream"
    WHITE = "white", "White"
    MIST = "mist", "Cool grey"
    ROSE = "rose", "Salmon"


class Letters(models.TextChoices):
    """The letters of headlines, text and labels."""

    COURIER = "courier", "Newspaper: serif headlines and text, sans labels"
    POSTER = "poster", "Bold sans headlines, serif text"
    PLAIN = "plain", "Sans throughout"
    DEVICE = "device", "The device’s own letters: nothing is fetched"


def check_colour(text: str) -> None:
    """Raise ValidationError unless `text` is a colour such as #0b4a57."""
    try:
        colours.parse(text)
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from None


@dataclass(frozen=True, slots=True)
class MenuLine:
    """A link of the menu. Without an address it is the section of that name."""

    name: str
    address: str


_ADDRESS = re.compile(r"/(?!/)[^\s|<>\"\\]*|https?://[^\s|<>\"\\]+")


def menu_lines(text: str) -> tuple[MenuLine, ...]:
    """The menu as an editor wrote it, a link a line: `Local`, or `Tides | /tides/`. Raises ValidationError."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, _, address = (part.strip() for part in line.partition("|"))
        if not name or ("|" in line and not _ADDRESS.fullmatch(address)):
            raise ValidationError(
                f"“{line}” is no line of a menu: write a section’s name, or a name, a bar and an address (Tides | /tides/)."
            )
        found.append(MenuLine(name[:80], address))
    if len(found) > MENU_LINES:
        raise ValidationError(f"The menu has {len(found)} lines; more than {MENU_LINES} nobody reads.")
    return tuple(found)


def check_menu(text: str) -> None:
    """Raise ValidationError with the line that is wrong."""
    menu_lines(text)
