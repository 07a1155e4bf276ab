"""The ground every test stands on: a data folder of its own, a small paper, a reader who asks for pages."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import scenes
from tests.scenes import scene

_DATA = Path(tempfile.mkdtemp(prefix="masthead-tests-"))
os.environ["MASTHEAD_HOME"] = str(_DATA)
os.environ["MASTHEAD_PATHS_DATA"] = str(_DATA / "data")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

__all__ = ["scene"]

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session", autouse=True)
def data_folder_of_our_own() -> Path:
    """Test processes run side by side and inherit the first one's settings: each gets a folder of its own."""
    from django.conf import settings

    settings.DATA = _DATA / "data"
    settings.MEDIA_ROOT = settings.DATA / "originals"
    settings.DATA.mkdir(parents=True, exist_ok=True)
    # Each test client would list two thousand static files anew, as a server does once at its start.
    settings.WHITENOISE_AUTOREFRESH = True
    # A good hash is slow on purpose: a quarter of a second for each user that a test makes.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    return settings.DATA


@pytest.fixture(autouse=True)
def nothing_is_known_of_another_tests_news() -> None:
    """Numbers of rows are used again once a test is rolled back: what letters know by them is of another paper then."""
    from masthead.circulation import conversations, news

    news.forget()
    conversations.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, django_db_modify_db_settings):  # type: ignore[no-untyped-def]
    """The test database: on SQLite a copy of one that was migrated before, else made by the migrations."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from tests import template

    if connection.vendor != "sqlite":
        with django_db_blocker.unblock():
            made = setup_databases(verbosity=0, interactive=False)
        yield
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)
        return
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = connection.creation._get_test_db_name()
        connection.ensure_connection()
        migrated = sqlite3.connect(template.migrated())
        migrated.backup(connection.connection)
        migrated.close()
    yield


def pytest_sessionfinish() -> None:
    shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture
def shared() -> Path:
    """The team's material beside the checkout; tests that need it skip where it is missing."""
    if not (SHARED / "wire").is_dir():
        pytest.skip("The folder ../shared with real agency files is not here.")
    return SHARED


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """What was counted in Redis does not go with a test's transaction, as it does in the database."""
    from django.conf import settings
    from django.core.cache import cache

    if settings.CONFIG.get("cache.url"):
        cache.clear()


@pytest.fixture
def fresh_store() -> Iterator[None]:
    """An empty page store for each test that prints."""
    from masthead.press import run

    scenes.empty_store()
    yield
    run._stores.clear()


@pytest.fixture
def title(db: None, fresh_store: None):  # type: ignore[no-untyped-def]
    return small_paper()


def small_paper():  # type: ignore[no-untyped-def]
    """A paper with two sections and a rule that publishes what comes, whatever its language."""
    from masthead.titles.models import Section, Title
    from masthead.wire.models import Rule

    made = Title.objects.create(name="The Test Paper", base_url="http://testserver", language="en", time_zone="UTC")
    world = Section.objects.create(title=made, name="World", slug="world", sort_order=0)
    Section.objects.create(title=made, name="Sport", slug="sport", sort_order=1)
    Rule.objects.create(title=made, section=world, language="*")
    return made


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A transactional test empties every table, migrations' own rows too: it goes into the slow suite, which
    runs such tests last and in one process."""
    for item in items:
        asked = item.get_closest_marker("django_db")
        if "transactional_db" in getattr(item, "fixturenames", ()) or (asked and asked.kwargs.get("transaction")):
            item.add_marker("slow")
            item.add_marker("transactional")
