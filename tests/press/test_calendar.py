"""The events as a calendar (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from masthead.kit import clock
from masthead.press import addresses
from masthead.press.calendar import folded, text
from masthead.stories import actions, diary
from masthead.stories.models import Notice
from tests import reader

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def event(title, name: str, days: int, **more: object) -> Notice:
    said = {"name": name, "starts_at": NOON + timedelta(days=days), "venue": "Lower Quay", "address": "1 Wall St; Marrowby", "summary": "Bring a lamp."}
    return actions.publish_notice(notice=Notice(title=title, kind="event", **(said | more)))


def unfolded(calendar: str) -> list[str]:
    assert calendar.endswith("\r\n") and "\n" not in calendar.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    return calendar.replace("\r\n ", "").split("\r\n")[:-1]


def test_the_calendar_holds_what_the_list_shows(title) -> None:
    with clock.frozen(NOON):
        event(title, "Lantern walk, with songs; bring 3 friends – " + "é" * 60, 2, ends_at=NOON + timedelta(days=2, hours=3), price="free")
        gone, over = event(title, "Canary", 3), event(title, "Long over", -2)
        off = event(title, "Called off", 4, event_status="EventCancelled")
        actions.withdraw_notice(notice=gone)
        diary.work_off()
        answer = reader.get(title, addresses.CALENDAR)
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        lines = unfolded(answer.text)
        assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR" and "Canary" not in answer.text and over.name not in answer.text
        assert f"SUMMARY:Lantern walk\\, with songs\\; bring 3 friends – {'é' * 60}" in lines
        assert "DTSTART:20261122T120000Z" in lines and "DTEND:20261122T150000Z" in lines
        assert "LOCATION:Lower Quay\\, 1 Wall St\\; Marrowby" in lines and "DESCRIPTION:Bring a lamp. free" in lines
        assert lines.count("STATUS:CANCELLED") == 1 and f"UID:{off.path.strip('/').replace('/', '-')}@testserver" in lines
        assert addresses.CALENDAR in reader.get(title, "/events/").text


def test_a_change_reaches_the_calendar_under_the_same_name(title) -> None:
    with clock.frozen(NOON):
        one = event(title, "Lantern walk", 2)
        diary.work_off()
        before = unfolded(reader.get(title, addresses.CALENDAR).text)
        clock.advance(timedelta(minutes=10))
        one.starts_at = NOON + timedelta(days=5)
        actions.change_notice(notice=one)
        diary.work_off()
        after = unfolded(reader.get(title, addresses.CALENDAR).text)
        names = [[line for line in lines if line.startswith("UID:")] for lines in (before, after)]
        assert names[0] == names[1] and "DTSTART:20261125T120000Z" in after and "SEQUENCE:600" in after
        actions.withdraw_notice(notice=one)
        diary.work_off()
        assert "VEVENT" not in reader.get(title, addresses.CALENDAR).text


def test_values_hold_no_line_of_their_own() -> None:
    assert text("a\r\nATTACH:x,\\;\x07") == "a\\nATTACH:x\\,\\\\\\; "
    for words in ("x" * 300, "é" * 200, "🎷" * 90):
        lines = folded(words).split("\r\n")
        assert all(len(line.encode()) <= 75 for line in lines) and "".join(line.removeprefix(" ") for line in lines) == words
