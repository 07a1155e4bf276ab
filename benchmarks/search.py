"""Readers' search over a large archive: server time of the whole page, 100 questions of each kind.

    python benchmarks/search.py [--stories 100000] [--rounds 100] [--postgres postgres://...]

Stories of about 450 words, words as often as words are. Times are processor time of this process with SQLite (its work
is done in it), wall time with PostgreSQL. Each answer is the HTML page with its cards, as `/search/` gives it.
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
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--stories", type=int, default=100_000)
parser.add_argument("--rounds", type=int, default=100)
parser.add_argument("--postgres", default="")
parser.add_argument("--keep", default="", help="a folder whose paper is made once and used again")
asked = parser.parse_args()

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
HOME = asked.keep or tempfile.mkdtemp(prefix="masthead-bench-")
os.environ |= {
    "MASTHEAD_HOME": HOME,
    "MASTHEAD_PATHS_DATA": f"{HOME}/data",
    "MASTHEAD_DATABASE_URL": asked.postgres,
    "DJANGO_SETTINGS_MODULE": "masthead.project.settings",
}
import django  # noqa: E402

Path(f"{HOME}/data").mkdir(parents=True, exist_ok=True)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from masthead.kit import clock  # noqa: E402
from masthead.people.models import Organisation  # noqa: E402
from masthead.stories import clippings  # noqa: E402
from masthead.stories.models import Clipping, Credit, Story, StoryTopic, Topic  # noqa: E402
from masthead.titles.models import Section, Title  # noqa: E402

dice = random.Random(11)
ONSETS = ["b", "br", "c", "cr", "d", "dr", "f", "fl", "g", "gr", "h", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr", "sw", "th", "w"]
RIMES = ["am", "ent", "ick", "old", "unt", "est", "ing", "ape", "or", "ell", "ave", "ise"]
SYLLABLES = [a + b for a in ONSETS for b in RIMES]
LEXICON = list(dict.fromkeys([*SYLLABLES, *(a + b for a in SYLLABLES for b in dice.sample(SYLLABLES, 100))]))
"""About 29,000 words."""
TOTALS: list[float] = []
for n in range(len(LEXICON)):
    TOTALS.append((TOTALS[-1] if TOTALS else 0) + 1 / (n + 1))


def words(count: int) -> str:
    return " ".join(dice.choices(LEXICON, cum_weights=TOTALS, k=count))


def load(count: int) -> Title:
    """Write `count` stories over ten years, straight into the tables, and have the index read them."""
    title = Title.objects.create(name="Large", base_url="http://localhost:8000")
    sections = [Section.objects.create(title=title, name=f"Section {n}", slug=f"s{n}") for n in range(6)]
    topics = [Topic.objects.create(title=title, name=f"Topic {n}", slug=f"topic-{n}") for n in range(200)]
    agency = Organisation.objects.create(slug="aldine", name="Aldine Wire")
    now, apart = clock.now(), timedelta(days=3650) / count
    for start in range(0, count, 2_000):
        made = []
        for n in range(start, min(start + 2_000, count)):
            at = now - apart * (count - n)
            made.append(Story(
                title=title, section=dice.choice(sections), headline=f"{words(7).capitalize()}", slug=f"s{n}",
                body=f'[{{"type": "text", "value": "<p>{words(450)}</p>"}}]', live=True, state="published",
                path=f"/2026/01/01/s{n}/", words=450, indexed=True, agency=agency if dice.random() < 0.7 else None,
                first_published_at=at, substantive_at=at, standfirst=words(20),
                order_pubstatus="withheld" if n % 50 == 0 else "usable",
            ))  # fmt: skip
        with transaction.atomic():
            Story.objects.bulk_create(made)
            Credit.objects.bulk_create(Credit(story=s, name="Ada Quill") for s in made)
            StoryTopic.objects.bulk_create(StoryTopic(story=s, topic=dice.choice(topics)) for s in made)
        clippings.note([s.pk for s in made])
    return title


def slip(word: str) -> str:
    at = dice.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def kinds() -> dict[str, object]:
    """A question of each kind, another one each time."""
    common, middle, rare = LEXICON[:30], LEXICON[200:2000], LEXICON[8000:]
    pick = dice.choice
    return {
        "a common word": lambda: {"q": pick(common)},
        "a word": lambda: {"q": pick(middle)},
        "a rare word": lambda: {"q": pick(rare)},
        "two common words": lambda: {"q": f"{pick(common)} {pick(common)}"},
        "three words": lambda: {"q": f"{pick(common)} {pick(middle)} {pick(middle)}"},
        "eight words": lambda: {"q": " ".join(dice.choices(LEXICON[:300], k=8))},
        "a beginning of three letters": lambda: {"q": pick(middle)[:3]},
        "a phrase": lambda: {"q": f'"{pick(common)} {pick(common)}"'},
        "common, one section": lambda: {"q": pick(common), "section": f"s{dice.randrange(6)}"},
        "common, one topic": lambda: {"q": pick(common), "topic": f"topic-{dice.randrange(200)}"},
        "common, ours": lambda: {"q": pick(common), "by": "ours"},
        "common, one month": lambda: {"q": pick(common), "since": "2021-03-01", "until": "2021-03-31"},
        "common, in headlines": lambda: {"q": pick(common), "in": "headlines"},
        "one section alone": lambda: {"section": f"s{dice.randrange(6)}"},
        "a slip": lambda: {"q": slip(pick([w for w in middle if len(w) > 6]))},
        "two slips": lambda: {"q": f"{slip(pick([w for w in middle if len(w) > 6]))} {slip(pick([w for w in middle if len(w) > 6]))}"},
        "nothing like it": lambda: {"q": "zzyzxq"},
        "half way back": lambda: {"q": pick(common), "before": str(HALF)},
    }


def main() -> None:
    global HALF
    call_command("migrate", interactive=False, verbosity=0)
    start = time.perf_counter()
    if not Title.objects.exists():
        load(asked.stories)
        took = time.perf_counter() - start
        print(f"{asked.stories:,} stories loaded in {took:.0f} s ({1000 * took / asked.stories:.2f} ms each) on {connection.vendor}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, SUM(pgsize) FROM dbstat GROUP BY 1 ORDER BY 2 DESC LIMIT 8")
            print(", ".join(f"{name} {size // 1_000_000} MB" for name, size in cursor.fetchall()))
    HALF = Clipping.objects.order_by("place")[Clipping.objects.count() // 2].place
    client, everything = Client(SERVER_NAME="localhost"), []
    clock_of = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    client.get("/search/", {"q": "warm"})
    for name, question in kinds().items():
        took, found = [], 0
        for _ in range(asked.rounds):
            parameters = question()
            begun = clock_of()
            answer = client.get("/search/", parameters)
            took.append(1000 * (clock_of() - begun))
            assert answer.status_code == 200, (urlencode(parameters), answer.status_code)
            found += b"<article" in answer.content
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/", question())
        everything += took
        took.sort()
        print(f"{name:30} median {statistics.median(took):6.1f}  p95 {took[int(len(took) * 0.95)]:6.1f}  worst {took[-1]:6.1f} ms"
              f"  {len(queries)} queries, {found} of {asked.rounds} found something")
    everything.sort()
    p95 = everything[int(len(everything) * 0.95)]
    print(f"all {len(everything)}: median {statistics.median(everything):.1f} ms, p95 {p95:.1f} ms; bar 50 ms: {'held' if p95 < 50 else 'NOT HELD'}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


HALF = 0
if __name__ == "__main__":
    main()
