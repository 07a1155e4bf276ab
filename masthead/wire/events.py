"""Other agencies' stories on the same event: told to the editor, who makes a story line of them. Never a merge.

A headline's and a lead's rarer words stand for the event. What makes two agencies' copy one event is that they share
several words which few other items of these days have; how they tell it is different, so likeness of text is no help.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from masthead.wire.models import WireItem

WINDOW = timedelta(hours=36)
MOST = 1_500
"""Items of the window that are compared, nearest in time first."""
SHARED, SHARE = 3, 0.33
"""Words that must be shared, and the share of the smaller item's weight that they must carry."""

_WORD = re.compile(r"[^\W\d_][\w'’-]{3,}")


@dataclass(frozen=True, slots=True)
class Kin:
    """Another agency's item that seems to tell of the same event."""

    item: WireItem
    words: tuple[str, ...]
    """The words that both have and few others."""


def same_event(chain: WireItem, most: int = 5) -> list[Kin]:
    """Items of other agencies, in the same language and within a day and a half, likest first."""
    at = chain.first_arrived_at
    near = WireItem.objects.filter(
        source__title_id=chain.source.title_id,
        last_arrived_at__range=(at - WINDOW, at + WINDOW),
        language=chain.language,
        killed=False,
        type="text",
    ).exclude(pk=chain.pk)
    rows = list(near.order_by("-last_arrived_at").values_list("pk", "agency", "cluster_id", "headline", "lead")[:MOST])
    found = {pk: words(f"{headline} {lead}") for pk, _, _, headline, lead in rows}
    mine = words(f"{chain.headline} {chain.lead}")
    counts = Counter(word for each in found.values() for word in each)
    weight = {word: math.log((len(found) + 2) / (1 + counts[word])) for word in mine | set(counts)}
    other = {pk for pk, agency, cluster, _, _ in rows if agency != chain.agency and (cluster is None or cluster != chain.cluster_id)}
    ranked = sorted(((_score(mine, found[pk], weight), pk) for pk in other), reverse=True)
    best = [pk for score, pk in ranked[:most] if score >= SHARE and len(mine & found[pk]) >= SHARED]
    items = WireItem.objects.select_related("source", "story", "story__title").in_bulk(best)
    return [Kin(items[pk], _rarest(mine & found[pk], weight)) for pk in best if pk in items]


def words(text: str) -> frozenset[str]:
    """The words of four letters and more, without endings that only number and case make."""
    return frozenset(re.sub(r"(?:['’]s|s)$", "", word) for word in _WORD.findall(text.casefold()))


def _score(one: frozenset[str], other: frozenset[str], weight: dict[str, float]) -> float:
    least = min(_weigh(one, weight), _weigh(other, weight))
    return _weigh(one & other, weight) / least if least else 0.0


def _weigh(some: Iterable[str], weight: dict[str, float]) -> float:
    return sum(weight[word] for word in some)


def _rarest(shared: frozenset[str], weight: dict[str, float]) -> tuple[str, ...]:
    return tuple(sorted(shared, key=lambda word: (-weight[word], word))[:8])
