"""The letter as bytes: headers, plain text, its twin in HTML, and the paper's seal."""

from __future__ import annotations

import hashlib
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from masthead.kit import clock, dkim_seal
from masthead.mailroom import setting
from masthead.mailroom.letter import MOST_BYTES, Kind, Letter
from masthead.mailroom.models import Outgoing
from masthead.titles.models import Title

_POLICY = SMTP.clone(max_line_length=200, cte_type="7bit")


class TooLarge(ValueError):
    """The finished letter is larger than mail programs show. The message is the sentence for the desk."""


def message_id(key: str, title: Title) -> str:
    """The same for the same letter, however often it is tried: a receiver may know it again."""
    digest = hashlib.blake2b(f"{title.pk} {key}".encode(), digest_size=18).hexdigest()
    return f"<{digest}@{setting.sender(title).domain}>"


def build(letter: Letter, row: Outgoing) -> bytes:
    """The bytes to hand over, with CRLF lines. Raises TooLarge, dkim_seal.BadKey."""
    made = mime(letter, row)
    data = made.as_bytes(policy=_POLICY)
    if len(data) > MOST_BYTES:
        raise TooLarge(f"It is {len(data) // 1000} kB; from {MOST_BYTES // 1000} kB on, mail programs cut letters off.")
    return _sealed(data, letter.title)


def mime(letter: Letter, row: Outgoing) -> EmailMessage:
    """The letter with all its headers."""
    who = setting.sender(letter.title)
    made = EmailMessage(policy=_POLICY)
    name, address = parseaddr(who.header)
    made["From"] = Address(_line(name), addr_spec=address)
    made["To"] = row.to
    made["Subject"] = _line(letter.subject)
    made["Date"] = format_datetime(clock.now())
    made["Message-ID"] = message_id(row.key, letter.title)
    if letter.follows:
        made["In-Reply-To"] = made["References"] = message_id(letter.follows, letter.title)
    if reply_to := _line(letter.reply_to or setting.said("reply_to")):
        made["Reply-To"] = reply_to
    _list_headers(made, letter, who.domain)
    made.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        made.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return made


def _list_headers(made: EmailMessage, letter: Letter, domain: str) -> None:
    # No holiday notice is to answer what a machine sent.
    made["Auto-Submitted"] = "auto-generated"
    if letter.list_id:
        slug = re.sub(r"[^a-z0-9-]+", "-", letter.list_id.lower()).strip("-")
        made["List-Id"] = f"{_plain(letter.title.name)} {_plain(letter.list_id)} <{slug}.{domain}>"
        made["Feedback-ID"] = f"{slug}:{letter.kind.value}:masthead"
    ways = [f"<{letter.unsubscribe_url}>"] if letter.unsubscribe_url else []
    desk = setting.said("unsubscribe_to") or letter.title.contact_email
    if ways and desk and letter.unsubscribe_word:
        ways.append(f"<mailto:{desk}?subject=unsubscribe%20{letter.unsubscribe_word}>")
    if ways:
        made["List-Unsubscribe"] = ", ".join(ways)
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if letter.kind in (Kind.LETTER, Kind.ALERT):
        made["Precedence"] = "list"


def _line(text: str) -> str:
    """One line: what comes from outside must not begin a header of its own."""
    return " ".join(text.split())[:250]


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9 .-]+", "", text).strip() or "letters"


def _sealed(data: bytes, title: Title) -> bytes:
    selector, key = setting.said("dkim_selector"), _key(setting.said("dkim_key"))
    if not key:
        return data
    domain = setting.said("dkim_domain") or setting.sender(title).domain
    return dkim_seal.seal(data, selector=selector, domain=domain, key=key)


@lru_cache(maxsize=4)
def _key(path: str) -> bytes:
    return setting.dkim_key() if path else b""
