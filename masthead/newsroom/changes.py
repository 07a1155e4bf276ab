"""What a colleague can say about a change to a story that readers may have seen."""

from __future__ import annotations

from masthead.stories.models import Correction

SMALL, BY_ITSELF = "small", ""
CHANGES = [
    (BY_ITSELF, "Let the text decide: a change that matters is counted and shown"),
    (SMALL, "A small fix (spelling, style): the times readers see stay as they are"),
    *Correction.Kind.choices,
]
