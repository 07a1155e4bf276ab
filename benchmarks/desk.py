#!/usr/bin/env python3
"""The wire desk with 100,000 items: server time of every list, filter and pane, through the real views, on SQLite.

The items are made in bulk (a realistic mix of sources, languages, topics, urgencies, twins and versions) in a data
folder of their own; every page is then asked for several times and the median is told, with its queries.

usage: python benchmarks/desk.py [--items 100000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from masthead.titles.models import Title

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
HOME = tempfile.mkdtemp(prefix="masthead-desk-")
os.environ |= {
    "MASTHEAD_HOME": HOME,
    "MASTHEAD_PATHS_DATA": f"{HOME}/data",
    "DJANGO_SETTINGS_MODULE": "masthead.project.settings",
}
BAR = 200.0
WORDS = ["ferry", "harbour", "bridge", "council", "school", "market", "river", "storm", "mayor", "vote", "budget", "strike", "flood", "museum", "festival"]
TOPICS = ["harbour", "traffic", "politics", "culture", "sport", "weather", "courts", "schools", "economy", "health"]
dice = random.Random(7)


def fill(title: Title, count: int) -> None:
    """Files, items, versions, clusters and alerts, newest last."""
    from masthead.kit import clock
    from masthead.wire import archive
    from masthead.wire.models import Alert, Cluster, Source, WireFile, WireItem, WireVersion
    from tests.wire.made import g2

    sources = [Source.objects.create(title=title, slug=f"s{n}", name=f"Agency {n}") for n in range(8)]
    clusters = Cluster.objects.bulk_create(Cluster() for _ in range(count // 20))
    data = g2(headline="Ferry stops", body="The ferry stopped at noon. " * 60)
    files = [WireFile.objects.create(source=s, sha256=archive.keep(data), name="x", size=len(data), state="read", format="newsml-g2") for s in sources]
    start = clock.now() - timedelta(days=200)
    for first in range(0, count, 5_000):
        items = [
            WireItem(
                source=dice.choice(sources), guid=f"tag:{n}", headline=f"{' '.join(dice.choices(WORDS, k=7)).capitalize()} {n}",
                first_arrived_at=start + timedelta(seconds=170 * n), last_arrived_at=start + timedelta(seconds=170 * n),
                agency=f"Agency {n % 8}", language=dice.choices(["en", "es", "de", "fr"], [80, 10, 6, 4])[0],
                urgency=dice.choices([None, 1, 2, 3, 4, 5], [10, 1, 2, 7, 60, 20])[0], words=dice.randrange(20, 900),
                labels="\n".join(sorted(dice.sample(TOPICS, 3))), decision="Left on the wire desk.", kind="new",
                killed=dice.random() < 0.005, proposal="kill" if dice.random() < 0.0005 else "",
                clash="Two stories." if dice.random() < 0.001 else "", update_waiting=dice.random() < 0.001,
                cluster=dice.choice(clusters) if dice.random() < 0.1 else None, passed_over=dice.random() < 0.3,
                lints=[["no-credit", "A picture has no credit.", False]], duties=[],
            )
            for n in range(first, min(first + 5_000, count))
        ]  # fmt: skip
        WireItem.objects.bulk_create(items)
        versions = [
            WireVersion(item=i, file=files[i.source.pk - files[0].source_id], position=0, number=v, digest=f"{i.pk}-{v}", headline=i.headline, arrived_at=i.last_arrived_at)
            for i in items
            for v in range(1, 2 + (i.pk % 10 == 0) * 4)
        ]  # fmt: skip
        WireVersion.objects.bulk_create(versions)
    Alert.objects.bulk_create(Alert(title=title, kind="notice", text=f"Notice {n}", item=items[n]) for n in range(40))


def pages() -> dict[str, str]:
    """What an editor asks the desk for: name and address."""
    from masthead.kit import clock
    from masthead.wire.models import Source, WireItem

    newest = WireItem.objects.order_by("-last_arrived_at")[0]
    middle = (clock.now() - timedelta(days=100)).isoformat().replace("+", "%2B")
    old = (clock.now() - timedelta(days=199)).isoformat().replace("+", "%2B")
    many = WireItem.objects.filter(pk__lte=newest.pk - newest.pk % 10, pk__gt=newest.pk - 10).order_by("-pk")[0]
    source = Source.objects.filter(slug="s3").get().pk
    cluster = WireItem.objects.exclude(cluster=None).order_by("-pk")[0].cluster_id
    lists = {
        "newest": "", "half way back": f"before={middle}", "the oldest": f"before={old}", "one source": f"source={source}",
        "topic": "topic=harbour", "topic that nothing has": "topic=zebras", "urgency 1": "urgency=1", "urgency 3 or more": "urgency=3",
        "language es": "language=es", "language that nothing has": "language=xx", "cluster": f"cluster={cluster}",
        "words": "words=ferry", "rare words": "words=budget+99", "words that nothing has": "words=zebra",
        "two words": "words=storm+museum", "source, topic and language": f"source={source}&topic=sport&language=fr",
        "all filters, nothing": f"source={source}&topic=zebra&language=fr&urgency=2&words=zebra",
        "not used yet": "state=open", "used": "state=used", "needs an editor": "state=waiting", "killed": "state=killed",
        "killed, one source, words": f"state=killed&source={source}&words=ferry", "needs an editor, topic": "state=waiting&topic=sport",
        "words, not used yet, old": f"words=zebra&state=open&before={middle}",
    }  # fmt: skip
    found = {name: f"/newsroom/wire/?{query}" for name, query in lists.items()}
    found["new since, nothing"] = f"/newsroom/wire/fresh/?after={newest.last_arrived_at.isoformat().replace('+', '%2B')}"
    found["new since, words"] = f"/newsroom/wire/fresh/?after={middle}&words=zebra"
    found["pane"] = f"/newsroom/wire/{newest.pk}/?pane=1"
    found["item of five versions"] = f"/newsroom/wire/{many.pk}/"
    found["difference"] = f"/newsroom/wire/{many.pk}/difference/"
    found["sources"] = "/newsroom/wire/sources/"
    found["quarantine"] = "/newsroom/wire/quarantine/"
    return found


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--items", type=int, default=100_000)
    ask.add_argument("--rounds", type=int, default=5)
    args = ask.parse_args()
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["*"]
    from masthead.ops import setting_up
    from masthead.people.models import User
    from masthead.project import worker

    call_command("migrate", verbosity=0)
    title = setting_up.prepare_paper(name="Bench", town="", language="en", time_zone="UTC", sections=("News",))
    started = time.monotonic()
    fill(title, args.items)
    worker.survey()
    print(f"{args.items} items made in {time.monotonic() - started:.0f} s")
    client = Client()
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    client.get("/newsroom/wire/")
    slow = 0
    for name, address in pages().items():
        took = []
        for _ in range(args.rounds):
            begun = time.perf_counter()
            answer = client.get(address)
            took.append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 200, (address, answer.status_code)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        worst = max(seen, key=lambda query: float(query["time"]))
        middle = statistics.median(took)
        slow += middle >= BAR
        print(f"{name:32} {middle:6.0f} ms (worst {max(took):.0f}), {len(seen)} queries{'  TOO SLOW ' + worst['sql'][:600] if middle >= BAR else ''}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
