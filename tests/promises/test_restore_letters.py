"""Promise: a paper brought back from an old backup sends nothing again: no letter, no edition of that day, no push.

The commands are real, each a process of its own, and so are the mail server and the push service.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import template
from tests.house import COMMAND
from tests.mailroom import pushservice
from tests.mailroom import sink as sinks

pytestmark = pytest.mark.slow

FILLED = """
from datetime import timedelta
from masthead.circulation import alerts, devices
from masthead.kit import clock
from masthead.mailroom import outbox
from masthead.mailroom.letter import Kind, Letter
from tests.circulation import made, town
title = town.paper("UTC")
town.topics(title, 1)
made.follower(title, "reader@example.org", "/topics/harbour/", alerts=True, quiet_from=0, quiet_to=0)
wall = made.story(title, "The wall stands", ("Harbour",))
made.story(title, "The quay is open", ("Harbour",))
from masthead.circulation.models import Follower
Follower.objects.update(next_at=clock.now() - timedelta(minutes=5), last_at=clock.now() - timedelta(days=1))
for kind in (Kind.SIGN_IN, Kind.NOTICE):
    outbox.post(Letter(title, f"{kind.value}@example.org", kind.value, "Text.", kind=kind), f"own:{kind.value}")
subscription = json.loads(os.environ["SUBSCRIPTION"])
devices.take(title, {**subscription, "key": devices.own_key(), "night": True})
alerts.send(story=wall, words="The wall stands")
"""
DELIVERED = """
from masthead.circulation import editions
from masthead.mailroom.courier import Courier
from masthead.mailroom.models import Outgoing, Parcel
from masthead.mailroom.postman import Postman
from masthead.ops import beginning
from masthead.titles.models import Title
beginning.settle()
editions.plan_due(Title.objects.get())
postman, courier = Postman(), Courier(allows=lambda _: True)
while postman.round() or courier.round():
    pass
postman.close(), courier.close()
print(json.dumps(sorted([*Outgoing.objects.values_list("state", flat=True), *Parcel.objects.values_list("state", flat=True)])))
"""
NEW = """
from masthead.mailroom import outbox
from masthead.mailroom.letter import Kind, Letter
from masthead.titles.models import Title
outbox.post(Letter(Title.objects.get(), "new@example.org", "New", "Text.", kind=Kind.NOTICE), "new")
"""


def test_nothing_is_sent_again(tmp_path) -> None:
    home, kept = tmp_path / "home", tmp_path / "kept"
    (home / "data").mkdir(parents=True)
    template.copy(template.migrated(), home / "data" / "masthead.sqlite3")
    with sinks.running() as sink, pushservice.running() as service:
        browser = service.browser()
        env = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_")} | {
            "MASTHEAD_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2]), "MASTHEAD_MAIL_HOST": "127.0.0.1", "MASTHEAD_MAIL_PORT": str(sink.port), "MASTHEAD_MAIL_TLS": "none",
            "DJANGO_SETTINGS_MODULE": "masthead.project.settings", "SUBSCRIPTION": json.dumps(browser.subscription),
            "MASTHEAD_BACKUP_PASSPHRASE": "the ferry leaves at nine",
        }  # fmt: skip

        def run(*command: str) -> str:
            done = subprocess.run(command, env=env, cwd=home, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        def work(what: str) -> str:
            return run(sys.executable, "-c", f"import json, os, django; django.setup()\n{what}").strip()

        work(FILLED)
        run(*COMMAND, "backup", str(kept))
        first = json.loads(work(DELIVERED))
        sent = sorted(sink.addresses)
        assert sent == ["notice@example.org", "reader@example.org", "reader@example.org", "reader@example.org", "sign-in@example.org"]
        assert len(browser.came) == 1 and first == ["sent"] * 6, "the question, the alert, the edition, two of their own; a push"
        run(*COMMAND, "restore", str(kept), "--replace")
        again = json.loads(work(DELIVERED))
        assert (sorted(sink.addresses), len(browser.came)) == (sent, 1), "not one letter, not one push again"
        assert set(again) == {"held"} and len(again) == 5, "the edition of that day is not even planned"
        work(NEW)
        work(DELIVERED)
        assert sorted(sink.addresses) == sorted([*sent, "new@example.org"]), "and what is new leaves"
        assert Path(home / "data" / "mail" / "beat").exists()
