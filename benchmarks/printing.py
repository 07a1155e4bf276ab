"""Over a paper of 100,000 stories, really served: start to first page, memory, and from publishing to the last page that shows it.

    python benchmarks/printing.py FOLDER [--publish 100] [--kill 20]

FOLDER holds the paper of `large.py`, whose lists, feeds and sitemaps are printed first. Stories are published by another
process, as `masthead` commands and further workers are: the server hears of it at its next look, up to a tenth of a second
later, which is in the figures. Visible means: the story's page, the front, its section, topic and writer, all feeds of
these, the API and the sitemaps that have it all name it, each asked for by a reader without a pause.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks import large

IDLE_SECONDS = 15
PATIENCE = 20.0
RUN = f"{time.time_ns():x}"
"""So that no story of an earlier run on the same paper is taken for one of this."""


@dataclass
class Served:
    """The paper, running."""

    port: int
    process: subprocess.Popen
    first_page: float

    def get(self, path: str, line: http.client.HTTPConnection | None = None) -> tuple[int, str]:
        line = line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read().decode()

    def resident(self) -> float:
        """Megabytes of memory that it holds now."""
        said = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(said.partition("VmRSS:")[2].split()[0]) / 1000

    def own(self) -> float:
        """Of these, what is not pages of files that the system keeps anyway."""
        said = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(said.partition("RssAnon:")[2].split()[0]) / 1000


@contextmanager
def serving(folder: str, port: int, **settings: str) -> Iterator[Served]:
    """`masthead run` on the paper in `folder`, on core 0 where there are two."""
    env = {**os.environ, "MASTHEAD_HOME": folder, "MASTHEAD_PATHS_DATA": f"{folder}/data", "MASTHEAD_SERVER_PORT": str(port), **settings}
    start = time.perf_counter()
    with Path(folder, "server.log").open("w") as log:
        process = subprocess.Popen(
            ["taskset", "-c", "0", sys.executable, "-m", "masthead.project.cli", "run"], env=env, stdout=log, stderr=log
        )
    paper = Served(port, process, 0.0)
    try:
        while paper.first_page == 0.0:
            try:
                if paper.get("/")[0] == 200:
                    paper.first_page = time.perf_counter() - start
            except OSError:
                if time.perf_counter() - start > 120 or process.poll() is not None:
                    raise SystemExit(Path(folder, "server.log").read_text()[-3000:]) from None
                time.sleep(0.005)
        yield paper
    finally:
        process.terminate()
        process.wait(timeout=30)


def surfaces(story: object) -> dict[str, str]:
    """Every address that names the story once it is published, and the word by which it does."""
    from masthead.press import addresses

    path, name = story.path, story.headline  # type: ignore[attr-defined]
    lists = ["/", addresses.section(story.section), addresses.topic(story.story_topics.get().topic)]  # type: ignore[attr-defined]
    lists.append(addresses.person(story.credits.get().person))  # type: ignore[attr-defined]
    found = dict.fromkeys([path, *lists, *(base + file for base in lists for file in addresses.FEEDS)], name)
    found |= {addresses.API_STORIES: name, addresses.NEWS_SITEMAP: name}
    found[addresses.month_sitemap(f"{story.first_published_at:%Y-%m}")] = path  # type: ignore[attr-defined]
    return found


def publish(title: object, person: object, n: int) -> object:
    from masthead.stories import actions

    copy = actions.Copy(
        headline=f"Benchstory{n}x{RUN} {large.words(6)}", standfirst=large.words(20),
        body="".join(f"<p>{large.words(56).capitalize()}.</p>" for _ in range(8)),
        credits=(actions.CopyCredit(person.name, person=person),), topics=(actions.CopyTopic("Topic 7"),),  # type: ignore[attr-defined]
    )  # fmt: skip
    story = actions.file_story(title=title, section=title.sections.all()[n % 6], copy=copy)  # type: ignore[attr-defined]
    return actions.publish_as_filed(story=story)


def until_all(paper: Served, wanted: dict[str, str], since: float, gone: bool = False) -> tuple[float, str]:
    """Seconds until every address has its word (or none has it any more), and the last one to have it."""
    left, last = dict(wanted), ""
    line = http.client.HTTPConnection("127.0.0.1", paper.port, timeout=30)
    while left:
        for path, word in list(left.items()):
            if (word in paper.get(path, line)[1]) != gone:
                del left[path]
                last = path
        time.sleep(0.005 if left else 0)
        if time.perf_counter() - since > PATIENCE:
            raise SystemExit(f"After {PATIENCE} s these did not follow: {list(left)}")
    return time.perf_counter() - since, last


def told(name: str, took: list[float], bar: str) -> None:
    took = sorted(1000 * one for one in took)
    print(f"{name}, {len(took)} times: p50 {statistics.median(took):.0f} ms, p95 {took[int(len(took) * 0.95) - 1]:.0f}, "
          f"p99 {took[max(0, int(len(took) * 0.99) - 1)]:.0f}, worst {took[-1]:.0f} ms{bar}", flush=True)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder")
    ask.add_argument("--publish", type=int, default=100)
    ask.add_argument("--kill", type=int, default=20)
    ask.add_argument("--port", type=int, default=28_642)
    asked = ask.parse_args()
    large.set_up(asked.folder)
    title = large.ready(100_000)
    from masthead.people.models import Person
    from masthead.press.models import PrintedPage
    from masthead.stories import actions

    person = Person.objects.get_or_create(slug="ada-quill", defaults={"name": "Ada Quill"})[0]
    with serving(asked.folder, asked.port) as paper:
        print(f"start to first page: {paper.first_page:.2f} s ({PrintedPage.objects.count():,} pages in the store); bar 3 s")
        time.sleep(IDLE_SECONDS)
        print(f"idle after {IDLE_SECONDS} s: {paper.resident():.0f} MB resident, {paper.own():.0f} of them its own; bar 250 MB", flush=True)
        # Once, so that everything that names stories is in the store.
        until_all(paper, surfaces(publish(title, person, 0)), time.perf_counter())
        time.sleep(2)
        took, lasts, stories = [], [], []
        for n in range(1, asked.publish + 1):
            story = publish(title, person, n)
            seconds, last = until_all(paper, surfaces(story), time.perf_counter())
            took.append(seconds)
            lasts.append(last)
            stories.append(story)
            time.sleep(large.dice.random() * 0.3)
        if took:
            told("published to visible everywhere", took, "; bar 500 ms")
            print("last to show it: " + ", ".join(f"{path} {lasts.count(path)}" for path in sorted(set(lasts), key=lasts.count)[-5:]))
        gone = []
        for story in stories[: asked.kill]:
            wanted = surfaces(story)
            actions.obey(story=story, orders=actions.Orders("canceled", reason="Wrong."), by="The agency")
            seconds, _ = until_all(paper, wanted, time.perf_counter(), gone=True)
            gone.append(seconds)
        if gone:
            told("killed to gone everywhere", gone, "")
        print(f"afterwards: {paper.resident():.0f} MB resident")


if __name__ == "__main__":
    main()
