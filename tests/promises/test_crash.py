"""Promise: a kill -9 at any moment loses nothing that was acknowledged and leaves no half-written page."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_kill_nine_many_times(tmp_path, kills) -> None:
    command = [sys.executable, "-m", "tests.promises.crash", str(tmp_path), str(kills * 13 // 10)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.stdout.strip(), done.stderr[-3000:]
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    print(figures)
    assert figures["faults"] == [], done.stderr[-2000:]
    assert figures["killed"] >= kills
