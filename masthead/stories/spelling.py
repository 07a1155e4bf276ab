"""Slips of the pen: which words of headlines a reader may have meant.

A word is kept under itself and under each form with one letter left out. Two words that differ by one letter too
many, one too few, one other, or two that changed places, share one of these; so do some that differ by two.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator

from django.db.models import F

SHORTEST, LONGEST = 4, 30
TWO_SLIPS = 8
"""From so many letters on a word may differ by two."""
CANDIDATES = 4
MOST_TRIES = 6


def learn(words: Iterable[str]) -> None:
    """Keep what is new among the words of headlines."""
    from masthead.stories.models import Spelling

    wanted = {word for word in words if _is_kept(word)}
    known = set(Spelling.objects.filter(piece__in=wanted, word=F("piece")).values_list("word", flat=True))
    rows = [Spelling(piece=piece, word=word) for word in sorted(wanted - known) for piece in sorted(pieces(word))]
    Spelling.objects.bulk_create(rows, ignore_conflicts=True, batch_size=400)


def _is_kept(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def pieces(word: str) -> set[str]:
    """The word, and each form of it with one letter left out."""
    return {word} | {word[:n] + word[n + 1 :] for n in range(len(word))}


def meant(word: str) -> list[str]:
    """Words of headlines that differ from `word` by a slip, the nearest first."""
    from masthead.stories.models import Spelling

    if not _is_kept(word):
        return []
    most = 2 if len(word) >= TWO_SLIPS else 1
    near = Spelling.objects.filter(piece__in=pieces(word)).values_list("word", flat=True).distinct()[:400]
    ranked = sorted((slips(word, one), one[0] != word[0], one) for one in set(near))
    return [one for count, _, one in ranked if 0 < count <= most][:CANDIDATES]


def slips(one: str, other: str) -> int:
    """How many letters are too many, too few, others, or changed places with their neighbour."""
    before, row = list[int](), list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        last, row = row, [n]
        for m, wanted in enumerate(other, 1):
            cost = min(row[m - 1] + 1, last[m] + 1, last[m - 1] + (letter != wanted))
            if n > 1 and m > 1 and letter == other[m - 2] and one[n - 2] == wanted:
                cost = min(cost, before[m - 2] + 1)
            row.append(cost)
        before = last
    return row[-1]


def other_words(asked: str, is_known: Callable[[str], bool]) -> Iterator[str]:
    """The question with slips put right, likeliest first. Words in quotation marks stay as they are."""
    from masthead.stories.clippings import folded

    if re.search(r'[“”„"]', asked):
        return
    words = folded(asked).split()
    choices = [[word] if is_known(word) else (meant(word) or [word]) for word in words]
    tries = (" ".join(one) for one in itertools.product(*choices))
    yield from (one for one in itertools.islice(tries, MOST_TRIES) if one != " ".join(words))
