"""A stranger's drill, timed: a new machine, install, import, front page, first letter, backup, restore.

    python benchmarks/drill.py [--wxr FILE] [--out docs/drill.md]

Every step is the command that docs/drill.md names, typed by a machine: reading and deciding are not in the times. The
installation is a fresh virtual environment from the locked requirements, by the package index as it is reached here.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Drill:
    """A folder of its own, a programme of its own; `steps` are name and seconds."""

    def __init__(self, home: Path) -> None:
        self.home, self.steps, self.web = home, [], None
        self.venv = home / "venv"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("MASTHEAD_", "DJANGO_", "PYTHONPATH"))}
        self.env |= {"MASTHEAD_HOME": str(home / "paper"), "MASTHEAD_SERVER_PORT": str(self.port)}

    def step(self, name: str, do: Callable[[], object]) -> None:
        begun = time.monotonic()
        said = do()
        self.steps.append((name, time.monotonic() - begun, str(said or "")))
        print(f"{time.monotonic() - begun:8.1f} s  {name}  {said or ''}", flush=True)

    def masthead(self, *said: str) -> str:
        done = subprocess.run([self.venv / "bin" / "masthead", *said], env=self.env, cwd=self.home / "paper", capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"masthead {' '.join(said)} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""

    def install(self) -> str:
        subprocess.run([sys.executable, "-m", "venv", self.venv], check=True)
        pip = [self.venv / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", ROOT / "requirements" / "base.txt"], check=True, cwd=ROOT)
        subprocess.run([*pip, "--no-deps", "--no-build-isolation", ROOT], check=True, cwd=self.home)
        return ""

    def start(self) -> str:
        log = (self.home / "log").open("a")
        self.web = subprocess.Popen([self.venv / "bin" / "masthead", "run"], env=self.env, cwd=self.home / "paper", stdout=log, stderr=log)
        for _ in range(600):
            try:
                if self.get("/") and self.get("/healthz/ready"):
                    return ""
            except OSError:
                time.sleep(0.1)
        raise SystemExit((self.home / "log").read_text()[-2000:])

    def stop(self) -> None:
        self.web.terminate()
        self.web.wait(timeout=30)

    def get(self, path: str) -> str:
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10).read().decode()

    def front(self) -> str:
        page = self.get("/")
        found = set(re.findall(r'href="(/\d{4}/\d\d/\d\d/[^"]+)"', page))
        assert found, "no story stands on the front page"
        assert all(self.get(path) for path in found)
        return f"{len(found)} stories on it, each opens"


class Mail:
    """A mail server that takes everything: the first letter must really leave."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            line, _ = self._listening.accept()
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        file = line.makefile("rwb")

        def say(words: str) -> None:
            file.write(words.encode() + b"\r\n")
            file.flush()

        say("220 here")
        while heard := file.readline().decode("latin-1"):
            word = heard[:4].upper().strip()
            if word == "DATA":
                say("354 go on")
                text = b""
                while not text.endswith(b"\r\n.\r\n"):
                    text += file.readline()
                self.taken.append(text.decode("latin-1"))
            if word == "QUIT":
                say("221 bye")
                return
            say("250 yes")


def letter(drill: Drill, mail: Mail) -> str:
    """A reader follows the paper: the first letter is the one that asks them to confirm."""
    page = drill.get("/follow/")
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    fields |= dict.fromkeys(re.findall(r'<input[^>]*type="email"[^>]*name="([^"]+)"', page), "reader@example.org")
    fields |= dict.fromkeys(re.findall(r'<input[^>]*name="([^"]+)"[^>]*type="email"', page), "reader@example.org")
    form = urllib.parse.urlencode(fields)
    urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{drill.port}/follow/", form.encode()), timeout=10)
    for _ in range(300):
        if mail.taken:
            return f"{len(mail.taken[0]):,} bytes"
        time.sleep(0.1)
    raise SystemExit("no letter left")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--wxr", type=Path, help="A WordPress export; without one the demo is set up.")
    wishes = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="masthead-drill-") as name:
        drill, mail = Drill(Path(name)), Mail()
        (drill.home / "paper").mkdir()
        drill.env |= {"MASTHEAD_MAIL_HOST": "127.0.0.1", "MASTHEAD_MAIL_PORT": str(mail.port), "MASTHEAD_MAIL_TLS": "none"}
        drill.step("install", drill.install)
        drill.step("set up", lambda: drill.masthead("init", "--name", "The Drill", "--section", "News", *([] if wishes.wxr else ["--demo"])) and "")
        if wishes.wxr:
            drill.step("import", lambda: drill.masthead("import", "wxr", str(wishes.wxr), "--no-fetching") and "")
        drill.step("start", drill.start)
        drill.step("front page", drill.front)
        drill.step("first letter", lambda: letter(drill, mail))
        drill.step("doctor", lambda: subprocess.run([drill.venv / "bin" / "masthead", "doctor", "--offline"], env=drill.env, capture_output=True) and "")
        drill.step("backup", lambda: drill.masthead("backup", str(drill.home / "backup")).splitlines()[0])
        before = drill.get("/")
        drill.stop()
        (drill.home / "paper").rename(drill.home / "lost")
        (drill.home / "paper").mkdir()
        drill.step("restore", lambda: drill.masthead("restore", str(drill.home / "backup")) and "")
        drill.step("start again", drill.start)
        assert re.findall(r'href="(/\d{4}/[^"]+)"', drill.get("/")) == re.findall(r'href="(/\d{4}/[^"]+)"', before)
        drill.stop()
        print(f"{sum(seconds for _, seconds, _ in drill.steps) / 60:8.1f} min in all")


if __name__ == "__main__":
    main()
