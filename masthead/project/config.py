"""`masthead.toml`: one file, every key of it also an environment variable.

The environment wins over the file, the file over the default. `KEYS` lists every key once; the keeper's
documentation and `masthead init` are made from it, and a test asks that the two agree.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE_NAME = "masthead.toml"
SECRET_KEY = "MASTHEAD_SECRET_KEY"
"""In the environment, for machines that share a paper: instead of the file `secret_key`."""


class ConfigError(Exception):
    """A setting cannot be used. The message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: `table.name` in the file, `MASTHEAD_TABLE_NAME` in the environment."""

    table: str
    name: str
    default: str | int | bool
    help: str

    @property
    def env(self) -> str:
        return f"MASTHEAD_{self.table}_{self.name}".upper()

    def parse(self, value: Any, where: str) -> str | int | bool:
        """`value` in the type of the default. Raises ConfigError with a sentence that names `where`."""
        if isinstance(self.default, bool):
            return _flag(value, where)
        if isinstance(self.default, int):
            try:
                return int(value)
            except (TypeError, ValueError):
                raise ConfigError(f"{where} must be a whole number, not “{value}”.") from None
        if not isinstance(value, str):
            raise ConfigError(f"{where} must be text in quotation marks.")
        return value


def _flag(value: Any, where: str) -> bool:
    word = str(value).strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off"}:
        return False
    raise ConfigError(f"{where} must be true or false, not “{value}”.")


KEYS: tuple[Key, ...] = (
    Key("paths", "data", "data", "Folder for everything the paper keeps, relative to this file."),
    Key("server", "host", "127.0.0.1", "Address to listen on; 0.0.0.0 for all of the machine's."),
    Key("server", "port", 8000, "Port to listen on."),
    Key("server", "workers", 1, "Server processes; one is enough for most papers, more than the machine has cores never."),
    Key("server", "machines", 1, "Machines that serve this paper. More than one needs PostgreSQL and storage.url."),
    Key("server", "work", True, "Whether this process stands ready for the background work; one of them does it."),
    Key(
        "server",
        "url",
        "",
        "Public address of the paper, such as https://www.example.org; empty: http://localhost:PORT.",
    ),
    Key("server", "debug", False, "Show technical error pages. Never true on a public machine."),
    Key("database", "url", "", "postgres://user:password@host/name; empty: SQLite in the data folder."),
    Key("storage", "url", "", "s3://bucket/prefix for originals and deliveries; empty: the data folder."),
    Key("storage", "endpoint", "", "Address of an S3-compatible service; empty: Amazon's."),
    Key("storage", "region", "", "Region of the bucket, where the service asks for one."),
    Key("storage", "key", "", "Access key; empty: what the machine itself is given."),
    Key("storage", "secret", "", "Secret of the access key; best given in the environment."),
    Key("cache", "url", "", "redis://host:6379/0 (or Valkey) for counted tries; empty: the database."),
    Key("wire", "settle_ms", 200, "Milliseconds a dropped file must lie unchanged before it is read."),
    Key("wire", "max_file_mb", 64, "Largest wire file taken, in megabytes; larger ones go to quarantine."),
    Key("staff", "two_factor", "", "Roles that must sign in with a second step, such as “keyholder editor”."),
    Key("press", "memory_mb", 128, "Memory for printed pages, in megabytes; the rest is read from disk."),
    Key("press", "plates", "", "Folder with plates of your own, beside this file; see docs/plates.md."),
    Key("mail", "host", "", "Mail server for letters to readers; empty: they lie in data/mail as files."),
    Key("mail", "port", 587, "Its port."),
    Key("mail", "tls", "starttls", "starttls, tls (port 465) or none (only for a server on this machine)."),
    Key("mail", "user", "", "Name to sign in with at the mail server."),
    Key("mail", "password", "", "Its password; best given in the environment."),
    Key("mail", "service", "", "Sending service instead of a mail server, such as postmark or mailgun (django-anymail)."),
    Key("mail", "service_key", "", "The service's key; best given in the environment."),
    Key("mail", "service_secret", "", "NAME:PASSWORD that the service sends with its reports of bounces and complaints."),
    Key("mail", "sender", "", "Who letters come from: “The Echo <letters@example.org>”; empty: letters@ and the paper's host."),
    Key("mail", "reply_to", "", "Where answers go; empty: to the sender."),
    Key("mail", "bounces_to", "", "Envelope sender, where letters come back to; empty: the sender."),
    Key("mail", "returns_host", "", "Mail server (IMAP) with the mailbox of mail.bounces_to: what comes back is read there; empty: it is not."),
    Key("mail", "returns_port", 993, "Its port; always inside TLS."),
    Key("mail", "returns_user", "", "Name to sign in with there."),
    Key("mail", "returns_password", "", "Its password; best given in the environment."),
    Key("mail", "returns_folder", "INBOX", "The mailbox's folder."),
    Key("mail", "unsubscribe_to", "", "Address that people read who take others off by hand; empty: the paper's contact."),
    Key("mail", "dkim_selector", "", "Name in DNS of the key that we seal letters with; a sending service seals by itself."),
    Key("mail", "dkim_key", "", "File with the private key (RSA, PEM), relative to this file."),
    Key("mail", "dkim_domain", "", "Domain that seals; empty: the sender's."),
    Key("mail", "per_minute", 0, "Letters a minute in all; 0: as fast as the server takes them."),
    Key("mail", "domain_per_minute", 600, "Letters a minute to one domain, such as gmail.com; 0: no limit."),
    Key("mail", "postal", "", "Postal address at the foot of letters, as the law of some countries asks; empty: the paper's town."),
    Key("mail", "count_clicks", False, "Count how often a story is opened from a letter; never by whom."),
    Key("alerts", "two_people", False, "Breaking news leaves only when a second colleague presses, too."),
    Key("fediverse", "stories", "", "Stories that go to the fediverse: own, all (agencies' copy too); empty: none, and no actor."),
    Key("log", "format", "line", "line for people, json for machines. Neither holds addresses of people."),
    Key("log", "errors", "", "File for faults with their traces; empty: errors.log in the data folder."),
    Key("log", "sentry", "", "DSN of a Sentry-compatible service that faults are reported to, without personal data."),
    Key("metrics", "token", "", "Word with which Prometheus may read /metrics; empty: there is no such address."),
    Key("cdn", "kind", "", "Network in front that keeps pages: cloudflare, fastly, bunny or purge (nginx, Varnish)."),
    Key("cdn", "zone", "", "Zone (Cloudflare) or service (Fastly) whose pages are ours."),
    Key("cdn", "token", "", "The network's key for purging; best given in the environment."),
    Key("cdn", "urls", "", "Addresses of the caches that take PURGE, such as http://127.0.0.1:6081; else another API address."),
    Key("cdn", "seconds", 86400, "Seconds that the network may keep a page; it is told of every change."),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force and the folder they speak about."""

    home: Path
    values: dict[str, str | int | bool]

    def get(self, dotted: str) -> Any:
        """The value of `table.name`. Raises KeyError for a name that KEYS does not list."""
        return self.values[dotted]

    @property
    def data(self) -> Path:
        """The data folder, absolute."""
        return (self.home / str(self.get("paths.data"))).expanduser().resolve()

    @property
    def url(self) -> str:
        """The paper's public address, without a slash at the end."""
        return str(self.get("server.url")).rstrip("/") or f"http://localhost:{self.get('server.port')}"


def find_home(start: Path | None = None) -> Path:
    """The folder with masthead.toml: MASTHEAD_HOME, or the nearest one upwards, or the current folder."""
    if os.environ.get("MASTHEAD_HOME"):
        return Path(os.environ["MASTHEAD_HOME"]).expanduser().resolve()
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    return here


def load(home: Path | None = None) -> Config:
    """Read the settings. Raises ConfigError with a sentence that names the key and the file."""
    home = home or find_home()
    written = _read_file(home / FILE_NAME)
    values: dict[str, str | int | bool] = {}
    for key in KEYS:
        values[f"{key.table}.{key.name}"] = _value(key, written)
    return Config(home=home, values=values)


def _value(key: Key, written: dict[str, Any]) -> str | int | bool:
    if key.env in os.environ:
        return key.parse(os.environ[key.env], key.env)
    table = written.get(key.table, {})
    if key.name in table:
        return key.parse(table[key.name], f"{key.table}.{key.name} in {FILE_NAME}")
    return key.default


def _read_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        written = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error}); correct that line and start again.") from None
    _refuse_unknown(written, path)
    return written


def _refuse_unknown(written: dict[str, Any], path: Path) -> None:
    known = {(key.table, key.name) for key in KEYS}
    for table, entries in written.items():
        for name in entries if isinstance(entries, dict) else [""]:
            if (table, name) not in known:
                raise ConfigError(
                    f"{path} has a key that Masthead does not know: {table}.{name}; remove or correct it."
                )


def template() -> str:
    """The text of a fresh masthead.toml: every key, commented out, with its default and its meaning."""
    lines = ["# Masthead's settings. Each key may also be set in the environment, as the name in brackets.\n"]
    table = ""
    for key in KEYS:
        if key.table != table:
            table = key.table
            lines.append(f"\n[{table}]\n")
        shown = str(key.default).lower() if isinstance(key.default, bool) else key.default
        shown = f'"{shown}"' if isinstance(key.default, str) else shown
        lines.append(f"# {key.help} [{key.env}]\n# {key.name} = {shown}\n")
    return "".join(lines)


def secret_key(data: Path) -> str:
    """The paper's secret key: from the environment, else made on first use in a file that only its owner can read
    (mode 0600). Several machines need the same one."""
    if os.environ.get(SECRET_KEY):
        return os.environ[SECRET_KEY].strip()
    path = data / "secret_key"
    data.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text("ascii").strip()
