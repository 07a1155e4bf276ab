"""How much a change matters to readers: what moves a story's public time, and what they are told of it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from masthead.stories.body import pieces, readable

if TYPE_CHECKING:
    from masthead.stories.models import Story


@dataclass(frozen=True, slots=True)
class Change:
    """Paragraphs and blocks added, changed and removed, and whether the words at the top changed."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    top: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.top)

    def sentence(self) -> str:
        """For readers, who shall know that the text is not the one they read before."""
        counts = ((self.added, "added"), (self.changed, "changed"), (self.removed, "removed"))
        parts = [f"{n} paragraph{'s' * (n > 1)} {word}" for n, word in counts if n]
        if self.top:
            parts.append("headline or introduction changed")
        text = ", ".join(parts)
        return f"{text[:1].upper()}{text[1:]}."


def between(before: Story, after: Story) -> Change:
    """What changed for readers from one form of a story to the other. Marks, capitals and spaces alone are nothing.

    A word exchanged for another always counts, however alike the two look: “million” is one letter from “billion”.
    An editor who only mends spelling says so; see `publish`.
    """
    old, new = _said(before), _said(after)
    added = changed = removed = 0
    for op, a1, a2, b1, b2 in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if op != "equal":
            both = min(a2 - a1, b2 - b1)
            changed += both
            added += (b2 - b1) - both
            removed += (a2 - a1) - both
    top = [_words(before.display_headline), _words(before.standfirst)] != [
        _words(after.display_headline),
        _words(after.standfirst),
    ]
    return Change(added, changed, removed, top)


def _said(story: Story) -> list[str]:
    return [words for part in pieces(story.body) if (words := _words(readable(part)))]


def _words(text: str) -> str:
    """The words alone; one said twice in a row counts once. A figure keeps its marks: 1.5 is not 15."""
    found = re.findall(r"[+−-]?\d[\d.,:/%€$£]*\d|\w+", text.casefold())
    return " ".join(word for n, word in enumerate(found) if n == 0 or word != found[n - 1])
