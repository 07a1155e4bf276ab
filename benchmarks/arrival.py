#!/usr/bin/env python3
"""From the wire to the reader on a real running paper: file dropped to page visible, kill dropped to gone everywhere.

`masthead init --demo` and `masthead run` in a folder of their own; NewsML-G2 files are moved into the watched folder at
random moments; a reader asks the front page every ten milliseconds. Visible means: on the front page, and its own page
answers 200. Gone means: its page answers 410, and the front page, the feed and both sitemaps no longer name it.

usage: python benchmarks/arrival.py [--drops 100] [--kills 100]
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.house import House, running
from tests.wire.made import g2

NAMED_ON = ("/", "/feed.rss", "/sitemap.xml", "/sitemap-news.xml")
PATIENCE = 10.0
dice = random.Random(7)


def drop(house: House, name: str, data: bytes) -> float:
    """Put the file there as a careful sender does, whole at once; the moment when it lay there."""
    beside = house.home / name
    beside.write_bytes(data)
    os.replace(beside, house.inbox / name)
    return time.monotonic()


def until(what: Callable[[], object], since: float) -> float:
    """Seconds until it holds."""
    while not what():
        if time.monotonic() - since > PATIENCE:
            raise SystemExit(f"It took more than {PATIENCE} s.")
        time.sleep(0.01)
    return time.monotonic() - since


def address_of(house: House, headline: str) -> str:
    """Where the front page links to under this headline; empty when it does not."""
    front = house.get("/")[1]
    place = front.find(headline)
    links = re.findall(r'href="([^"]+)"', front[:place]) if place > 0 else []
    return links[-1].removeprefix(house.url) if links else ""


def told(name: str, took: list[float]) -> None:
    ordered = sorted(took)
    print(
        f"{name}: {len(took)} times, p50 {statistics.median(took):.2f} s, p99 {ordered[int(len(took) * 0.99) - 1]:.2f} s, "
        f"worst {ordered[-1]:.2f} s"
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--drops", type=int, default=100)
    ask.add_argument("--kills", type=int, default=100)
    args = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="masthead-arrival-") as home, running(Path(home), "--demo") as house:
        time.sleep(3)
        seen: list[float] = []
        stories: list[tuple[str, str, str]] = []
        for n in range(args.drops):
            headline = f"Ferry {n} of the bench arrives"
            words = " ".join(dice.choices(["ferry", "harbour", "bridge", "council", "storm", "vote", "mayor", "queue"], k=90))
            guid = f"tag:bench,2026:{n}"
            since = drop(house, f"n{n}.xml", g2(headline=headline, body=words, guid=guid))
            until(lambda headline=headline: headline in house.get("/")[1], since)
            path = address_of(house, headline)
            seen.append(until(lambda path=path: house.get(path)[0] == 200, since))
            stories.append((guid, headline, path))
            time.sleep(dice.random() * 0.4)
        told("file dropped to page visible", seen)
        gone: list[float] = []
        for n, (guid, headline, path) in enumerate(reversed(stories[-args.kills :])):
            since = drop(house, f"k{n}.xml", g2(headline=headline, body="", guid=guid, version=2, pubstatus="canceled"))
            slug = path.rstrip("/").rpartition("/")[2]

            def is_gone(path: str = path, headline: str = headline, slug: str = slug) -> bool:
                if house.get(path)[0] != 410:
                    return False
                return not any(headline in page or f"{slug}/<" in page for page in (house.get(place)[1] for place in NAMED_ON))

            gone.append(until(is_gone, since))
            time.sleep(dice.random() * 0.4)
        told("kill dropped to gone (page 410; front, feed, sitemaps)", gone)


if __name__ == "__main__":
    main()
