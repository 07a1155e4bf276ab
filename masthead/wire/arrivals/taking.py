"""Take in what a source gave us, and learn its rhythm by it."""

from __future__ import annotations

from masthead.kit import clock
from masthead.wire import intake
from masthead.wire.arrivals import health
from masthead.wire.intake import Receipt
from masthead.wire.models import Source


def take(source: Source, data: bytes, name: str) -> tuple[Receipt, int]:
    """What became of one delivery, and how many of its items are new or changed."""
    start = clock.now()
    receipt = intake.take(data, name=name, source=source)
    new = 0 if receipt.again else sum(1 for item in receipt.items if item.last_arrived_at >= start)
    if new:
        health.learn(source, new)
    return receipt, new
