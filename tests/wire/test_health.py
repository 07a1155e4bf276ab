"""How sources are: rhythm, silence, lag, alarms; and what the migration made of the sources that were there."""

from __future__ import annotations

import importlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps

from masthead.kit import clock
from masthead.wire import migrations
from masthead.wire.arrivals import health, rounds, taking
from masthead.wire.models import Alert, Source
from tests.wire.servers import loopback
from tests.wire.test_remote_files import RSS


@pytest.fixture
def source(title) -> Source:
    return Source.objects.create(title=title, kind="web", name="Aldine", slug="aldine", address="http://nowhere.invalid/f")


def test_a_silence_is_told_once_and_again_after_the_next_item(source) -> None:
    with clock.frozen(clock.now()):
        for number in range(4):
            taking.take(source, RSS.format(number).encode(), "f")
            clock.advance(timedelta(minutes=20))
        source.refresh_from_db()
        assert 1100 < (source.usual_gap or 0) < 1300
        source.last_looked_at = clock.now()
        source.save()
        assert health.watch_over() == 0
        clock.advance(timedelta(hours=3))
        assert (health.watch_over(), health.watch_over()) == (1, 0)
        assert "gone strangely quiet" in Alert.objects.get().text
        taking.take(source, RSS.format(9).encode(), "f")
        assert health.watch_over() == 0
        clock.advance(timedelta(days=2))
        assert health.watch_over() == 1


def test_failures_in_a_row_are_told_once(source) -> None:
    for _ in range(health.ALARMING):
        assert health.watch_over() == 0
        rounds.look(source, allows=loopback)
    assert (health.watch_over(), health.watch_over()) == (1, 0)
    assert "failing" in Alert.objects.get().text and "no computer called nowhere.invalid" in Alert.objects.get().text
    Source.objects.update(active=False, alarmed_at=None)
    assert health.watch_over() == 0


def test_the_lag_is_the_middle_one_of_the_last(source) -> None:
    assert health.lag(source) is None
    for number, minutes in enumerate((1, 3, 500)):
        stamp = clock.now() - timedelta(minutes=minutes)
        dated = RSS.format(number).replace("</item>", f"<pubDate>{stamp:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>")
        taking.take(source, dated.encode(), "f")
    found = health.lag(source)
    assert found and 170 < found.total_seconds() < 200


def test_sources_with_an_address_become_sources_on_the_web(source, title) -> None:
    Source.objects.update(kind="folder")
    Source.objects.create(title=title, name="Dropped", slug="in")
    name = next(p.stem for p in Path(migrations.__path__[0]).glob("*_ways_of_arrival.py"))
    importlib.import_module(f"{migrations.__name__}.{name}").name_the_kinds(apps, None)
    assert dict(Source.objects.values_list("slug", "kind")) == {"aldine": "web", "in": "folder"}


def test_a_sealed_password_that_cannot_be_opened_stops_its_own_source_only(source, title) -> None:
    Source.objects.create(title=title, kind="sftp", name="s", slug="s", host="127.0.0.1", username="u", sealed="spoilt")
    rounds.work_off()
    assert set(Source.objects.values_list("failures", flat=True)) == {1} and rounds.due() == []
    assert "Type the password again" in Source.objects.get(slug="s").last_error
