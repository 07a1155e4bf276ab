#!/usr/bin/env python3
"""The budget with many stories on SQLite: list, filters, search, deep pages, the form opened and saved.

Server time (on SQLite processor time) of whole requests through Django (middleware, permissions, template), after one warm-up, as an editor
with an ordinary role. Each is compared with the same request on a paper of 100 stories in the same run: what
size costs is the ratio. The bar is 300 ms at 100,000 stories.

usage: python benchmarks/budget.py [--stories N] [--rounds N] [--postgres URL]
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

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--stories", type=int, default=100_000)
parser.add_argument("--rounds", type=int, default=7)
parser.add_argument("--postgres", default="")
asked = parser.parse_args()

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
HOME = tempfile.mkdtemp(prefix="masthead-bench-")
os.environ |= {
    "MASTHEAD_HOME": HOME,
    "MASTHEAD_PATHS_DATA": f"{HOME}/data",
    "MASTHEAD_DATABASE_URL": asked.postgres,
    "DJANGO_SETTINGS_MODULE": "masthead.project.settings",
}
import django  # noqa: E402

Path(f"{HOME}/data").mkdir(parents=True)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from masthead.kit import clock  # noqa: E402
from masthead.people.models import Appointment, Organisation, User  # noqa: E402
from masthead.stories import actions, index  # noqa: E402
from masthead.stories.models import Credit, Story  # noqa: E402
from masthead.titles.models import Section, Title  # noqa: E402

dice = random.Random(11)
SYLLABLES = [a + b for a in ["br", "cr", "dr", "fl", "gr", "pl", "st", "tr", "sw", "th"] for b in ["am", "ent", "ick", "old", "unt", "est", "ing", "ape"]]
LEXICON = [a + b for a in SYLLABLES for b in ("", *SYLLABLES[:40])]
"""About 3,300 words, used as often as words are: a few in most stories, most in few."""
WEIGHTS = [1 / (n + 1) for n in range(len(LEXICON))]
STATES = ["draft", "ready", "edited", "held", "published", "published", "published", "published"]


def words(count: int) -> str:
    return " ".join(dice.choices(LEXICON, WEIGHTS, k=count))


def load(title: Title, count: int) -> None:
    """Write `count` stories with credits and their words, straight into the tables."""
    sections, agency = list(title.sections.all()), Organisation.objects.get_or_create(slug="aldine", name="Aldine Wire")[0]
    now = clock.now()
    for start in range(0, count, 5_000):
        made = []
        for n in range(start, min(start + 5_000, count)):
            state, headline = dice.choice(STATES), f"{words(7).capitalize()} {n}"
            body = f'[{{"type": "text", "value": "<p>{words(450)}</p>"}}]'
            live = state == "published"
            made.append(Story(
                title=title, section=dice.choice(sections), headline=headline, desk_headline=headline, body=body, live=live,
                state=state, path=f"/2026/01/01/s{n}/" if live else None, words=450, indexed=True,
                agency=agency if dice.random() < 0.7 else None, desk_writers="Ada Quill" if n % 50 == 0 else "Bo Reyes",
                changed_at=now - timedelta(minutes=count - n), first_published_at=now - timedelta(minutes=count - n) if live else None,
            ))  # fmt: skip
        with transaction.atomic():
            Story.objects.bulk_create(made)
            Credit.objects.bulk_create(Credit(story=s, name=s.desk_writers) for s in made)
            index.load((s.pk, s.headline, s.desk_writers, s.body.raw_data[0]["value"][3:-4]) for s in made)


def paper(name: str, count: int) -> tuple[Title, Client]:
    title = Title.objects.create(name=name, base_url="http://localhost:8000")
    for n in range(6):
        Section.objects.create(title=title, name=f"Section {n}", slug=f"s{n}")
    load(title, count)
    user = User.objects.create_user(f"editor-{name}", password="a long password")
    Appointment.objects.create(user=user, role="editor", title=title)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return title, client


def form(story: Story) -> dict[str, str]:
    data = {"headline": f"{story.headline} again", "kicker": "", "standfirst": "", "section": story.section_id, "dateline": "",
            "language": "", "embargo_until": "", "expires_at": "", "body-count": "0"}  # fmt: skip
    for name in ("story_pictures", "credits", "story_topics"):
        data |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0", f"{name}-MIN_NUM_FORMS": "0", f"{name}-MAX_NUM_FORMS": "1000"}
    return data


def cases(title: Title) -> dict[str, tuple[str, str, dict]]:
    section = title.sections.first().pk
    middle = Story.objects.filter(title=title).order_by("id")[Story.objects.filter(title=title).count() // 2]
    newest = Story.objects.filter(title=title).order_by("-id")[0]
    deep = f"{middle.changed_at.isoformat().replace('+', '%2B')},{middle.pk}"
    common, rare = LEXICON[0], LEXICON[-1]
    page = "/newsroom/stories/"
    return {
        "list": ("get", page, {}),
        "list, section": ("get", f"{page}?section={section}", {}),
        "list, held": ("get", f"{page}?state=held", {}),
        "list, wire": ("get", f"{page}?origin=wire", {}),
        "list, one writer": ("get", f"{page}?writer=quill", {}),
        "list, mine (none)": ("get", f"{page}?mine=1", {}),
        "list, half way down": ("get", f"{page}?after={deep}", {}),
        "search, commonest word": ("get", f"{page}?words={common}", {}),
        "search, rare word": ("get", f"{page}?words={rare}", {}),
        "search, two words, held": ("get", f"{page}?words={LEXICON[3]}+{LEXICON[40]}&state=held", {}),
        "search, beginning of a word": ("get", f"{page}?words=br", {}),
        "search, nothing found": ("get", f"{page}?words=zzzz", {}),
        "chooser, commonest word": ("get", f"/newsroom/snippets/choose/stories/story/?q={common}", {}),
        "form opened": ("get", f"/newsroom/stories/edit/{newest.pk}/", {}),
        "form saved": ("post", f"/newsroom/stories/edit/{newest.pk}/", form(newest)),
        "a story’s own page": ("get", f"/newsroom/stories/{newest.pk}/", {}),
        "a step from the list": ("post", f"{page}{newest.pk}/act/", {"what": "take"}),
        "audit page": ("get", "/newsroom/audit/", {}),
        "first screen": ("get", "/newsroom/", {}),
    }


def main() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    small, few = paper("small", 100)
    start = time.perf_counter()
    large, many = paper("large", asked.stories)
    took = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{asked.stories:,} stories loaded in {took:.0f} s ({1000 * took / asked.stories:.2f} ms each) on {connection.vendor}")
    worst = 0.0
    for (name, (method, path, data)), (_, (_, small_path, small_data)) in zip(
        cases(large).items(), cases(small).items(), strict=True
    ):
        size, base = [], []
        for _ in range(asked.rounds + 1):
            size.append(timed(many, method, path, data))
            base.append(timed(few, method, small_path, small_data))
        with CaptureQueriesContext(connection) as queries:
            getattr(many, method)(path, data)
        median, reference = statistics.median(size[1:]), statistics.median(base[1:])
        worst = max(worst, median)
        print(f"{name:28} {median:7.1f} ms  (worst {max(size[1:]):6.1f})  at 100: {reference:6.1f} ms  x{median / reference:4.2f}  {len(queries)} queries")
    publish(large)
    print(f"slowest median {worst:.0f} ms; bar 300 ms: {'held' if worst < 300 else 'NOT HELD'}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def publish(title: Title) -> None:
    """The verbs that write the index in their transaction."""
    editor, took = User.objects.get(username="editor-large"), []
    for _ in range(asked.rounds):
        copy = actions.Copy(headline=words(6), body=f"<p>{words(450)}</p>")
        story = actions.file_story(title=title, section=title.sections.first(), copy=copy, user=editor)
        revision = story.save_revision(user=editor)
        start = time.perf_counter()
        actions.publish(revision=revision, user=editor)
        took.append(1000 * (time.perf_counter() - start))
    print(f"{'publish, the verb':28} {statistics.median(took):7.1f} ms  (worst {max(took):6.1f})")


def timed(client: Client, method: str, path: str, data: dict) -> float:
    # Processor time of this process, SQLite included: on a machine with neighbours the wall clock measures them.
    start = time.process_time() if connection.vendor == "sqlite" else time.perf_counter()
    answer = getattr(client, method)(path, data)
    took = 1000 * ((time.process_time() if connection.vendor == "sqlite" else time.perf_counter()) - start)
    if answer.status_code not in ((200,) if method == "get" else (302,)) or "/login/" in answer.headers.get("Location", ""):
        raise SystemExit(f"{path}: {answer.status_code}")
    return took


if __name__ == "__main__":
    main()
