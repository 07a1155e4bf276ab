"""Text that is for the desk only.

Agencies put telephone numbers, unpublished plans and orders into notes for editors. Such text travels in a
type of its own that refuses to become a string: a template, a feed or a JSON dump that meets one raises
instead of leaking. Only code that names `reveal()` can read it, and a search for that word finds all of it.
"""

from __future__ import annotations

from typing import Any, NoReturn


class PrivateTextLeak(TypeError):
    """Desk-only text was about to be turned into public text."""


class DeskOnly:
    """A note that readers must never see. `reveal()` is the only way to its text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text, for a screen behind the staff door."""
        return self._text

    def _refuse(self, *_: Any) -> NoReturn:
        raise PrivateTextLeak("A note for editors was about to leave the desk; use reveal() behind the staff door.")

    __str__ = __format__ = __html__ = __iter__ = __add__ = __radd__ = _refuse

    def __repr__(self) -> str:
        return f"<DeskOnly, {len(self._text)} characters>"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeskOnly) and other._text == self._text

    def __hash__(self) -> int:
        return hash((DeskOnly, self._text))
