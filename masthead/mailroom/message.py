"""The letter as bytes: headers, plain text, its twin in HTML, and the paper's seal."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterator
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from masthead.kit import clock, dkim_seal
from masthead.mailroom import setting
from masthead.mailroom.letter import MOST_BYTES, Kind, Letter
from masthead.mailroom.models import Outgoing
from masthead.titles.models import Title


class TooLarge(ValueError):
    """The finished letter is larger than mail programs show. The message is the sentence for the desk."""


def message_id(key: str, title: Title) -> str:
    """The same for the same letter, however often it is tried: a receiver may know it again."""
    digest = hashlib.blake2b(f"{title.pk} {key}".encode(), digest_size=18).hexdigest()
    return f"<{digest}@{setting.sender(title).domain}>"


def build(letter: Letter, row: Outgoing) -> bytes:
    """The bytes to hand over, with CRLF lines. Raises TooLarge, dkim_seal.BadKey.

    Written out here rather than by `email.message`, which takes longer over a letter than everything else together.
    """
    data = "".join(f"{name}: {value}\r\n" for name, value in headers(letter, row)).encode("ascii") + _body(letter, row)
    if len(data) > MOST_BYTES:
        raise TooLarge(f"It is {len(data) // 1000} kB; from {MOST_BYTES // 1000} kB on, mail programs cut letters off.")
    return _sealed(data, letter.title)


def headers(letter: Letter, row: Outgoing) -> Iterator[tuple[str, str]]:
    """All headers but those of the body, in ASCII."""
    who = setting.sender(letter.title)
    name, address = parseaddr(who.header)
    yield "From", formataddr((_line(name), address))
    yield "To", row.to
    yield "Subject", _words("Subject", letter.subject)
    yield "Date", format_datetime(clock.now())
    yield "Message-ID", message_id(row.key, letter.title)
    if letter.follows:
        first = message_id(letter.follows, letter.title)
        yield "In-Reply-To", first
        yield "References", first
    if reply_to := _line(letter.reply_to or setting.said("reply_to")):
        yield "Reply-To", _words("Reply-To", reply_to)
    yield from _list_headers(letter, who.domain)
    yield "MIME-Version", "1.0"


def _list_headers(letter: Letter, domain: str) -> Iterator[tuple[str, str]]:
    # No holiday notice is to answer what a machine sent.
    yield "Auto-Submitted", "auto-generated"
    if letter.list_id:
        slug = re.sub(r"[^a-z0-9-]+", "-", letter.list_id.lower()).strip("-")
        yield "List-Id", f"{_plain(letter.title.name)} {_plain(letter.list_id)} <{slug}.{domain}>"
        yield "Feedback-ID", f"{slug}:{letter.kind.value}:masthead"
    ways = [f"<{_ascii(letter.unsubscribe_url)}>"] if letter.unsubscribe_url else []
    # Best a mailbox that we read ourselves; else one that people read.
    ours = setting.sender(letter.title).envelope if setting.said("returns_host") else ""
    desk = setting.said("unsubscribe_to") or ours or letter.title.contact_email
    if ways and desk and letter.unsubscribe_word:
        ways.append(f"<mailto:{_ascii(desk)}?subject=unsubscribe%20{_ascii(letter.unsubscribe_word)}>")
    if ways:
        yield "List-Unsubscribe", ", ".join(ways)
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    if letter.kind in (Kind.LETTER, Kind.ALERT):
        yield "Precedence", "list"


def _body(letter: Letter, row: Outgoing) -> bytes:
    text = _part("plain", letter.text)
    if not letter.html:
        return text
    # “=_” cannot stand in a quoted-printable body, so no letter can hold its own boundary.
    mark = f"=_{hashlib.blake2b(row.key.encode(), digest_size=12).hexdigest()}".encode()
    head = b'Content-Type: multipart/alternative; boundary="' + mark + b'"\r\n\r\n'
    return head + b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in (text, _part("html", letter.html))) + b"--" + mark + b"--\r\n"


def _part(kind: str, words: str) -> bytes:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    lines = words.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").replace("\n", "\r\n") + "\r\n"
    return head.encode() + binascii.b2a_qp(lines.encode("utf-8", "replace"), istext=True)


def _words(name: str, text: str) -> str:
    """Words for a header: in ASCII, on as many lines as RFC 2047 needs."""
    line = _line(text)
    return line if line.isascii() else Header(line, "utf-8", header_name=name).encode(linesep="\r\n")


def _ascii(text: str) -> str:
    """An address for a header: whatever else it holds is left out."""
    return re.sub(r"[^!-;=?-~]+", "", text)


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
