"""Who writes the letters that are written only when they leave: so that a kill reaches them up to the last moment."""

from __future__ import annotations

from collections.abc import Callable

from masthead.mailroom.letter import Kind, Letter
from masthead.mailroom.models import Outgoing

Composer = Callable[[Outgoing], Letter | None]
"""Called inside the transaction that hands the letter over; what it writes down stands or falls with it. None: there is
nothing to say any more."""
_composers: dict[str, Composer] = {}


def composer(name: str, function: Composer) -> None:
    """Have `function` write the rows planned under `name` (once per process, from AppConfig.ready)."""
    _composers[name] = function


def compose(row: Outgoing) -> Letter | None:
    """The letter of a row. Raises LookupError when nobody here can write it."""
    if row.composer:
        return _composers[row.composer](row)
    if row.letter is None:
        return None
    return Letter(title=row.title, to=row.to, kind=Kind(row.kind), good_until=row.good_until, **row.letter)
