"""Kill the postman at any moment, hundreds of times, and count what came to the mail server.

Run as a program with a data folder and a number of kills; prints one JSON line of figures, exits 1 on a broken promise:
no alert twice, at most one letter in doubt a kill (and each of them listed), no sign-in mail lost.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.mailroom import sink as sinks


class SlowSink(sinks.Sink):
    """Takes its time with each letter, so that kills fall into every moment of the talk."""

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(random.uniform(0, 0.004))
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(random.uniform(0, 0.004))
        return answer


def set_up(home: Path, port: int) -> None:
    os.environ |= {
        "MASTHEAD_HOME": str(home), "MASTHEAD_PATHS_DATA": str(home / "data"), "MASTHEAD_MAIL_HOST": "127.0.0.1",
        "MASTHEAD_MAIL_PORT": str(port), "MASTHEAD_MAIL_TLS": "none", "MASTHEAD_MAIL_DOMAIN_PER_MINUTE": "0",
        "DJANGO_SETTINGS_MODULE": "masthead.project.settings",
    }  # fmt: skip
    import django

    django.setup()
    from django.core.management import call_command

    from masthead.titles.models import Title

    call_command("migrate", interactive=False, verbosity=0)
    Title.objects.create(name="Crash", base_url="https://crash.example", language="en", time_zone="UTC")


def post(batch: int) -> None:
    from django.db import connections, transaction

    from masthead.mailroom import outbox
    from masthead.mailroom.letter import Kind, Letter
    from masthead.titles.models import Title

    title = Title.objects.get()
    with transaction.atomic():
        for n in range(4):
            kind = Kind.SIGN_IN if n % 4 == 0 else Kind.ALERT
            key = f"{kind.value}-{batch}-{n}"
            outbox.post(Letter(title, f"{key}@example.org", key, "Text. " * 50, kind=kind), key)
    connections.close_all()


def deliver(until_empty: bool = False) -> None:
    """What the process does that is killed."""
    from masthead.mailroom.models import Outgoing
    from masthead.mailroom.postman import Postman

    postman = Postman()
    while postman.round() or (not until_empty or Outgoing.objects.filter(state="queued").exists()):
        if not until_empty:
            time.sleep(0.001)
    postman.close()


def in_child(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:
            print(f"child: {error!r}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return pid


def main(home: Path, kills: int) -> int:
    with sinks.running(SlowSink()) as sink:
        set_up(home, sink.port)
        dice, killed = random.Random(11), 0
        for n in range(kills):
            post(n)
            pid = in_child(deliver)
            time.sleep(dice.uniform(0.03, 0.3))
            os.kill(pid, signal.SIGKILL)
            killed += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
        _, status = os.waitpid(in_child(lambda: deliver(until_empty=True)), 0)
        figures = count(sink, killed) | {"ended": status}
    print(json.dumps(figures))
    return 1 if status or any(figures[name] for name in BROKEN) else 0


BROKEN = ("alerts doubled", "alerts neither sent nor listed", "sign-in lost", "more in doubt than kills", "told as sent, never came")


def count(sink: sinks.Sink, killed: int) -> dict[str, int]:
    """What the server took against what our books say."""
    from masthead.mailroom.models import Outgoing

    came = Counter(to.partition("@")[0] for to in sink.addresses)
    rows = dict(Outgoing.objects.values_list("key", "state"))
    alerts = {k: v for k, v in rows.items() if k.startswith("alert")}
    signs = [k for k in rows if k.startswith("sign-in")]
    unsure = [k for k, v in alerts.items() if v == "unsure"]
    return {
        "kills": killed,
        "alerts": len(alerts),
        "alerts doubled": sum(came[k] > 1 for k in alerts),
        "unsure": len(unsure),
        "unsure that came": sum(came[k] == 1 for k in unsure),
        "more in doubt than kills": max(0, len(unsure) - killed),
        "alerts neither sent nor listed": sum(v not in ("sent", "unsure") for v in alerts.values()),
        "told as sent, never came": sum(v == "sent" and not came[k] for k, v in rows.items()),
        "sign-in": len(signs),
        "sign-in lost": sum(not came[k] for k in signs),
        "sign-in doubled": sum(came[k] > 1 for k in signs),
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
