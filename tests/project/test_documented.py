"""Everything that can be listed is written down."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from masthead.project.cli import main
from masthead.project.config import KEYS, ConfigError, load, secret_key, template
from masthead.stories.models.diary import Verb

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_setting_is_in_the_keyholders_page() -> None:
    text = (DOCS / "keyholder.md").read_text()
    assert [k.env for k in KEYS if k.env not in text] == []


def test_every_word_of_the_diary_is_explained() -> None:
    text = (DOCS / "developer.md").read_text()
    assert [v for v in Verb.values if f"`{v}`" not in text] == []


@pytest.mark.parametrize("verb", ["init", "run", "demo", "wire", "doctor", "press"])
def test_every_command_has_help(verb) -> None:
    result = CliRunner().invoke(main, [verb, "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 3


def test_settings_come_from_file_and_environment(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("MASTHEAD_PATHS_DATA", raising=False)
    (tmp_path / "masthead.toml").write_text("[server]\nport = 9001\n")
    assert load(tmp_path).get("server.port") == 9001
    monkeypatch.setenv("MASTHEAD_SERVER_PORT", "9002")
    assert load(tmp_path).get("server.port") == 9002


@pytest.mark.parametrize("text", ["[server]\nport = 'x'\n", "[server]\nprot = 1\n", "not toml ["])
def test_a_wrong_setting_is_one_sentence(tmp_path, text) -> None:
    (tmp_path / "masthead.toml").write_text(text)
    with pytest.raises(ConfigError) as refused:
        load(tmp_path)
    assert len(str(refused.value).splitlines()) <= 2


def test_the_template_names_every_key() -> None:
    assert all(f"# {k.name} = " in template() for k in KEYS)


def test_the_secret_key_is_the_owners_alone(tmp_path) -> None:
    first = secret_key(tmp_path)
    assert secret_key(tmp_path) == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
