"""Damaged copy over every reader: an answer, or a refusal in a sentence; never an exception, never two seconds.

A small number runs every day; 20,000 in CI (`slow`); `benchmarks/fuzz.py` runs as many as one asks for.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.kit import clock, html
from masthead.wire import chains, likeness
from masthead.wire.item import UnreadableWire
from masthead.wire.lints import lints
from masthead.wire.readers import read
from masthead.wire.repair import repair
from tests.conftest import SHARED
from tests.wire.seeds import SEEDS, damaged, real

SLOWEST = 2.0
EVERYDAY, IN_CI = 15, 1_700
"""Inputs a reader; there are twelve."""
_OPS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 65535), st.integers(0, 65535)), min_size=1, max_size=6)


def survive(data: bytes) -> bool:
    """All that is done with an item before the database; whether anything could be read. Raises what should not be."""
    started = time.perf_counter()
    try:
        reading = read(data)
    except UnreadableWire as refused:
        assert "stumbled" not in str(refused), f"a reader crashed: {refused.__cause__!r}"
        assert str(refused).endswith(".")
        return False
    for raw in reading.items:
        item = repair(raw)
        text = html.to_text(item.body)
        likeness.sketch(text)
        lints(item, "en", clock.now())
        chains._facts(item, None, 0, None)  # type: ignore[arg-type]
        raw.digest()
        assert "<script" not in item.body
    assert not [error for error in reading.errors if "could not be read (" in error], reading.errors
    assert time.perf_counter() - started < SLOWEST
    return bool(reading.items)


def samples(reader: str) -> tuple[bytes, ...]:
    return SEEDS[reader] + real(SHARED, reader)


@pytest.mark.parametrize("reader", SEEDS)
def test_the_sample_is_read_by_its_reader(reader: str) -> None:
    from importlib import import_module

    assert all(read(data).format == import_module(f"masthead.wire.readers.{reader}").FORMAT for data in SEEDS[reader])


def fuzz(reader: str, count: int) -> None:
    found = samples(reader)

    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(found) - 1), _OPS)
    def once(which: int, ops: list[tuple[int, int, int]]) -> None:
        survive(damaged(found[which], ops))

    once()


@pytest.mark.parametrize("reader", SEEDS)
def test_damage_is_survived(reader: str) -> None:
    fuzz(reader, EVERYDAY)


@pytest.mark.slow
@pytest.mark.parametrize("reader", SEEDS)
def test_much_damage_is_survived(reader: str) -> None:
    started = time.perf_counter()
    fuzz(reader, IN_CI)
    print(f"\n{reader}: {IN_CI} inputs in {time.perf_counter() - started:.0f} s")
