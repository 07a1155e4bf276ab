"""Databases of older releases, with data in them: `python -m tests.recorded NAME` records one before a release is tagged.

Each lies in tests/releases/NAME.sqlite3.xz and is never written again; tests/ops/test_upgrade.py brings every one forward. What is
in it is said by the verbs of that release, so later releases meet what really was written.
"""

from __future__ import annotations

import lzma
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

FOLDER = Path(__file__).parent / "releases"


def fill() -> None:
    """A small paper: public, corrected, held, killed and draft copy, a picture, readers who follow and who take part."""
    from masthead.circulation import following, targets
    from masthead.comments import moderating
    from masthead.pictures import taking
    from masthead.stories import actions
    from masthead.stories.actions import Copy, CopyCredit, CopyPicture, CopyTopic
    from masthead.stories.models import Correction
    from tests.comments import made
    from tests.conftest import small_paper
    from tests.pictures.made import jpeg

    title = small_paper()
    section = title.sections.first()
    picture = taking.take(jpeg(), name="harbour.jpg", said={"caption": "The harbour", "credit": "Ida Marsh", "alt": "Boats"}).picture

    def filed(headline: str):  # type: ignore[no-untyped-def]
        copy = Copy(
            headline=headline, body=f"<p>Old words of {headline}.</p>", credits=(CopyCredit("Ida Marsh"),), topics=(CopyTopic("Ferries"),),
            pictures=(CopyPicture(picture, "At dawn"),),
        )  # fmt: skip
        return actions.file_story(title=title, section=section, copy=copy)

    public = actions.publish_as_filed(story=filed("Ferry stops"))
    actions.correct(story=public, kind=Correction.Kind.CORRECTION, text="It was one o’clock.")
    actions.hold(story=actions.publish_as_filed(story=filed("Bridge held")), reason="Wait.")
    actions.obey(story=actions.publish_as_filed(story=filed("Tower killed")), orders=actions.Orders("canceled", reason="Wrong."), by="The agency")
    filed("Market draft")
    following.join_by_account(title, "mia@example.org", [targets.at(title, "/"), targets.at(title, "/topics/ferries/")], consent="the form")
    made.talking(title)
    first = made.says(public, "A first word")
    made.says(public, "An answer", answers=first.number)
    moderating.decide(made.says(public, "Rude words"), "reject", made.moderator(title), rule="off-topic")


def main(name: str) -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"MASTHEAD_HOME": home, "DJANGO_SETTINGS_MODULE": "masthead.project.settings"}
        import django

        django.setup()
        from django.db import connections

        from masthead.ops import setting_up

        setting_up.prepare_database()
        fill()
        connections.close_all()
        file = Path(home) / "data" / "masthead.sqlite3"
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA journal_mode=DELETE")
            database.execute("VACUUM")
        FOLDER.mkdir(exist_ok=True)
        target = FOLDER / f"{name}.sqlite3.xz"
        if target.exists():
            raise SystemExit(f"{target} is there already; a release is recorded once.")
        target.write_bytes(lzma.compress(file.read_bytes(), preset=9 | lzma.PRESET_EXTREME))
        print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
