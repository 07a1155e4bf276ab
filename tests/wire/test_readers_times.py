"""Dates as agencies write them."""

from datetime import UTC, datetime

import pytest

from masthead.wire.readers.times import Moment, parse_time


def utc(*parts: int, naive: bool = False) -> Moment:
    return Moment(datetime(*parts, tzinfo=UTC), naive)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("Tue, 21 Apr 2026 13:58:00 +0000", utc(2026, 4, 21, 13, 58)),
        ("Wed, 29 Apr 2026 04:00:00 EST", utc(2026, 4, 29, 9)),
        ("Wed, 29 Apr 2026 04:00:00 EDT", utc(2026, 4, 29, 8)),
        ("31 Aug 26 06:15 ET", utc(2026, 8, 31, 10, 15)),
        ("31 Jan 26 06:15 ET", utc(2026, 1, 31, 11, 15)),
        ("Mon, 5 Okt 2026 10:00 MESZ", utc(2026, 10, 5, 8)),
        ("Seg, 24 Set 2018 19:42:40 -0300", utc(2018, 9, 24, 22, 42, 40)),
        ("071341 GMT Okt 15", utc(2015, 10, 7, 13, 41)),
        ("01 Mar 98 00:00 GMT", utc(1998, 3, 1)),
        ("2026-04-21T13:58:00Z", utc(2026, 4, 21, 13, 58)),
        ("2026-04-21T13:58:00.150+02:00", utc(2026, 4, 21, 11, 58)),
        ("20260421T135800-0430", utc(2026, 4, 21, 18, 28)),
        ("2026-04-21T13:58:00", utc(2026, 4, 21, 13, 58, naive=True)),
        ("20190928T074132", utc(2019, 9, 28, 7, 41, 32, naive=True)),
        ("2026-04-21", utc(2026, 4, 21, naive=True)),
        ("2026-04", utc(2026, 4, 1, naive=True)),
        ("Thu Jan  1 19:48:21 2004", utc(2004, 1, 1, 19, 48, 21, naive=True)),
        ("April 3, 2026 6:15 pm ET", utc(2026, 4, 3, 22, 15)),
        ("April 3, 2026 12:15 am UTC", utc(2026, 4, 3, 0, 15)),
        ("Sun, 1 Mar 2020 24:00:00 +0100", utc(2020, 3, 1, 23)),
        ("Sat, 31 Dec 2016 23:59:60 GMT", utc(2016, 12, 31, 23, 59, 59)),
        (" Tue, 21 Apr 2026\n 13:58:00 GMT+2 ", utc(2026, 4, 21, 11, 58)),
        ("30 Feb 2026 10:00 GMT", None),
        ("21 Foo 2026 10:00 GMT", None),
        ("21 Apr 2026 25:00 GMT", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        ("1 " * 5000, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_dates(said: str | None, moment: Moment | None) -> None:
    assert parse_time(said) == moment
