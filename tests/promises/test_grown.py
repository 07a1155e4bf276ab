"""A grown paper: PostgreSQL, a bucket, two machines with two processes each. What is withdrawn on one is gone on both;
the database may be killed, the leader may be killed, and readers read on."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import engines, grown_demo, house
from tests.house import House
from tests.wire.made import g2

pytestmark = pytest.mark.slow

WORDS = ("Ferry", "Bridge", "Tower", "Market", "School")


def drop(inbox: Path, word: str, version: int = 1, status: str = "usable") -> None:
    data = g2(guid=f"tag:{word}", headline=f"{word} in the news", body=f"About the {word}. " * 20, version=version, pubstatus=status)
    (inbox / f"{word}-{version}.xml").write_bytes(data)


@contextmanager
def machine(home: Path, settings: dict[str, str]) -> Iterator[House]:
    """A machine with two server processes; its worker stands ready, too."""
    port = engines.free_port()
    home.mkdir()
    env = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_") and k != "DJANGO_SETTINGS_MODULE"}
    env |= {
        "MASTHEAD_HOME": str(home), "MASTHEAD_SERVER_PORT": str(port), "MASTHEAD_SERVER_MACHINES": "2", "MASTHEAD_SERVER_WORKERS": "2",
        "MASTHEAD_SECRET_KEY": "the same on both machines, and long enough for a key of a test", **settings,
    }  # fmt: skip
    subprocess.run([*house.COMMAND, "init", "--name", "The Grown Paper", "--section", "News"], env=env, cwd=home, check=True)
    with (home / "log").open("w") as log:
        process = subprocess.Popen([*house.COMMAND, "run"], env=env, cwd=home, stdout=log, stderr=log)
    made = House(home, port, process, env)
    try:
        for _ in range(300):
            try:
                if made.get("/robots.txt")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        yield made
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Iterator[tuple[engines.Postgres, House, House]]:
    home = tmp_path_factory.mktemp("grown")
    with engines.postgres() as database, engines.bucket() as place:
        settings = {"MASTHEAD_DATABASE_URL": database.url, **place}
        with machine(home / "one", settings) as one, machine(home / "two", settings) as two:
            for word in WORDS:
                drop(one.inbox, word)
            for word in WORDS:
                one.wait_for("/", f"{word} in the news", 30)
                two.wait_for("/", f"{word} in the news", 10)
            yield database, one, two


def path_of(at: House, word: str) -> str:
    return re.findall(rf'href="(/20[^"]+{word.lower()}[^"]*)"', at.get("/")[1])[0]


def test_both_machines_say_the_same_and_a_kill_is_obeyed_on_both(grown) -> None:
    _, one, two = grown
    path = path_of(one, "School")
    assert one.get(path)[0] == two.get(path)[0] == 200
    for _ in range(20):
        two.get("/"), two.get(path)  # warm in both processes
    drop(one.inbox, "School", 2, "canceled")
    for _ in range(400):
        if one.get(path)[0] == 410:
            break
        time.sleep(0.02)
    start = time.monotonic()
    while time.monotonic() - start < 5 and (two.get(path)[0] != 410 or "School" in two.get("/")[1]):
        time.sleep(0.01)
    late = time.monotonic() - start
    print(f"\nA kill on one machine is obeyed on the other {late * 1000:.0f} ms later")
    assert late < 1
    assert all(two.get(path)[0] == 410 and "School" not in two.get("/")[1] for _ in range(30))


def test_a_leader_that_dies_is_followed(grown) -> None:
    _, one, two = grown
    assert "does the background work" in (one.home / "log").read_text()
    assert "does the background work" not in (two.home / "log").read_text()
    one.process.send_signal(signal.SIGSTOP)  # the worst kind: it holds its lock and does nothing; then it is gone
    one.process.kill()
    one.process.wait()
    drop(two.inbox, "Library")
    took = two.wait_for("/", "Library in the news", 15)
    print(f"\nAnother machine took over and published within {took:.1f} s")
    assert took < 5
    env = Path(f"/proc/{two.process.pid}/environ").read_bytes().decode().split("\0")
    again = dict(line.split("=", 1) for line in env if "=" in line)
    again |= {"MASTHEAD_HOME": str(one.home), "MASTHEAD_SERVER_PORT": str(one.port)}
    for _ in range(100):  # the first one's neighbour ends by itself
        try:
            one.get("/")
            time.sleep(0.1)
        except OSError:
            break
    with (one.home / "log").open("a") as log:
        one.process = subprocess.Popen([*house.COMMAND, "run"], env=again, cwd=one.home, stdout=log, stderr=log)
    for _ in range(200):
        try:
            one.get("/")
            break
        except OSError:
            time.sleep(0.1)
    one.wait_for("/", "Library in the news", 10)


def test_the_database_is_killed_under_load(grown) -> None:
    database, one, two = grown
    paths = ["/", *(path_of(one, word) for word in WORDS[:4])]
    for house_ in (one, two):
        assert [house_.get(path)[0] for path in paths] == [200] * 5
    said: dict[int, int] = {}
    stop = threading.Event()

    def read(at: House) -> None:
        line = http.client.HTTPConnection("127.0.0.1", at.port, timeout=20)
        while not stop.is_set():
            for path in paths:
                line.request("GET", path)
                answer = line.getresponse()
                answer.read()
                said[answer.status] = said.get(answer.status, 0) + 1

    readers = [threading.Thread(target=read, args=(at,)) for at in (one, two)]
    for thread in readers:
        thread.start()
    time.sleep(1)
    database.kill()
    drop(two.inbox, "Harbour")
    time.sleep(3)
    assert two.get("/search/?q=ferry")[0] == 503
    database.start()
    back = time.monotonic()
    where = next(at for at in (two, one) if at.inbox.joinpath("Harbour-1.xml").exists())
    took = where.wait_for("/", "Harbour in the news", 20)
    while time.monotonic() - back < 10 and two.get("/search/?q=ferry")[0] != 200:
        time.sleep(0.05)
    took = max(took, time.monotonic() - back)
    stop.set()
    for thread in readers:
        thread.join()
    print(f"\n{sum(said.values()):,} reads during the outage: {said}; publishing again {took:.1f} s after the database came back")
    assert set(said) == {200}
    assert took <= 5


DEPLOY = Path(__file__).parents[2] / "deploy"


def caddy(tmp_path: Path, machines: list[House]) -> tuple[subprocess.Popen, int]:
    """Caddy with deploy/Caddyfile before the machines, without TLS."""
    programme, port = engines.program("caddy"), engines.free_port()
    said = (DEPLOY / "Caddyfile").read_text().replace("\nwww.example.org {", f"\nhttp://localhost:{port} {{")
    said = said.replace("127.0.0.1:8000", " ".join(f"127.0.0.1:{at.port}" for at in machines)).partition("\nexample.org {")[0]
    whole = tmp_path / "Caddyfile"
    whole.write_text(f"{{\n\tadmin off\n}}\n{said}")
    with (tmp_path / "errors").open("w") as errors:
        env = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
        return subprocess.Popen([programme, "run", "--config", str(whole), "--adapter", "caddyfile"], stderr=errors, env=env), port


def nginx(tmp_path: Path, machines: list[House]) -> tuple[subprocess.Popen, int]:
    """nginx with deploy/nginx.conf before the machines, without TLS."""
    programme, port = engines.program("nginx"), engines.free_port()
    said = (DEPLOY / "nginx.conf").read_text()
    ours = re.search(r"\n    (server 127.0.0.1:)8000(.*;)", said)
    said = said.replace(ours[0], "".join(f"\n{ours[1]}{at.port}{ours[2]}" for at in machines)).replace("listen 80;", f"listen {engines.free_port()};")
    said = re.sub(r"\n\s*ssl_\w+ .*;", "", said.replace("listen 443 ssl http2;", f"listen {port};"))
    temporary = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/errors; events {{}} http {{ access_log off; {temporary}\n{said} }}")
    return subprocess.Popen([programme, "-c", str(whole), "-p", str(tmp_path)], stderr=subprocess.DEVNULL), port


@pytest.mark.parametrize("front", [nginx, caddy])
def test_machines_are_started_anew_one_after_the_other_and_no_reader_sees_it(grown, tmp_path, front) -> None:
    _, one, two = grown
    before, port = front(tmp_path, [one, two])
    paths = ["/", *(path_of(one, word) for word in WORDS[:4])]
    said: dict[object, int] = {}
    stop = threading.Event()

    def read() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        while not stop.is_set():
            for path in paths:
                line.request("GET", path, headers={"Host": "localhost"})
                answer = line.getresponse()
                answer.read()
                said[answer.status] = said.get(answer.status, 0) + 1

    def start(at: House) -> None:
        with (at.home / "log").open("a") as log:
            at.process = subprocess.Popen([*house.COMMAND, "run"], env=at.env, cwd=at.home, stdout=log, stderr=log)
        _until(lambda: at.get("/healthz/ready")[0] == 200)
        assert at.process.poll() is None, "it is the new one that answers"

    try:
        _until(lambda: http.client.HTTPConnection("127.0.0.1", port).connect() is None)
        readers = [threading.Thread(target=read) for _ in range(4)]
        for thread in readers:
            thread.start()
        for at in (one, two):
            at.process.terminate()
            at.process.wait(timeout=30)
            start(at)
        stop.set()
        for thread in readers:
            thread.join()
    finally:
        stop.set()
        before.terminate()
        before.wait(timeout=10)
    print(f"\n{sum(said.values()):,} reads through {front.__name__} while both machines were started anew: {said}")
    assert set(said) == {200}, (tmp_path / "errors").read_text()[-3000:]


@pytest.mark.soak
def test_the_set_of_the_compose_file(tmp_path) -> None:
    """Two web processes, two workers, PostgreSQL and Redis: the demo from nothing; then Redis and the leader are killed."""
    begun = time.monotonic()
    with grown_demo.running(tmp_path, {"MASTHEAD_LOG_FORMAT": "json"}) as set_:
        at, cache, workers = set_.web, set_.cache, set_.workers
        print(f"\nFrom nothing to the demo on PostgreSQL and Redis: {time.monotonic() - begun:.0f} s")
        _until(lambda: any("does the background work" in file.read_text() for file in set_.logs))
        leads = ["does the background work" in file.read_text() for file in set_.logs]
        assert sorted(leads) == [False, True]
        drop(at.inbox, "Ferry")
        at.wait_for("/", "Ferry in the news", 60)  # after what the demo left to do
        story = path_of(at, "Ferry")
        sign_in = {"login": "keeper", "password": "wrong-wrong-wrong"}
        assert _post(at, sign_in) == 200, "a wrong password is refused with a form"
        said: dict[int, int] = {}
        stop = threading.Event()

        def read() -> None:
            line = http.client.HTTPConnection("127.0.0.1", at.port, timeout=20)
            while not stop.is_set():
                for path in ("/", story):
                    line.request("GET", path)
                    answer = line.getresponse()
                    answer.read()
                    said[answer.status] = said.get(answer.status, 0) + 1

        reader = threading.Thread(target=read)
        reader.start()
        cache.kill()
        cache.wait()
        time.sleep(1)
        assert _post(at, sign_in) == 200, "without Redis the database counts"
        begun = time.monotonic()
        set_.start_cache()
        _until(lambda: set_.counted() > 0 or (_post(at, sign_in) and False))
        back = time.monotonic() - begun
        stop.set()
        reader.join()
        print(f"{sum(said.values()):,} reads while Redis was killed and came back: {said}; it counts again {back:.1f} s after")
        assert set(said) == {200} and back <= 5
        workers[leads.index(True)].kill()
        drop(at.inbox, "Bridge")
        took = at.wait_for("/", "Bridge in the news", 15)
        print(f"The other worker published within {took:.1f} s after kill -9 of the first")
        assert took < 5


def _until(holds) -> None:
    for _ in range(600):
        try:
            if holds():
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("it did not come to be")


def _post(at: House, form: dict[str, str]) -> int:
    import urllib.error
    import urllib.parse
    import urllib.request
    from http.cookiejar import CookieJar

    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = opener.open(at.url + "/newsroom/login/", timeout=10).read().decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    data = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": token}).encode()
    try:
        return opener.open(urllib.request.Request(at.url + "/newsroom/login/", data, {"Referer": at.url}), timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code
