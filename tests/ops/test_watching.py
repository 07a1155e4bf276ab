"""What machines ask: alive, ready, numbers. Nothing of it is for strangers, and nothing of it names a person."""

from __future__ import annotations

import gzip
import io
import json
import logging
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import brotli
import pytest
from django.db import OperationalError
from django.test import Client

from masthead.ops import watching, world
from masthead.ops.doctor import examine
from masthead.project import logs
from masthead.stories import actions, diary

ROOT = Path(__file__).resolve().parents[2]


def test_alive_whatever_host_is_asked_for(client) -> None:
    answer = Client(headers={"host": "10.0.0.7:8000"}).get("/healthz/live")
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"alive\n", "no-store")


def test_ready_only_with_a_paper(db, fresh_store) -> None:
    assert Client().get("/healthz/ready").status_code == 503


def test_ready(title, monkeypatch) -> None:
    ask = Client(headers={"host": "10.0.0.7"})
    assert (ask.get("/healthz/ready").status_code, ask.get("/healthz/ready").content) == (200, b"ready\n")
    monkeypatch.setitem(watching.not_ready, "far", lambda: "A kill might be missed here.")
    assert (ask.get("/healthz/ready").status_code, ask.get("/healthz/ready").content) == (503, b"A kill might be missed here.\n")
    monkeypatch.setitem(watching.not_ready, "far", lambda: "")
    assert ask.get("/healthz/ready").status_code == 200


def test_not_ready_without_a_database(title, monkeypatch) -> None:
    def away() -> bool:
        raise OperationalError("gone")

    monkeypatch.setattr(watching.Title.objects, "exists", away)
    assert Client().get("/healthz/ready").status_code == 503
    assert Client().get("/healthz/live").status_code == 200


@pytest.fixture
def word(settings) -> str:
    settings.CONFIG.values["metrics.token"] = "a-long-word"
    yield "a-long-word"
    settings.CONFIG.values["metrics.token"] = ""


def test_there_are_no_numbers_without_a_word_for_them(title) -> None:
    assert Client().get("/metrics").status_code == 404


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer wrong", "Basic a-long-word", "Bearer a-long-word2"])
def test_numbers_are_for_who_has_the_word(title, word, said) -> None:
    answer = Client(headers={"Authorization": said}).get("/metrics")
    assert answer.status_code == 401 and b"masthead" not in answer.content


def test_numbers(title, word) -> None:
    for n in range(3):
        copy = actions.Copy(headline=f"Ferry {n}", body="<p>It stops.</p>")
        story = actions.file_story(title=title, section=title.sections.first(), copy=copy)
        if n:
            actions.publish_as_filed(story=story)
    waiting = Client(headers={"Authorization": "Bearer a-long-word"}).get("/metrics").content.decode().splitlines()
    assert 'masthead_stories{which="all"} 3' in waiting and 'masthead_stories{which="public"} 2' in waiting
    due = next(line for line in waiting if line.startswith('masthead_diary_deliveries{state="due"}'))
    assert int(due.split()[1]) > 0
    diary.work_off()
    after = Client(headers={"Authorization": "Bearer a-long-word"}).get("/metrics").content.decode().splitlines()
    assert not [line for line in after if line.startswith('masthead_diary_deliveries{state="due"}')]
    for line in after:
        assert line.startswith("# ") or (len(line.split(" ")) == 2 and float(line.split(" ")[1]) >= 0)


# --- logs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("mia.solberg@example.org wrote", "(address) wrote"),
        ("from 203.0.113.9:5521", "from (number):5521"),
        ("from 2001:db8:0:1:2:3:4:5", "from (number)"),
        ("postgres://ed:hush@db/paper", "postgres://(secret)@db/paper"),
        ("GET /follow/mine/AbCdEf0123456789xyz/ failed", "GET /follow/mine/(word)/ failed"),
        ("GET /search/?q=my+illness", "GET /search/?(question)"),
        ("Authorization: Bearer abc.def", "Authorization: (secret)"),
        ("listening on 127.0.0.1:8000", "listening on (here):8000"),
        ("Printed 12 pages at 10:32:07", "Printed 12 pages at 10:32:07"),
        ("/2026/11/24/ferry-stops/ took 0.3 s", "/2026/11/24/ferry-stops/ took 0.3 s"),
    ],
)
def test_a_log_tells_of_work_and_not_of_people(said, left) -> None:
    assert logs.scrub(said) == left


def test_json_lines_hold_the_trace_and_no_address() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.Json())
    log = logging.Logger("masthead.test")
    log.addHandler(handler)
    try:
        raise ValueError("mia@example.org is not known")
    except ValueError:
        log.exception("%s could not be written to", "mia@example.org")
    said = json.loads(out.getvalue())
    assert said["level"] == "error" and said["room"] == "masthead.test" and said["fault"] == "ValueError"
    assert said["what"] == "(address) could not be written to" and "mia" not in out.getvalue() and "Traceback" in said["trace"]


class Taker(BaseHTTPRequestHandler):
    """Answers every POST with what the test wants and keeps what came."""

    answer = b"{}"
    taken: list[bytes] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        elif self.headers.get("Content-Encoding") == "br":
            body = brotli.decompress(body)
        self.taken.append(body)
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *said: object) -> None:
        pass


@pytest.fixture
def taker():
    class Own(Taker):
        taken: list[bytes] = []

    server = HTTPServer(("127.0.0.1", 0), Own)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Own, server.server_port
    server.shutdown()


@pytest.mark.slow
def test_faults_reach_sentry_without_people(taker, tmp_path) -> None:
    pytest.importorskip("sentry_sdk")
    own, port = taker
    code = (
        "import django; django.setup()\nimport logging, sentry_sdk\nuser = 'mia@example.org'\n"
        "try: 1 / 0\nexcept ZeroDivisionError: logging.getLogger('masthead.x').exception('%s from 203.0.113.9 broke it', user)\n"
        "sentry_sdk.flush(5)"
    )
    env = {"MASTHEAD_HOME": str(tmp_path), "MASTHEAD_LOG_SENTRY": f"http://key@127.0.0.1:{port}/1", "PATH": "/usr/bin", "PYTHONPATH": str(ROOT),
           "DJANGO_SETTINGS_MODULE": "masthead.project.settings"}  # fmt: skip
    subprocess.run([sys.executable, "-c", code], env=env, cwd=tmp_path, check=True, capture_output=True)
    sent = b"\n".join(own.taken).decode()
    assert "ZeroDivisionError" in sent and "mia" not in sent and "203.0.113.9" not in sent
    kept = (tmp_path / "data" / "errors.log").read_text()
    assert "ZeroDivisionError" in kept and "mia" not in kept


# --- the doctor -----------------------------------------------------------------------------------------------


def test_known_faults_in_one_question(taker) -> None:
    own, port = taker
    from importlib.metadata import distributions

    here = sorted({(d.metadata["Name"], d.version) for d in distributions() if d.metadata["Name"]})
    results = [{"vulns": [{"id": "X-1"}]} if name == "nh3" else {} for name, _ in here]
    own.answer = json.dumps({"results": results}).encode()
    found = world.releases(f"http://127.0.0.1:{port}/")
    assert not found.well and "nh3" in found.what and "pip install --upgrade" in found.remedy
    asked = json.loads(own.taken[0])["queries"]
    assert {"package": {"name": "Django", "ecosystem": "PyPI"}, "version": dict(here)["Django"]} in asked or any(
        one["package"]["name"].lower() == "django" for one in asked
    )
    own.answer = json.dumps({"results": [{} for _ in here]}).encode()
    assert world.releases(f"http://127.0.0.1:{port}/").well
    own.answer = b"not json"
    unknown = world.releases(f"http://127.0.0.1:{port}/")
    assert unknown.well and "unknown" in unknown.what


RECORDS = {
    "good.example": ["v=spf1 include:mail.example -all"],
    "_dmarc.good.example": ["v=DMARC1; p=reject"],
    "one._domainkey.good.example": ["v=DKIM1; k=rsa; p=MIIB"],
    "twice.example": ["v=spf1 -all", "v=spf1 +all"],
}


@pytest.fixture(scope="module")
def names():
    """A name server with invented records."""
    import socketserver

    import dns.message
    import dns.rcode
    import dns.rrset

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, line = self.request
            asked = dns.message.from_wire(data)
            name = asked.question[0].name
            answer = dns.message.make_response(asked)
            texts = RECORDS.get(str(name).rstrip("."))
            if texts:
                answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", "TXT", [f'"{text}"' for text in texts]))
            else:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            line.sendto(answer.to_wire(), self.client_address)

    server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address
    server.shutdown()


@pytest.mark.parametrize(
    ("domain", "well", "word"),
    [
        ("good.example", [True, True, True], "DNS says how its letters are sealed"),
        ("bare.example", [False, False, False], "does not say who may send its mail"),
        ("twice.example", [False, False, False], "says SPF twice"),
    ],
)
def test_the_names_of_mail(names, domain, well, word) -> None:
    found = list(world.mail_names(domain, "one", names))
    assert [one.well for one in found] == well and any(word in one.what for one in found)
    assert all(one.well or one.remedy for one in found)


@pytest.mark.parametrize(("off", "well", "word"), [(0.4, True, "right"), (61.0, False, "61.0 s ahead"), (-3.5, False, "3.5 s behind")])
def test_the_clock(off, well, word) -> None:
    found = world.clock_finding(off)
    assert found.well is well and word in found.what


def test_a_silent_source_is_named(title) -> None:
    from datetime import timedelta

    from masthead.kit import clock
    from masthead.wire.models import Source

    Source.objects.create(title=title, name="Aldine Wire", slug="aldine", usual_gap=600, last_item_at=clock.now() - timedelta(days=2))
    found = [one for one in examine() if "Aldine" in one.what]
    assert len(found) == 1 and not found[0].well and "strangely quiet" in found[0].what


@pytest.mark.slow
def test_check_deploy_is_clean(tmp_path) -> None:
    env = {"MASTHEAD_HOME": str(tmp_path), "MASTHEAD_SERVER_URL": "https://www.example.org", "PATH": "/usr/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check", "--deploy", "--fail-level", "WARNING"], env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
