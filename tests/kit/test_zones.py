"""Times as editors write them, over both changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.kit import zones

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "zone", "which", "expected"),
    [
        ("2026-07-01T18:30", LONDON, "", datetime(2026, 7, 1, 17, 30, tzinfo=UTC)),
        ("2026-12-01 18:30", LONDON, "", datetime(2026, 12, 1, 18, 30, tzinfo=UTC)),
        ("2026-10-25T01:30", LONDON, "first", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T01:30", LONDON, "second", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-11-01T01:30", NEW_YORK, "first", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_what_a_time_means(text, zone, which, expected) -> None:
    assert zones.local(text, zone, which) == expected


@pytest.mark.parametrize(
    ("text", "zone", "error", "words"),
    [
        ("2026-10-25T01:30", LONDON, zones.TwiceTime, "comes twice on 25 October 2026"),
        ("2026-03-29T01:30", LONDON, zones.UnclearTime, "is called 02:30 there"),
        ("2026-03-08T02:30", NEW_YORK, zones.UnclearTime, "is called 03:30 there"),
        ("tomorrow", LONDON, zones.UnclearTime, "is not a date and time"),
    ],
)
def test_what_is_not_plain_is_told_in_words(text, zone, error, words) -> None:
    with pytest.raises(error, match=words):
        zones.local(text, zone)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.sampled_from([LONDON, NEW_YORK, ZoneInfo("Asia/Tehran")]))  # fmt: skip
def test_what_is_written_reads_back(naive, zone) -> None:
    moment = naive.replace(second=0, microsecond=0, tzinfo=UTC)
    text, which = zones.written(moment, zone)
    assert zones.local(text, zone, which) == moment


def test_a_day_without_a_midnight_begins_after_it() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    assert zones.beginning(date(2026, 4, 24), cairo) == datetime(2026, 4, 23, 22, 0, tzinfo=UTC)
