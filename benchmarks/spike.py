"""A spike: 10,000 requests a second offered for a minute while 5 stories a second are published, over 100,000 stories.

    python benchmarks/spike.py FOLDER [--rate 10000] [--seconds 60] [--stories 5]

FOLDER holds the paper of `large.py`. The load is open: a request is due at its time whether or not the one before was
answered, and its latency counts from then. Readers ask for the front, a section and the newest stories. One second after
each publication (and each change, and each withdrawal) a reader asks for the story, the front, its section and the feed:
what is not as it should be then is stale. The server has core 0, everything else core 1.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks import large
from benchmarks.printing import publish, serving

LINES = 200
STALE_AFTER = 1.0


# --- the load: a process of its own ---------------------------------------------------------------------------


class Line(asyncio.Protocol):
    """One reader's connection, one request at a time."""

    def __init__(self, load: Load) -> None:
        self.load, self.due, self.left, self.head = load, 0.0, 0, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.load.free.append(self)

    def ask(self, due: float, request: bytes) -> None:
        self.due, self.left, self.head = due, -1, b""
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self.left < 0:
            data = self.head + data
            head, found, rest = data.partition(b"\r\n\r\n")
            if not found:
                self.head = data
                return
            if not head.startswith(b"HTTP/1.1 200"):
                self.load.errors[head[:30].decode("latin-1")] += 1
            at = head.lower().index(b"content-length: ") + 16
            self.left, data = int(head[at : at + 9].split(b"\r")[0]), rest
        self.left -= len(data)
        if self.left == 0:
            self.load.done(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.load.errors["a connection was closed"] += 1


class Load:
    def __init__(self, port: int, rate: int, seconds: float, paths: list[str]) -> None:
        self.port, self.rate, self.seconds = port, rate, seconds
        head = "GET {} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, deflate, br\r\nUser-Agent: spike\r\n\r\n"
        self.requests = [head.format(path).encode() for path in paths]
        self.free: deque[Line] = deque()
        self.late: list[float] = []
        self.errors: Counter[str] = Counter()

    def done(self, line: Line) -> None:
        self.late.append(time.perf_counter() - line.due)
        self.free.append(line)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(LINES):
            await loop.create_connection(lambda: Line(self), "127.0.0.1", self.port)
        start, sent, total = time.perf_counter(), 0, int(self.rate * self.seconds)
        while sent < total and time.perf_counter() - start < self.seconds + 10:
            due = min(total, int((time.perf_counter() - start) * self.rate))
            while sent < due and self.free:
                self.free.popleft().ask(start + sent / self.rate, self.requests[sent % len(self.requests)])
                sent += 1
            await asyncio.sleep(0.001)
        until = time.perf_counter() + 5
        while len(self.free) < LINES and time.perf_counter() < until:
            await asyncio.sleep(0.01)
        took = time.perf_counter() - start
        late = sorted(self.late)
        answered = len(late)
        if answered < total:
            self.errors["not answered"] += total - answered
        at = {name: 1000 * late[min(answered - 1, int(answered * share))] for name, share in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))}
        print(json.dumps({"answered": answered, "took": took, "errors": self.errors, "ms": {**at, "worst": 1000 * late[-1]}}))


# --- publishing and looking -----------------------------------------------------------------------------------


def look(port: int, wanted: queue.Queue, stale: list[str], looked: list[int]) -> None:
    """One second after each change, see whether readers get what they should."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while (one := wanted.get()) is not None:
        at, path, word, status = one
        time.sleep(max(0.0, at + STALE_AFTER - time.monotonic()))
        line.request("GET", path)
        answer = line.getresponse()
        text = answer.read().decode()
        looked.append(1)
        if answer.status != status or (word and word not in text):
            stale.append(f"{path} {answer.status} {word}")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder")
    ask.add_argument("--rate", type=int, default=10_000)
    ask.add_argument("--seconds", type=float, default=60)
    ask.add_argument("--stories", type=float, default=5)
    ask.add_argument("--port", type=int, default=28_643)
    ask.add_argument("--load", help=argparse.SUPPRESS)
    asked = ask.parse_args()
    if asked.load:
        import uvloop

        uvloop.run(Load(asked.port, asked.rate, asked.seconds, asked.load.split()).run())
        return
    os.sched_setaffinity(0, {1})
    large.set_up(asked.folder)
    title = large.ready(100_000)
    from masthead.people.models import Person
    from masthead.stories import actions
    from masthead.stories.models import Story

    person = Person.objects.get_or_create(slug="ada-quill", defaults={"name": "Ada Quill"})[0]
    newest = list(Story.objects.readable().filter(title=title).order_by("-first_published_at").values_list("path", flat=True)[:20])
    paths = ["/"] * 20 + ["/section-0/", "/section-1/", "/feed.rss"] * 3 + newest
    with serving(asked.folder, asked.port) as paper:
        for path in set(paths):
            assert paper.get(path)[0] == 200, path
        time.sleep(5)
        wanted: queue.Queue = queue.Queue()
        stale: list[str] = []
        looked: list[int] = []
        threading.Thread(target=look, args=(asked.port, wanted, stale, looked)).start()
        command = [sys.executable, __file__, asked.folder, "--port", str(asked.port), "--rate", str(asked.rate),
                   "--seconds", str(asked.seconds), "--load", " ".join(paths)]  # fmt: skip
        load = subprocess.Popen(["taskset", "-c", "1", *command], stdout=subprocess.PIPE, text=True)
        start, made = time.monotonic(), []
        for n in range(int(asked.seconds * asked.stories)):
            time.sleep(max(0.0, start + n / asked.stories - time.monotonic()))
            if n % 10 == 9:
                story = made[-5]
                story.refresh_from_db()
                actions.correct(story=story, kind="correction", text=f"Number {n}x was wrong.")
                if story.live:
                    wanted.put((time.monotonic(), story.path, f"Number {n}x was wrong.", 200))
            elif n % 25 == 13:
                actions.withdraw(story=made[-12], reason="Wrong.")
                wanted.put((time.monotonic(), made[-12].path, "", 410))
            else:
                story = publish(title, person, n)
                made.append(story)
                now = time.monotonic()
                for path in (story.path, "/", f"/{story.section.slug}/", "/feed.rss"):
                    wanted.put((now, path, story.headline, 200))
        took = time.monotonic() - start
        said = json.loads(load.communicate()[0])
        wanted.put(None)
        time.sleep(STALE_AFTER + 0.5)
        print(f"published, corrected, withdrawn: {int(asked.seconds * asked.stories)} in {took:.1f} s beside the load")
        print(f"offered {asked.rate:,}/s for {asked.seconds:.0f} s: {said['answered']:,} answered in {said['took']:.1f} s, errors {said['errors'] or 0}; "
              + ", ".join(f"{name} {ms:.1f} ms" for name, ms in said["ms"].items()))
        print(f"looked {len(looked)} times one second after a change: {len(stale)} stale; {paper.resident():.0f} MB resident")
        for line in stale[:10]:
            print(" ", line)


if __name__ == "__main__":
    main()
