"""A paper that all tests of a module share: filed and printed once, then put back as it was before each test.

A module writes `ground = scenes.ground(build, at=START)` and asks for the fixture `scene`; `build(title)` makes the
stories and may move the clock. Rows lie in a transaction that the module's end takes back, each test in a savepoint.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Scene:
    title: Any
    things: Any
    """What `build` gave back: a copy for each test."""
    now: datetime
    printed: Path


def ground(build: Callable[[Any], Any], at: datetime) -> Any:
    """The fixture of a module in which `build` is run once, at `at`."""

    @pytest.fixture(scope="module", name="ground")
    def made(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Scene]:  # type: ignore[no-untyped-def]
        from django.conf import settings
        from django.db import transaction

        from masthead.kit import clock
        from tests.conftest import small_paper

        with django_db_blocker.unblock(), transaction.atomic():
            empty_store()
            with clock.frozen(at):
                title = small_paper()
                things = build(title)
                now = clock.now()
            printed = tmp_path_factory.mktemp("scene") / "press"
            if (settings.DATA / "press").exists():
                shutil.copytree(settings.DATA / "press", printed)
            yield Scene(title, things, now, printed)
            transaction.set_rollback(True)

    return made


def empty_store() -> None:
    """No page is printed."""
    from django.conf import settings

    from masthead.press import run

    run._stores.clear()
    shutil.rmtree(settings.DATA / "press", ignore_errors=True)


@pytest.fixture
def scene(ground: Scene, db: None) -> Iterator[Scene]:
    """The module's paper as it was when it was made; the clock stands at that moment."""
    from django.conf import settings

    from masthead.kit import clock

    empty_store()
    if ground.printed.exists():
        shutil.copytree(ground.printed, settings.DATA / "press")
    with clock.frozen(ground.now):
        title, things = copy.deepcopy((ground.title, ground.things))
        yield Scene(title, things, ground.now, ground.printed)
    empty_store()
