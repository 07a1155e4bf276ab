"""Letters: planning the daily edition of many followers, writing and handing them over, against Django's send_mail.

    python benchmarks/letters.py [followers] [handed over]

Prints seconds and memory for the planning, letters written a second, and letters handed over a second for both in the
same run, to the same mail server.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
HOME = Path(tempfile.mkdtemp(prefix="masthead-letters-"))
DAWN = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def main(followers: int, handed: int) -> None:
    from tests.mailroom import sink as sinks

    with sinks.running() as sink:
        os.environ |= {
            "MASTHEAD_HOME": str(HOME), "MASTHEAD_PATHS_DATA": str(HOME / "data"), "MASTHEAD_MAIL_HOST": "127.0.0.1",
            "MASTHEAD_MAIL_PORT": str(sink.port), "MASTHEAD_MAIL_TLS": "none", "MASTHEAD_MAIL_DOMAIN_PER_MINUTE": "0",
            "DJANGO_SETTINGS_MODULE": "masthead.project.settings",
        }  # fmt: skip
        import django

        from tests import template

        (HOME / "data").mkdir(parents=True)
        template.copy(template.migrated(), HOME / "data" / "masthead.sqlite3")
        django.setup()
        from masthead.kit import clock
        from tests.circulation import town

        with clock.frozen(DAWN):
            title = town.paper("UTC")
            topics = town.topics(title, 12)
            town.stories(title, topics, 40)
            town.followers(title, topics, followers, each=12)
            clock.advance(timedelta(minutes=31))
            plan(title, followers)
            written = render(handed)
            ours, kilobytes = hand_over(sink, handed)
            theirs = send_mail(sink, handed)
    print(f"written from the gate: {written:.0f} letters/s")
    print(f"handed over: {ours:.0f} letters/s of {kilobytes:.0f} kB; Django's send_mail with the same words: {theirs:.0f}/s")
    print(f"ratio {ours / theirs:.2f} (written from the gate, two states kept, each committed)")


def plan(title: object, followers: int) -> None:
    from masthead.circulation import editions

    before, most, done = own_memory(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            most[0] = max(most[0], own_memory())

    watching = threading.Thread(target=watch)
    watching.start()
    began = time.perf_counter()
    looked = editions.plan_due(title)
    seconds = time.perf_counter() - began
    done.set()
    watching.join()
    grown = (most[0] - before) / 1024
    assert looked == followers
    print(f"planned {looked} followers x 12 follows: {seconds:.1f} s, memory grew by {grown:.0f} MB")


def own_memory() -> int:
    """Kilobytes of this process's own: the pages of the database that it maps are the system's, and not counted."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("RssAnon")))


def render(count: int) -> float:
    """Letters a second from a planned row to the bytes for the mail server; what it wrote down is taken back."""
    from django.db import transaction

    from masthead.mailroom import composing, message
    from masthead.mailroom.models import Outgoing

    rows = list(Outgoing.objects.filter(state="queued").select_related("title")[:count])
    with transaction.atomic():
        began = time.perf_counter()
        for row in rows:
            letter = composing.compose(row)
            assert letter is not None
            message.build(letter, row)
        seconds = time.perf_counter() - began
        transaction.set_rollback(True)
    return len(rows) / seconds


def hand_over(sink: object, count: int) -> tuple[float, float]:
    from masthead.mailroom.postman import Postman

    postman, done, began = Postman(), 0, time.perf_counter()
    while done < count:
        done += postman.round()
    seconds = time.perf_counter() - began
    postman.close()
    return done / seconds, sum(len(data) for _, data in sink.taken) / len(sink.taken) / 1000


def send_mail(sink: object, count: int) -> float:
    from django.core import mail

    from tests.mailroom.sink import parse

    parsed = parse(sink.taken[0][1])
    text, html = (parsed.get_body((kind,)).get_content() for kind in ("plain", "html"))
    connection = mail.get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=sink.port)
    connection.open()
    began = time.perf_counter()
    for n in range(count):
        mail.send_mail("Subject", text, "a@example.org", [f"r{n}@example.org"], html_message=html, connection=connection)
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1_000)
