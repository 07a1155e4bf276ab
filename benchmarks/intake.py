#!/usr/bin/env python3
"""Wire intake: read + clean against feedparser with sanitising on the same feeds; read + clean + store per second.

Interleaved rounds in one process on one core; the ratio is taken within each round. The feeds are generated:
a WordPress feed of 100 items with paragraphs, a picture and an editor's markup, and NewsML-G2 items.

usage: python benchmarks/intake.py [--rounds N] [--stored N]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from masthead.wire.models import Source

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
HOME = tempfile.mkdtemp(prefix="masthead-bench-")
os.environ |= {
    "MASTHEAD_HOME": HOME,
    "MASTHEAD_PATHS_DATA": f"{HOME}/data",
    "DJANGO_SETTINGS_MODULE": "masthead.project.settings",
}

WORDS = [
    f"{a}{b}"
    for a in ["ferry", "harbour", "bridge", "council", "school", "market", "river", "storm"]
    for b in ("", "s", "ing", "ed", "man")
]
dice = random.Random(7)


def prose(count: int) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(count)).capitalize() + "."


def body() -> str:
    return "".join(
        f"<p>{prose(55)} <strong>{prose(3)}</strong> <a href='https://x.example/{dice.random()}'>{prose(2)}</a></p>"
        for _ in range(8)
    )


def rss(start: int, count: int = 100) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>n{n}</guid><title>{prose(7)} {n}</title><link>https://x.example/{n}</link>"
        f"<pubDate>Sun, 08 Nov 2026 10:{n % 60:02d}:00 +0000</pubDate><dc:creator>Ada Noor</dc:creator><category>harbour</category>"
        f"<description>{prose(20)}</description><content:encoded><![CDATA[{body()}]]></content:encoded></item>"
        for n in range(start, start + count)
    )
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<rss version="2.0" {spaces}><channel><title>Aldine</title><language>en</language>{items}</channel></rss>'.encode()


def g2(n: int) -> bytes:
    from tests.wire.made import g2 as made

    return made(
        headline=f"{prose(7)} {n}", body=body().removeprefix("<p>").removesuffix("</p>"), guid=f"tag:x,2026:{n}"
    )


def rate(job: Callable[[], int]) -> float:
    """Items a second of processor time."""
    started = time.process_time()
    done = job()
    return done / (time.process_time() - started)


def paper() -> Source:
    """A fresh paper without rules, and the source of dropped files."""
    from django.core.management import call_command

    from masthead.ops import setting_up
    from masthead.wire import intake
    from masthead.wire.models import Rule

    call_command("migrate", verbosity=0)
    title = setting_up.prepare_paper(name="Bench", town="", language="en", time_zone="UTC", sections=("News",))
    Rule.objects.all().delete()
    return intake.default_source(title)


def resident() -> tuple[float, float]:
    """Megabytes of this process in memory now: its own, and pages of files (SQLite maps up to 128 MB of its file)."""
    said = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    own, files = (int(said[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    return own, files


def flat(wanted: int) -> None:
    """Memory and pace at every tenth of `wanted` items."""
    from masthead.wire import intake

    source = paper()
    started = time.process_time()
    for n in range(0, wanted, 100):
        intake.take(rss(n), name="x", source=source)
        if (n + 100) % (wanted // 10) == 0:
            done = n + 100
            own, files = resident()
            print(f"{done} items: {own:.0f} MB and {files:.0f} MB of mapped files, {done / (time.process_time() - started):.0f} items/s", flush=True)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=4)
    ask.add_argument("--stored", type=int, default=2000, help="items to store per format")
    ask.add_argument("--flat", type=int, default=0, help="instead: take in so many items, say how memory grows")
    args = ask.parse_args()
    import django

    django.setup()
    import feedparser

    from masthead.wire import intake
    from masthead.wire.models import WireItem
    from masthead.wire.readers import read
    from masthead.wire.repair import repair

    if args.flat:
        return flat(args.flat)
    feed = rss(0)
    ours = lambda: len([repair(item) for item in read(feed).items])  # noqa: E731
    theirs = lambda: len(feedparser.parse(feed).entries)  # noqa: E731
    pairs = [(rate(ours), rate(theirs)) for _ in range(args.rounds)]
    ratio = statistics.median(a / b for a, b in pairs)
    mine, peer = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"read + clean, WordPress RSS: {mine:.0f} items/s; feedparser with sanitising {peer:.0f}; ratio {ratio:.1f}")
    source = paper()
    for name, deliveries in (
        ("WordPress RSS", [rss(n) for n in range(1000, 1000 + args.stored, 100)]),
        ("NewsML-G2, one item a file, 50 files waiting", [g2(n) for n in range(args.stored)]),
        ("NewsML-G2, one file at a time", [g2(n) for n in range(100_000, 100_000 + args.stored // 8)]),
    ):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        before = WireItem.objects.count()
        started = time.process_time()
        at_once = 50 if "waiting" in name else 1
        for start in range(0, len(deliveries), at_once):
            together = [intake.Delivery(data, "x") for data in deliveries[start : start + at_once]]
            intake.take_all(together, source=source)
        speed = (WireItem.objects.count() - before) / (time.process_time() - started)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) / 1024
        print(
            f"read + clean + store, {name}: {speed:.0f} items/s of one core; memory grew by {grown:.0f} MB over {WireItem.objects.count() - before} items"
        )


if __name__ == "__main__":
    main()
