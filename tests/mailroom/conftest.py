"""A mail server of our own, and a postman who knows it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.mailroom import sink as sinks


@pytest.fixture(scope="session")
def _sink() -> Iterator[sinks.Sink]:
    with sinks.running() as one:
        yield one


@pytest.fixture
def mail(settings, monkeypatch):
    """Set keys of `mail.*` for one test."""

    def put(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setitem(settings.CONFIG.values, f"mail.{name}", value)

    shutil.rmtree(settings.DATA / "mail", ignore_errors=True)
    return put


@pytest.fixture
def sink(_sink, mail) -> sinks.Sink:
    _sink.answers, _sink.at_data = {}, {}
    _sink.taken.clear()
    mail(host="127.0.0.1", port=_sink.port, tls="none", domain_per_minute=0)
    return _sink


@pytest.fixture
def postman(sink):
    from masthead.mailroom.postman import Postman

    one = Postman()
    yield one
    one.close()
