"""Readers' search over a large archive: server time of the whole page, 100 questions of each kind.

    python benchmarks/search.py [--stories 100000] [--rounds 100] [--postgres postgres://...]

Stories of about 450 words, words as often as words are. Times are processor time of this process with SQLite (its work
is done in it), wall time with PostgreSQL. Each answer is the HTML page with its cards, as `/search/` gives it.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks import large
from benchmarks.large import LEXICON, dice

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--stories", type=int, default=100_000)
parser.add_argument("--rounds", type=int, default=100)
parser.add_argument("--postgres", default="")
parser.add_argument("--keep", default="", help="a folder whose paper is made once and used again")
asked = parser.parse_args()
large.set_up(asked.keep or tempfile.mkdtemp(prefix="masthead-bench-"), MASTHEAD_DATABASE_URL=asked.postgres)

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from masthead.stories.models import Clipping  # noqa: E402


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
        "common, one section": lambda: {"q": pick(common), "section": f"section-{dice.randrange(6)}"},
        "common, one topic": lambda: {"q": pick(common), "topic": f"topic-{dice.randrange(200)}"},
        "common, ours": lambda: {"q": pick(common), "by": "ours"},
        "common, one month": lambda: {"q": pick(common), "since": "2021-03-01", "until": "2021-03-31"},
        "common, in headlines": lambda: {"q": pick(common), "in": "headlines"},
        "one section alone": lambda: {"section": f"section-{dice.randrange(6)}"},
        "a slip": lambda: {"q": slip(pick([w for w in middle if len(w) > 6]))},
        "two slips": lambda: {"q": f"{slip(pick([w for w in middle if len(w) > 6]))} {slip(pick([w for w in middle if len(w) > 6]))}"},
        "nothing like it": lambda: {"q": "zzyzxq"},
        "half way back": lambda: {"q": pick(common), "before": str(HALF)},
    }


def main() -> None:
    global HALF
    large.ready(asked.stories)
    with connection.cursor() as cursor:
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
