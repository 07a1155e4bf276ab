"""What a look at a source found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found, in a sentence for the source's page; whether it went well; how many items were new."""

    words: str
    well: bool
    new: int = 0
    again: bool = False
    """More waits there: look again at once."""


class NoCopy(ValueError):
    """Something came, but it is no copy. The message is the sentence for the editor."""


def counted(number: int, thing: str) -> str:
    """“1 file”, “3 files”."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
