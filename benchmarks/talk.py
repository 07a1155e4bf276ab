"""The conversation, measured: reading a very long thread, posting, a hot story, and thousands who listen.

    python benchmarks/talk.py [--comments 33000] [--posts 400] [--listeners 5000]

A real house (SQLite, one process) on core 0 of this machine, whoever asks on core 1; peers in the same run: one row written
and committed by sqlite3 itself (the floor of any posting), and wp-comments-post.php of a WordPress that is started here, on
core 0 too, where Debian's packages are installed (benchmarks/peers.py names them). Ratios hold on a noisy machine;
milliseconds are this machine's.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.peers import lacking, wordpress
from tests.house import House, running
from tests.wire.made import g2

FILL = """
import sys
from datetime import timedelta
import django
django.setup()
from masthead.comments import moving, standing
from masthead.comments.models import Comment, State, Thread
from masthead.kit import clock, remarks
from masthead.people import readers
from masthead.people.models import Reader
from masthead.stories.models import Story
story, many, posters = Story.objects.get(), int(sys.argv[1]), int(sys.argv[2])
book = standing.book_of(story.title); book.on = True; book.wire_mode = "open"; book.slow_from = 0; book.rules = {"first-comments": {"does": "off"}, "copied": {"does": "off"}}; book.save()
old = clock.now() - timedelta(days=300)
people = Reader.objects.bulk_create([Reader(address=f"p{n}@x.example", to=f"p{n}@x.example", name=f"Poster {n}", skeleton=f"poster{n}", joined_at=old) for n in range(posters)])
for one in people:
    print("session", readers.open_session(one))
thread, rows, place = standing.thread_of(story), [], 0
body = "The wall was promised in 2019, and we have waited for it ever since; say what you like about the money. " * 2
markup = remarks.markup(body)
paths, depth = {}, {}
for n in range(1, many + 1):
    up = 0 if n % 5 == 1 or n < 3 else n - (n % 5 or 5) + 1
    if not up: place += 1
    paths[n] = (paths[up] if up else "") + moving.element(n)
    rows.append(Comment(thread=thread, title=story.title, number=n, root=up or n, place=0 if up else place, path=paths[n], depth=1 if up else 0,
        byline=f"Reader {n}", body=body, markup=markup, digest=str(n), state=State.PUBLISHED, shown_at=clock.now(), below=0 if up else 4))
    if len(rows) == 2000: Comment.objects.bulk_create(rows); rows = []
Comment.objects.bulk_create(rows)
Thread.objects.filter(pk=thread.pk).update(count=many, last_number=many, last_root=place)
"""
READ = """
import statistics, time
import django
django.setup()
from django.db import connection, reset_queries
from django.conf import settings
from masthead.comments.reading import Keeper
from masthead.press import run
from masthead.stories.models import Story
settings.DEBUG = True
story, keeper = Story.objects.select_related("title", "section", "agency").get(), Keeper()
keeper.newest(story)
def queries(act):
    spent, counts = [], []
    for _ in range(15):
        reset_queries(); act()
        counts.append(len(connection.queries))
        spent.append(sum(float(q["time"]) for q in connection.queries) * 1000)
    return f"{counts[-1]} queries"
def wall(act):
    spent = []
    for _ in range(15):
        begun = time.perf_counter(); act(); spent.append((time.perf_counter() - begun) * 1000)
    return statistics.median(spent)
for name, act in (("newest part", lambda: keeper.newest(story)), ("part 800", lambda: keeper.chunk(story, 300)), ("one conversation", lambda: keeper.one(story, 1, 1))):
    print(f"{name}: {queries(act)}, read and made into values in {wall(act):.2f} ms")
class Timer:
    spent = 0.0
    def __call__(self, execute, sql, params, many, context):
        begun = time.perf_counter()
        try: return execute(sql, params, many, context)
        finally: self.spent += time.perf_counter() - begun
settings.DEBUG = False
spent = []
for _ in range(15):
    timer = Timer()
    with connection.execute_wrapper(timer): keeper.newest(story)
    spent.append(timer.spent * 1000)
print(f"the database's share of the newest part: {statistics.median(spent):.2f} ms")
print(f"the whole page of the story printed: {wall(lambda: run.print_page(story.title, story.path)):.1f} ms, {len(run.store_of(story.title).get(story.path).bodies['br']) / 1000:.1f} kB (brotli)")
"""


def python(house: House, code: str, *args: str) -> str:
    env = house.env | {"DJANGO_SETTINGS_MODULE": "masthead.project.settings"}
    root = str(Path(__file__).resolve().parents[1])
    return subprocess.run(
        [sys.executable, "-c", code, *args], env=env, cwd=root, check=True, capture_output=True, text=True
    ).stdout


def send(url: str, path: str, cookie: str, text: str, place: int) -> tuple[int, float]:
    """One comment by a plain form, on a connection of its own; status and seconds."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    body = urlencode({"text": text, "do": "post"})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"masthead_reader={cookie}",
        "X-Forwarded-For": f"10.{place >> 16 & 255}.{place >> 8 & 255}.{place & 255}",
    }
    begun = time.perf_counter()
    line.request("POST", f"/comments{path}", body, headers)
    answer = line.getresponse()
    answer.read()
    spent = time.perf_counter() - begun
    line.close()
    return answer.status, spent


def floor(folder: Path, rows: int = 200) -> float:
    """Seconds for one row written and committed by sqlite3 itself, as safely as we do."""
    base = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("CREATE TABLE c (id INTEGER PRIMARY KEY, body TEXT)")
    spent = []
    for n in range(rows):
        begun = time.perf_counter()
        base.execute("BEGIN IMMEDIATE")
        base.execute("INSERT INTO c (body) VALUES (?)", (f"a comment {n}" * 20,))
        base.execute("COMMIT")
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def wrk(url: str, seconds: int = 4) -> float:
    """Requests a second for a page, by wrk."""
    out = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{seconds}s", url], capture_output=True, text=True, check=True
    ).stdout
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])


def memory(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) * 1024


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def listening(house: House, path: str, count: int, cookies: list[str]) -> None:
    """Hold many lines open, then have one comment come."""
    pid, parts = house.process.pid, urlsplit(house.url)
    before, lines = memory(pid), []
    request = f"GET {path}comments/live HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
    for n in range(count):
        line = socket.socket()
        line.connect(("127.0.0.1", parts.port))
        line.sendall(request)
        lines.append(line)
        if n % 200 == 199:
            time.sleep(0.05)
    for line in lines:
        line.settimeout(20)
        assert b"200 OK" in line.recv(2000)
    time.sleep(1)
    each = (memory(pid) - before) / count
    spent = cpu(pid)
    time.sleep(1)
    idle = cpu(pid) - spent
    send(house.url, path, cookies.pop(), "A word that all of them hear of, said only once", 1)
    heard, until, spent = 0, time.monotonic() + 10, cpu(pid)
    begun = time.monotonic()
    for line in lines:
        line.settimeout(max(0.1, until - time.monotonic()))
        while b"data:" not in line.recv(500):
            pass
        heard += 1
    all_heard = time.monotonic() - begun
    time.sleep(0.5)
    print(f"{count} listeners: {each / 1024:.1f} KiB each, all {heard} heard of a comment after {all_heard:.2f} s")
    # Several events, so that the clock's grain and the printing of the page do not hide them.
    spent = cpu(pid)
    for n in range(5):
        send(house.url, path, cookies.pop(), f"Another word that all of them hear of, number {n}", n + 2)
        time.sleep(0.8)
    lines[0].settimeout(1)
    events = lines[0].recv(10_000).count(b"data:")
    alone = [0.0]
    total = cpu(pid) - spent
    for line in lines:
        line.close()
    time.sleep(1)
    spent = cpu(pid)
    for n in range(5):
        send(house.url, path, cookies.pop(), f"And a word that nobody hears of, number {n}", n + 9)
        time.sleep(0.8)
    alone[0] = cpu(pid) - spent
    print(
        f"an event costs {(total - alone[0]) / (count * events) * 1e6:.1f} us a listener ({events} events; 5 comments with listeners {total:.2f} s of CPU, without {alone[0]:.2f} s; idle {idle:.2f} s a second)"
    )


def posting_there(url: str, posts: int) -> tuple[float, float]:
    """Median seconds of a comment to WordPress, and comments a second by eight at once."""
    parts = urlsplit(url)

    def one(n: int) -> float:
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        body = urlencode(
            {
                "comment": f"A word said at this place, number {n} {time.time()}",
                "author": f"P{n}",
                "email": f"p{n}@x.example",
                "comment_post_ID": "1",
                "comment_parent": "0",
            }
        )
        begun = time.perf_counter()
        line.request("POST", "/wp-comments-post.php", body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = line.getresponse()
        said = answer.read()
        assert answer.status == 302, (answer.status, said[-300:])
        return time.perf_counter() - begun

    one(0)
    alone = statistics.median(one(n) for n in range(1, 60))
    begun = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(100, 100 + posts)))
    return alone, posts / (time.perf_counter() - begun)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--comments", type=int, default=33_000)
    asked.add_argument("--posts", type=int, default=400)
    asked.add_argument("--listeners", type=int, default=5000)
    said = asked.parse_args()
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    home = Path(tempfile.mkdtemp(prefix="masthead-talk-"))
    with running(home, "--name", "The Long Paper", "--section", "News") as house:
        (house.inbox / "1.xml").write_bytes(
            g2(guid="tag:1", headline="Ferry in the news", body="About the ferry. " * 200)
        )
        house.wait_for("/", "Ferry in the news", 60)
        subprocess.run(["taskset", "-a", "-p", "-c", "0", str(house.process.pid)], check=True, capture_output=True)
        os.sched_setaffinity(0, {1})
        path = re.search(r'href="(/20[^"]*ferry[^"]*)"', house.get("/")[1])[1]
        posters = said.posts * 3 + 700
        cookies = [
            line.split()[1]
            for line in python(house, FILL, str(said.comments), str(posters)).splitlines()
            if line.startswith("session")
        ]
        print(f"A story with {said.comments:,} comments")
        print(python(house, READ), end="")
        house.get(path)
        base = floor(home)
        alone = [send(house.url, path, cookies.pop(), f"A word said at this place, number {n}", n) for n in range(60)]
        assert all(status == 303 for status, _ in alone), alone[:3]
        median = statistics.median(spent for _, spent in alone)
        print(
            f"posting, one after the other: p50 {median * 1000:.1f} ms; {median / base:.1f} times one row committed by sqlite3 ({base * 1000:.2f} ms)"
        )
        begun = time.perf_counter()
        with ThreadPoolExecutor(8) as pool:
            sent = list(
                pool.map(
                    lambda n: send(house.url, path, cookies[n], f"One of many words at once, number {n}", 1000 + n),
                    range(said.posts),
                )
            )
        speed = said.posts / (time.perf_counter() - begun)
        taken = sum(status == 303 for status, _ in sent)
        with sqlite3.connect(home / "data" / "masthead.sqlite3") as base_:
            kept = base_.execute(
                "SELECT count(*) FROM comments_comment WHERE body LIKE 'One of many words at once%'"
            ).fetchone()[0]
        print(f"posting, eight at once: {speed:.0f} a second; {taken} taken, {kept} kept, {taken - kept} lost")
        del cookies[: said.posts]
        if missing := lacking():
            print(f"WordPress: not here, so there is no ratio; to install: {', '.join(missing)}")
        else:
            home.chmod(0o755)
            (home / "wp").mkdir()
            with wordpress(home / "wp", "Ferry in the news", "About the ferry.") as theirs:
                peer = posting_there(theirs, said.posts)
            print(
                f"WordPress in the same run: p50 {peer[0] * 1000:.1f} ms, {peer[1]:.0f} a second; ours: {peer[0] / median:.1f} times as quick, {speed / peer[1]:.1f} times as many"
            )
        quiet = wrk(house.url + path)
        stop = threading.Event()

        def hot() -> None:
            n = 0
            with ThreadPoolExecutor(6) as pool:
                while not stop.wait(0.02) and cookies:
                    pool.submit(send, house.url, path, cookies.pop(), f"A hot word, number {n}", 5000 + n)
                    n += 1

        thread = threading.Thread(target=hot)
        thread.start()
        time.sleep(0.5)
        busy = wrk(house.url + path)
        left = len(cookies)
        stop.set()
        thread.join()
        print(
            f"the story's page: {quiet:.0f} requests a second; with up to 50 comments a second meanwhile {busy:.0f}: {busy / quiet:.2f} ({left} posters left)"
        )
        fresh = [
            line.split()[1]
            for line in python(
                house,
                "import django; django.setup()\nfrom masthead.people.models import Reader\nfrom masthead.people import readers\nfrom masthead.kit import clock\nfrom datetime import timedelta\nfor n in range(30):\n    r = Reader.objects.create(address=f'l{n}@x.example', to='x', name=f'Listener {n}', skeleton=f'l{n}', joined_at=clock.now() - timedelta(days=9)); print('session', readers.open_session(r))",
            ).splitlines()
        ]
        listening(house, path, said.listeners, fresh)


if __name__ == "__main__":
    main()
