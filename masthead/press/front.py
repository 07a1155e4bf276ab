"""How the front page arranges itself when no editor does: newest first, our own and pictured stories lifted."""

from __future__ import annotations

from datetime import timedelta

from masthead.press import addresses, proof
from masthead.press.reading import Reader

LOOKS_AT = 120
SECONDS = 3
LATEST = 8
IN_A_STRIP = 4
OURS = timedelta(hours=5)
PICTURED = timedelta(hours=3)


def weight(card: proof.Card) -> float:
    """Seconds since the epoch at which the card would weigh the same if it were agency copy without a picture."""
    lift = (timedelta() if card.source else OURS) + (PICTURED if card.picture else timedelta())
    return (card.published + lift).timestamp()


def arrange(reader: Reader, feeds: tuple[proof.Link, ...]) -> proof.FrontProof:
    """The front page: no story on it twice."""
    newest = list(reader.cards(reader.stories("front")[:LOOKS_AT]))
    ranked = sorted(newest, key=weight, reverse=True)
    top = ranked[: 1 + SECONDS]
    latest = [c for c in newest if c not in top][:LATEST]
    left = [c for c in newest if c not in top and c not in latest]
    return proof.FrontProof(
        lead=top[0] if top else None,
        seconds=tuple(top[1:]),
        latest=tuple(latest),
        sections=tuple(strips(reader, left)),
        feeds=feeds,
    )


def strips(reader: Reader, left: list[proof.Card]) -> list[proof.FrontSection]:
    """A strip for each section that has stories among those `left`."""
    found = []
    for section in reader.title.sections.all():
        own = [c for c in left if c.section.path == addresses.section(section)][:IN_A_STRIP]
        if own:
            first = max(own, key=weight)
            found.append(proof.FrontSection(reader.section(section), (first, *(c for c in own if c is not first))))
    return found
