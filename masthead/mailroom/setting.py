"""What masthead.toml says of mail."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from masthead.kit import smtp
from masthead.titles.models import Title


class CannotMail(Exception):
    """The settings cannot be used. The message is the sentence for the keyholder."""


def said(name: str) -> str:
    """The setting `mail.name` as text."""
    return str(settings.CONFIG.get(f"mail.{name}")).strip()


def number(name: str) -> int:
    return int(settings.CONFIG.get(f"mail.{name}"))


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a title's letters come from."""

    header: str
    address: str
    domain: str
    envelope: str


def sender(title: Title) -> Sender:
    """From mail.sender; without it, letters@ and the paper's own host."""
    name, address = parseaddr(said("sender"))
    address = address or f"letters@{(urlsplit(title.base_url).hostname or 'localhost').removeprefix('www.')}"
    header = formataddr((name or title.name, address))
    return Sender(header, address, address.rpartition("@")[2], said("bounces_to") or address)


def folder() -> Path:
    """Where letters go while no server is set."""
    return Path(settings.DATA) / "mail"


def check() -> None:
    """Raises CannotMail for settings that contradict each other or cannot be used."""
    if said("tls") not in smtp.WAYS:
        raise CannotMail(f"mail.tls must be one of {', '.join(smtp.WAYS)}, not “{said('tls')}”.")
    if said("host") and said("service"):
        raise CannotMail("Set mail.host (a mail server) or mail.service (a sending service), not both.")
    if said("dkim_key") and not said("dkim_selector"):
        raise CannotMail("For mail.dkim_key please set mail.dkim_selector too: the name under which DNS has its public half.")
    if said("dkim_key") and not _key_path().is_file():
        raise CannotMail(f"There is no file {_key_path()}; mail.dkim_key must name the private key.")


def _key_path() -> Path:
    return settings.CONFIG.home / said("dkim_key")


def dkim_key() -> bytes:
    """The private key, b"" when we do not seal."""
    return _key_path().read_bytes() if said("dkim_key") else b""
