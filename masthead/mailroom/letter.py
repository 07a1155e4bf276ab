"""A letter as the rooms above hand it over: a value that knows everything the mail server will need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from masthead.titles.models import Title

MOST_BYTES = 90_000
"""Of a whole letter: Gmail cuts at about 102 kB, and the way to unsubscribe is lost with the end."""


class Kind(StrEnum):
    """What a letter is for. It decides what leaves first and what happens to it after a crash."""

    SIGN_IN = "sign-in"
    """Somebody waits for it at this moment: a link to sign in or to confirm. Sent again when in doubt."""
    ALERT = "alert"
    NOTICE = "notice"
    """One letter to one person about their own business."""
    LETTER = "letter"
    """An edition for many: the daily, the weekly, a newsletter."""


class CannotPost(ValueError):
    """The letter cannot be posted. The message is the sentence for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one address.

    Args:
        text: the whole letter as plain text; always there.
        html: the same for mail programs that show it; may be empty.
        list_id: which list of the paper it belongs to, such as `daily`; empty for what is no list.
        unsubscribe_url: takes a POST `List-Unsubscribe=One-Click` without cookie or redirect (RFC 8058).
        unsubscribe_word: what the mail to unsubscribe carries in its subject, for programs that send one.
        follows: key of an earlier letter that this one belongs under, in programs that show threads.
        good_until: not sent after this moment (aware).
    """

    title: Title
    to: str
    subject: str
    text: str
    html: str = ""
    kind: Kind = Kind.NOTICE
    list_id: str = ""
    unsubscribe_url: str = ""
    unsubscribe_word: str = ""
    reply_to: str = ""
    follows: str = ""
    good_until: datetime | None = None


KEPT = ("subject", "text", "html", "list_id", "unsubscribe_url", "unsubscribe_word", "reply_to", "follows")
"""What of a letter is written down until it has left."""


def address(written: str) -> str:
    """The address in its one spelling: no space around it, its domain in lower case and ASCII. Raises CannotPost."""
    local, at, domain = written.strip().rpartition("@")
    try:
        plain = f"{local}@{domain.lower().encode('idna').decode('ascii')}"
        validate_email(plain)
    except (ValidationError, UnicodeError):
        plain = ""
    if not at or not plain or len(plain) > 254 or len(local) > 64:
        raise CannotPost(_("“{written}” is not an e-mail address. Nothing was sent.").format(written=written.strip()[:80]))
    return plain


def same(written: str) -> str:
    """The address for comparing: what differs only in case is one mailbox everywhere that matters."""
    return written.strip().lower()
