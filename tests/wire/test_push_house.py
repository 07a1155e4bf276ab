"""A signed delivery into a real house over real HTTP: from the answer to the page a reader sees."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from masthead.wire.arrivals import push
from tests.house import House, running
from tests.wire.test_remote_files import RSS

WORDS = [a + b for a in ["harbour", "mill", "quay", "bridge", "choir", "baker", "orchard", "tunnel"] for b in ("", "s", "men", "land", "side", "gate", "work", "time")]
MAKE = """
import django; django.setup()
from masthead.titles.models import Title, Section
from masthead.wire.models import Rule, Source
from masthead.wire.arrivals import push
title = Title.objects.get()
Rule.objects.create(title=title, section=Section.objects.filter(title=title).first(), language="*", sort_order=0)
for n in range(6):
    Source.objects.create(title=title, kind="web", name=str(n), slug=f"n{n}", address=f"http://n{n}.invalid/")
source = Source.objects.create(title=title, kind="webhook", name="Aldine", slug="aldine")
print(push.new_secret(source)); source.refresh_from_db(); print(source.push_key)
"""
ASKED = """
import django; django.setup()
from masthead.wire.models import Source
print(*Source.objects.filter(kind="web").values_list("failures", flat=True))
"""


def send(house: House, word: str, key: str, data: bytes, **change: str) -> int:
    stamp = int(time.time())
    headers = {"webhook-id": "m1", "webhook-timestamp": str(stamp), "webhook-signature": push.sign(key, "m1", stamp, data)}
    request = urllib.request.Request(f"{house.url}/wire/push/{word}", data, {**headers, **change})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def story(headline: str, seed: int) -> bytes:
    """Copy that resembles no other: the wire desk would take it for the same story."""
    words = random.Random(seed).sample(WORDS, 40)
    return RSS.format(headline).replace("Ferry ", "", 1).replace("the queue before it", " ".join(words)).encode()


def documented(house: House, word: str, key: str, folder: Path) -> None:
    """The recipe of docs/keyholder.md, run as it stands there."""
    if not all(shutil.which(tool) for tool in ("curl", "openssl", "xxd")):
        print("The recipe of the keeper's page was not run: curl, openssl or xxd is missing.")
        return
    recipe = re.search(r"```sh\n(ID=.*?)```", Path("docs/keyholder.md").read_text(), re.DOTALL)
    assert recipe
    (folder / "story.xml").write_bytes(story("By the recipe", 99))
    env = {**os.environ, "SECRET": key, "ADDRESS": f"{house.url}/wire/push/{word}"}
    done = subprocess.run(["bash", "-c", recipe[1]], cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    house.wait_for("/", "By the recipe")


@pytest.mark.slow
def test_from_push_to_page(tmp_path: Path) -> None:
    with running(tmp_path) as house:
        env = {**os.environ, "MASTHEAD_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "masthead.project.settings"}
        env.pop("MASTHEAD_PATHS_DATA", None)
        made = subprocess.run([sys.executable, "-c", MAKE], env=env, capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        key, word = made.stdout.split()
        assert send(house, word, key, b"<rss/>", **{"webhook-signature": "v1,AAAA"}) == 403
        assert send(house, "x" * 43, key, b"<rss/>") == 404
        waits = []
        for number in range(5):
            start = time.monotonic()
            assert send(house, word, key, story(f"Delivery {number}", number)) == 202
            house.wait_for("/", f"Delivery {number}")
            waits.append(time.monotonic() - start)
        print(f"\nFrom the push to the front page: {sorted(waits)[2]:.2f} s (median of 5), {max(waits):.2f} s (longest)")
        assert max(waits) < 4
        documented(house, word, key, tmp_path)
        # Meanwhile the sources that are asked were asked, side by side, on a database of files.
        asked = subprocess.run([sys.executable, "-c", ASKED], env=env, capture_output=True, text=True)
        assert asked.stdout.split() == ["1"] * 6, asked.stdout + asked.stderr
        big = b"x" * 65_000_000
        assert send(house, word, key, big) == 413
        assert not list((tmp_path / "data" / "wire" / "in").rglob("*.xml"))
