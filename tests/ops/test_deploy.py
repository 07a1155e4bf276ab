"""The examples under deploy/: read by the programmes they are for, where these are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from masthead.project.cli import main
from masthead.project.config import KEYS, SECRET_KEY

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def programme(name: str) -> str:
    return shutil.which(name) or pytest.skip(f"{name} is not installed, so its example was not read by it.")


def test_every_setting_that_an_example_names_is_one() -> None:
    known = {key.env for key in KEYS} | {"MASTHEAD_HOME", SECRET_KEY}
    for file in DEPLOY.iterdir():
        named = set(re.findall(r"\bMASTHEAD_[A-Z_]+\b", file.read_text()))
        assert named <= known, (file.name, named - known)


def test_every_verb_that_an_example_calls_is_one() -> None:
    called = {verb for file in DEPLOY.iterdir() for verb in re.findall(r"(?:bin/masthead |masthead\", \"|exec masthead )([a-z-]+)", file.read_text())}
    assert {"run", "worker", "init", "backup"} <= called <= set(main.commands)


@pytest.mark.slow
def test_nginx_reads_its_example(tmp_path) -> None:
    nginx, openssl = programme("nginx"), programme("openssl")
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=www.example.org"]
    subprocess.run([openssl, *made, "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"], check=True, capture_output=True)
    said = (DEPLOY / "nginx.conf").read_text()
    said = said.replace("/etc/letsencrypt/live/www.example.org/fullchain.pem", str(tmp_path / "cert.pem"))
    said = said.replace("/etc/letsencrypt/live/www.example.org/privkey.pem", str(tmp_path / "key.pem"))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{said}\n}}\n")
    done = subprocess.run([nginx, "-t", "-c", str(whole), "-p", str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_caddy_reads_its_example() -> None:
    done = subprocess.run(
        [programme("caddy"), "validate", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["masthead.service", "masthead-backup.service", "masthead-backup.timer"])
def test_systemd_reads_its_units(unit, tmp_path) -> None:
    for file in DEPLOY.glob("masthead*"):
        # The programme is not installed there on this machine, nor is the account.
        text = file.read_text().replace("/opt/masthead/.venv/bin/masthead", "/bin/true").replace("=masthead\n", "=root\n")
        (tmp_path / file.name).write_text(text)
    done = subprocess.run([programme("systemd-analyze"), "verify", str(tmp_path / unit)], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "masthead" in line]
    assert not ours, done.stderr


def test_compose_names_what_the_other_needs() -> None:
    yaml = pytest.importorskip("yaml")
    said = yaml.safe_load((DEPLOY / "compose.yml").read_text())
    services = said["services"]
    assert set(services) == {"web", "worker", "database", "cache"}
    for service in services.values():
        assert service.get("image"), "each runs from an image"
        assert set(service.get("depends_on", {})) <= set(services)
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(said["volumes"])
    assert services["web"]["environment"]["MASTHEAD_SERVER_WORK"] == "false" and "MASTHEAD_DATABASE_URL" in services["web"]["environment"]


def test_the_image_copies_what_is_there() -> None:
    said = (DEPLOY / "Dockerfile").read_text()
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", said, re.MULTILINE):
        for name in line.split():
            assert (DEPLOY.parent / name).exists(), name
    assert "USER masthead" in said.split("FROM")[-1]
