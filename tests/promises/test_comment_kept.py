"""Promise: a comment is there once, though the house is killed at any moment and the browser sends it again: none lost, none doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("kills", [20, pytest.param(500, marks=pytest.mark.soak)])
def test_kill_nine_while_a_comment_is_taken(tmp_path, kills) -> None:
    command = [sys.executable, "-m", "tests.promises.talk_crash", str(tmp_path), str(kills)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert done.stdout.strip(), done.stderr[-3000:]
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    print(done.stdout)
    assert figures["faults"] == [], done.stdout + done.stderr[-2000:]
    assert figures["answered"] == figures["trials"] and figures["killed"] >= kills
