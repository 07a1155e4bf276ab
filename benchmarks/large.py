"""A paper of many stories for the benchmarks that need one: made once, in a folder that they share.

    python benchmarks/large.py FOLDER [--stories 100000]

Stories of about 450 words in eight paragraphs over ten years, words as often as words are; six sections, 200 topics,
one in fifty withheld, seven in ten from an agency. Nothing is printed yet.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from masthead.titles.models import Title

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

dice = random.Random(11)
ONSETS = ["b", "br", "c", "cr", "d", "dr", "f", "fl", "g", "gr", "h", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr", "sw", "th", "w"]
RIMES = ["am", "ent", "ick", "old", "unt", "est", "ing", "ape", "or", "ell", "ave", "ise"]
SYLLABLES = [a + b for a in ONSETS for b in RIMES]
LEXICON = list(dict.fromkeys([*SYLLABLES, *(a + b for a in SYLLABLES for b in dice.sample(SYLLABLES, 100))]))
"""About 29,000 words."""
TOTALS: list[float] = []
for _n in range(len(LEXICON)):
    TOTALS.append((TOTALS[-1] if TOTALS else 0) + 1 / (_n + 1))


def words(count: int) -> str:
    """So many words, the first of the lexicon far more often than the last."""
    return " ".join(dice.choices(LEXICON, cum_weights=TOTALS, k=count))


def set_up(home: str | Path, **settings: str) -> None:
    """Have Django work on the paper in `home`."""
    Path(home, "data").mkdir(parents=True, exist_ok=True)
    os.environ |= {"MASTHEAD_HOME": str(home), "MASTHEAD_PATHS_DATA": f"{home}/data", "DJANGO_SETTINGS_MODULE": "masthead.project.settings"}
    os.environ |= settings
    import django

    django.setup()


def ready(count: int) -> Title:
    """The paper; migrated, and filled when there is none yet. Says how long that took."""
    from django.core.management import call_command
    from django.db import connection

    from masthead.titles.models import Title

    call_command("migrate", interactive=False, verbosity=0)
    if not Title.objects.exists():
        start = time.perf_counter()
        fill(count)
        took = time.perf_counter() - start
        print(f"{count:,} stories loaded in {took:.0f} s ({1000 * took / count:.2f} ms each) on {connection.vendor}", flush=True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Title.objects.get()


def fill(count: int) -> None:
    """Write `count` stories straight into the tables, and have the index read them."""
    from django.db import transaction

    from masthead.kit import clock
    from masthead.ops import setting_up
    from masthead.people.models import Organisation
    from masthead.stories import clippings
    from masthead.stories.models import Credit, Story, StoryTopic, Topic

    title = setting_up.prepare_paper(
        name="Large", town="", language="en", time_zone="UTC", sections=tuple(f"Section {n}" for n in range(6))
    )
    sections = list(title.sections.all())
    topics = [Topic.objects.create(title=title, name=f"Topic {n}", slug=f"topic-{n}") for n in range(200)]
    agency = Organisation.objects.create(slug="aldine", name="Aldine Wire")
    now, apart = clock.now(), timedelta(days=3650) / count
    for start in range(0, count, 2_000):
        made = []
        for n in range(start, min(start + 2_000, count)):
            at = now - apart * (count - n)
            body = "".join(f"<p>{words(56).capitalize()}.</p>" for _ in range(8))
            made.append(Story(
                title=title, section=dice.choice(sections), headline=words(7).capitalize(), slug=f"s{n}",
                body=f'[{{"type": "text", "value": "{body}"}}]', live=True, state="published", path=f"/{at:%Y/%m/%d}/s{n}/",
                words=450, indexed=True, agency=agency if dice.random() < 0.7 else None, released=True,
                first_published_at=at, substantive_at=at, standfirst=words(20),
                order_pubstatus="withheld" if n % 50 == 0 else "usable",
            ))  # fmt: skip
        with transaction.atomic():
            Story.objects.bulk_create(made)
            Credit.objects.bulk_create(Credit(story=s, name="Ada Quill") for s in made)
            StoryTopic.objects.bulk_create(StoryTopic(story=s, topic=dice.choice(topics)) for s in made)
        clippings.note([s.pk for s in made])


if __name__ == "__main__":
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder")
    ask.add_argument("--stories", type=int, default=100_000)
    asked = ask.parse_args()
    set_up(asked.folder)
    ready(asked.stories)
