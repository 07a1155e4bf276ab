"""While the database is away, a page whose time is over stands in for the one that cannot be made; never one that must go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from masthead.kit import clock
from masthead.press import run
from masthead.press.entries import Printed, make_entry, pack, unpack
from masthead.project import outage
from masthead.public import views
from masthead.stories import actions, diary
from tests import reader

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def away(title, monkeypatch):
    monkeypatch.setattr(outage, "find_store", lambda host: run.store_of(title))

    def go() -> None:
        def fail(*_: object) -> None:
            raise OperationalError("unable to open database file")

        monkeypatch.setattr(views, "_entry", fail)

    return go


def publish(title, headline: str, **orders: datetime):
    copy = actions.Copy(headline=headline, body="<p>The tower opened on Friday.</p>")
    story = actions.file_story(title=title, section=title.sections.first(), copy=copy)
    if orders:
        story = actions.obey(story=story, orders=actions.Orders(**orders), by="The agency")
    story.refresh_from_db()
    return actions.publish_as_filed(story=story)


def test_a_front_that_waits_for_an_embargo_stands_on(title, away) -> None:
    with clock.frozen(NOON):
        publish(title, "Bell tower opens")
        publish(title, "Bridge to close", embargo_until=NOON + timedelta(hours=1))
        diary.work_off()
        run.catch_up(title)
        assert "Bell tower opens" in reader.get(title, "/").text
        away()
        clock.advance(timedelta(hours=2))
        for path in ("/", "/", "/?utm_source=letter"):
            answer = reader.get(title, path)
            assert answer.status == 200 and "Bell tower opens" in answer.text and "Bridge" not in answer.text
        assert run.store_of(title).hot["/"].is_true(clock.now()), "those who ask next do not wait for what is away"
        clock.advance(timedelta(seconds=6))
        assert not run.store_of(title).hot["/"].is_true(clock.now()), "but it is tried again"
        assert reader.get(title, "/none/").status == 503


def test_what_must_go_at_its_second_goes(title, away) -> None:
    with clock.frozen(NOON):
        story = publish(title, "Bell tower opens")
        actions.obey(story=story, orders=actions.Orders(expires_at=NOON + timedelta(hours=1)), by="The agency")
        diary.work_off()
        run.catch_up(title)
        assert reader.get(title, story.path).status == reader.get(title, "/").status == 200
        away()
        clock.advance(timedelta(hours=1))
        for path in (story.path, "/"):
            assert reader.get(title, path).status == 503


def test_pages_kept_by_an_older_version_end_as_they_did_then() -> None:
    entry = make_entry(Printed("/", b"x", "text/html", valid_until=NOON, shut_at=None))
    assert entry.may_stand(NOON) and not entry.is_true(NOON)
    again = unpack(pack(entry))
    assert (again.valid_until, again.shut_at) == (NOON, None)
    old = unpack(pack(entry).replace(b', "shut_at": null', b""))
    assert old.shut_at == NOON
    assert make_entry(Printed("/", b"x", "text/html", valid_until=NOON)).shut_at == NOON, "a picture's end is the end"
