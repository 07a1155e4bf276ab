"""Promise: a kill -9, or a disk that refuses, at any moment loses nothing that was acknowledged and leaves no half-written page."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def figures_of(program: str, home: Path, trials: int) -> dict:
    command = [sys.executable, "-m", f"tests.promises.{program}", str(home), str(trials)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert done.stdout.strip(), done.stderr[-3000:]
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    print(figures)
    assert figures["faults"] == [], done.stderr[-2000:]
    return figures


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_kill_nine_many_times(tmp_path, kills) -> None:
    assert figures_of("crash", tmp_path, kills * 13 // 10)["killed"] >= kills


@pytest.mark.parametrize("trials", [6, pytest.param(120, marks=pytest.mark.soak)])
def test_a_disk_that_is_full_or_broken(tmp_path, trials) -> None:
    if not shutil.which("strace"):
        pytest.skip("strace is not installed, so the system refused nothing.")
    assert figures_of("faults", tmp_path, trials)["refused"] >= trials // 3


def test_the_whole_paper_printed_anew_goes_on_after_each_kill(tmp_path) -> None:
    figures = figures_of("reprint_crash", tmp_path, 2)
    assert figures["killed"] == 2 and figures["kept"] > 0
