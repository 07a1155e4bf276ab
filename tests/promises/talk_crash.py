"""Kill the house at any moment of taking a comment, many times; the reader's browser sends it again until it has an answer.

Run as a program with a data folder and a number of kills; prints one JSON line of figures, exits 1 on a fault.
Every trial forks a real process that takes one comment through the readers' door (request in, answer out, page marked and
printed) and is killed with SIGKILL after a random while. Without an answer the same form is sent again, and killed again,
and at last let be. In the end every comment must be there once, numbers without a gap, counts right, and the printed
pages as a fresh print would be.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from tests.promises import crash

AGAIN = 3
"""Times that a form without an answer is sent again into a process that is killed, before one is let live."""


def _fill(readers: int) -> list[str]:
    """A story that may be talked about, and readers who are signed in; their sessions."""
    from datetime import timedelta

    from masthead.kit import clock
    from masthead.people import readers as people
    from masthead.people.models import Reader
    from masthead.stories import actions
    from masthead.titles.models import Title
    from tests.comments import made

    title = Title.objects.get()
    made.talking(title, slow_from=0, rules={"first-comments": {"does": "off"}, "copied": {"does": "off"}})
    copy = actions.Copy(headline="The wall on the quay", body="<p>It is to be raised.</p>")
    actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.first(), copy=copy))
    old = clock.now() - timedelta(days=300)
    made_ = Reader.objects.bulk_create(
        [Reader(address=f"r{n}@x.example", to=f"r{n}@x.example", name=f"Reader {n}", skeleton=f"reader{n}", joined_at=old) for n in range(readers)]
    )
    return [people.open_session(one) for one in made_]


def send(home: Path, session: str, n: int) -> None:
    """What happens to one form: taken, answered, printed. The answer's coming is written down, as a browser would see it."""
    from django.conf import settings
    from django.test import Client

    from masthead.press import run
    from masthead.stories.models import Story
    from masthead.titles.models import Title

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.cookies["masthead_reader"] = session
    answer = client.post(f"/comments{Story.objects.get().path}", {"text": f"What the reader with number {n} says.", "do": "post"})
    if answer.status_code != 303:
        raise SystemExit(f"refused: {answer.status_code} {answer.content.decode()[-600:]}")
    (home / f"answered-{n}").touch()
    run.catch_up(Title.objects.get())


def look(home: Path, sent: list[int]) -> None:
    """Exits 1, saying what is wrong, unless each comment is there once and every page is as a fresh print."""
    from collections import Counter

    from masthead.comments.models import Comment, Thread
    from masthead.press import run
    from masthead.titles.models import Title

    said = Counter(Comment.objects.values_list("body", flat=True))
    trials = len(sent)
    wanted = {f"What the reader with number {n} says." for n in sent}
    lost, doubled = wanted - set(said), [text for text, times in said.items() if times > 1]
    numbers = sorted(Comment.objects.values_list("number", flat=True))
    thread = Thread.objects.get()
    print(json.dumps({"kept": sum(said.values()), "lost": len(lost), "doubled": len(doubled)}), flush=True)
    assert not lost and not doubled, (lost, doubled)
    assert numbers == list(range(1, trials + 1)), "the numbers have a gap"
    assert (thread.count, thread.last_number, thread.last_root) == (trials, trials, trials), "the counts are wrong"
    title = Title.objects.get()
    run.catch_up(title)
    before = {e.path: e.etag for e in run.store_of(title).everything()}
    for path in before:
        run.print_page(title, path)
    after = {e.path: e.etag for e in run.store_of(title).everything()}
    assert before == after, {path for path in before if before[path] != after.get(path)}


def main(home: Path, kills: int) -> int:
    crash.set_up(home)
    from django.db import connections

    most = 3 * kills
    sessions = _fill(most + 1)
    # What a server loads once is loaded before the forks, and how long one comment takes says when to kill.
    send(home, sessions[most], most)
    connections.close_all()
    begun = time.monotonic()
    os.waitpid(crash.in_child(lambda: send(home, sessions[most], most)), 0)
    usual = time.monotonic() - begun
    dice, trials, killed, answered, resent, faults = random.Random(11), 0, 0, 0, 0, []
    for n in range(most):
        if killed >= kills:
            break
        trials = n + 1
        for attempt in range(AGAIN + 1):
            pid = crash.in_child(lambda n=n: send(home, sessions[n], n))
            if attempt < AGAIN:
                time.sleep(dice.uniform(0.001, 0.05 + usual * 1.5))
                os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            killed += os.WIFSIGNALED(status)
            if not os.WIFSIGNALED(status) and status:
                faults.append(f"comment {n} ended with {status}")
            if (home / f"answered-{n}").exists():
                break
            resent += 1
        answered += (home / f"answered-{n}").exists()
    faults += crash.torn_pages(home)
    faults += crash._ends_well(lambda: look(home, [*range(trials), most]), "the last look")
    print(json.dumps({"trials": trials, "killed": killed, "answered": answered, "sent_again": resent, "faults": faults[:20]}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
