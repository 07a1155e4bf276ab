"""A verb that is called in a folder without a paper says so, and makes nothing."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.house import COMMAND


@pytest.mark.slow
@pytest.mark.parametrize(
    "verb", ["backup {place}", "export {place}", "press --all", "found --name X --url https://x.example.org", "import csv {table}", "wire file {table}", "migrate-storage"]
)
def test_it_is_a_sentence(tmp_path, verb) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_") and k != "DJANGO_SETTINGS_MODULE"}
    home, table = tmp_path / "home", tmp_path / "t.csv"
    home.mkdir()
    table.write_text("headline\nFerry stops\n")
    said = [word.format(place=tmp_path / "place", table=table) for word in verb.split()]
    done = subprocess.run([*COMMAND, *said], env={**env, "MASTHEAD_HOME": str(home)}, cwd=home, capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert done.stderr.startswith("Error: There is no") and ("Nothing was" in done.stderr), done.stderr
    assert not (tmp_path / "place").exists()
