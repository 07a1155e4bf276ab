"""Mail that comes back to a mailbox: reports that a letter could not be delivered (RFC 3464), complaints (ARF, RFC 5965),
and the mails of programs that unsubscribe by mail (RFC 2369).

Anybody can write to a mailbox. A report counts only if it carries the Message-ID of a letter that we sent to the address it
speaks of: nobody else knows that. A wish to leave counts only with the signed word from a letter. Everything else is left
for people; nothing in the mailbox is changed, not even marked as read.
"""

from __future__ import annotations

import email
import email.policy
import logging
import re
from collections.abc import Callable
from email.message import Message
from email.utils import getaddresses
from urllib.parse import unquote

from masthead.kit import mailbox, reach
from masthead.mailroom import message, returns, setting
from masthead.mailroom.letter import same
from masthead.mailroom.models import Outgoing, Returned

log = logging.getLogger("masthead.mail")

MOST_BYTES = 2_000_000
A_VISIT = 200
"""Mails read in one visit."""
CANDIDATES = 200
"""Letters to one address whose Message-ID is compared."""
_MESSAGE_ID = re.compile(r"<[0-9a-f]{36}@[^<>\s]{1,253}>")
_WORD = re.compile(r"\bunsubscribe[\s+]+([A-Za-z0-9_%-]{20,200})", re.I)

Leaver = Callable[[str], bool]
"""Takes the signed word of a letter and has its reader leave; whether the word was true."""
_leavers: list[Leaver] = []


def leaver(function: Leaver) -> None:
    """Have `function` asked when somebody unsubscribes by mail (once per process, from AppConfig.ready)."""
    _leavers.append(function)


def allows(address: str) -> bool:
    """The keyholder named this computer: it may be one of the house's own."""
    return True


def is_read() -> bool:
    """Whether there is a mailbox to read."""
    return bool(setting.said("returns_host"))


def look() -> int:
    """Read what is new in the mailbox; returns how many mails were understood. What goes wrong is kept for the keyholder."""
    if not is_read():
        return 0
    kept, _ = Returned.objects.get_or_create(host=setting.said("returns_host"), user=setting.said("returns_user"))
    try:
        done = _visit(kept)
        kept.said = ""
    except reach.NotReached as error:
        done, kept.said = 0, str(error)[:400]
        log.warning("The mailbox for returned letters was not read: %s", error)
    kept.save()
    return done


def _visit(kept: Returned) -> int:
    done = 0
    box = mailbox.imap(
        host=kept.host, port=setting.number("returns_port"), username=kept.user, secret=setting.said("returns_password"),
        name=setting.said("returns_folder") or "INBOX", allows=allows,
    )  # fmt: skip
    with box as opened:
        if kept.validity != opened.validity:
            # A mailbox seen for the first time, or made anew: what lies in it from before us is no news.
            kept.validity, kept.uid = opened.validity, 0 if kept.validity is None else max(0, opened.next_uid - 1)
        for uid in opened.since(kept.uid)[:A_VISIT]:
            if 0 < opened.size(uid) <= MOST_BYTES:
                done += understood(opened.fetch(uid, MOST_BYTES + 1000))
            kept.uid = uid
            kept.save(update_fields=["validity", "uid"])
    return done


def understood(data: bytes) -> bool:
    """Act on one mail, if it is one of ours; told twice, it does no more."""
    try:
        mail = email.message_from_bytes(data, policy=email.policy.compat32)
        parts = list(mail.walk())[:50]
        kind = (mail.get_param("report-type") or "") if mail.get_content_type() == "multipart/report" else ""
        if str(kind).lower() == "delivery-status":
            return _bounced(parts)
        if str(kind).lower() == "feedback-report":
            return _complained(parts)
        return _leaves(mail)
    except (LookupError, ValueError, AttributeError, TypeError) as error:
        log.info("A mail in the mailbox for returned letters was not understood (%s)", type(error).__name__)
        return False


def _bounced(parts: list[Message]) -> bool:
    """A report on delivery names each address with what became of it."""
    said = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    ids, done = _ids(parts), False
    for group in (one for part in said for one in (part.get_payload() if part.is_multipart() else []) if isinstance(one, Message)):
        action, status = _said(group, "Action").lower(), _said(group, "Status")
        if action != "failed" and not (action == "" and status.startswith("5")):
            continue
        for name in ("Original-Recipient", "Final-Recipient"):
            row = _letter_to(same(_said(group, name).rpartition(";")[2].strip(" <>")), ids)
            if row is not None:
                why = _said(group, "Diagnostic-Code").rpartition(";")[2].strip() or status or "It came back."
                returns.bounced(row.to, f"It came back: {why}"[:300], for_good=status.startswith(("5.1.", "5.0.0")) or status == "", row=row)
                done = True
                break
    return done


def _complained(parts: list[Message]) -> bool:
    ids, done = _ids(parts), False
    said = [_said(one, name) for one in parts for name in ("Original-Rcpt-To", "To")]
    for _, written in getaddresses([text for text in said if text][:20]):
        if (row := _letter_to(same(written), ids)) is not None:
            returns.complained(row.to, "The mailbox's provider told us.")
            done = True
    # Providers black out the address; the signed word in the letter's own header names its reader all the same.
    words = [word for one in parts for word in re.findall(r"/([A-Za-z0-9_-]{20,200})/?>", _said(one, "List-Unsubscribe"))]
    return done or any(_leave(word) for word in words[:5])


def _leaves(mail: Message) -> bool:
    found = _WORD.search(_said(mail, "Subject"))
    return _leave(unquote(found[1])) if found else False


def _leave(word: str) -> bool:
    return any(leaves(word) for leaves in _leavers)


def _said(part: Message, name: str) -> str:
    return " ".join(str(part.get(name) or "").split())[:1000]


def _ids(parts: list[Message]) -> set[str]:
    """Message-IDs that the returned letter, or what is left of it, carries."""
    found: set[str] = set()
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            said = part.get_payload(decode=True)
            found |= set(_MESSAGE_ID.findall(said.decode("ascii", "replace")[:100_000] if isinstance(said, bytes) else ""))
        found |= set(_MESSAGE_ID.findall(_said(part, "Message-ID")))
    return found


def _letter_to(address: str, ids: set[str]) -> Outgoing | None:
    """The letter that we sent to `address` under one of these Message-IDs."""
    if not address or not ids:
        return None
    rows = Outgoing.objects.filter(to__iexact=address, state__in=("sent", "unsure", "bounced", "handed over")).select_related("title")
    return next((row for row in rows.order_by("-id")[:CANDIDATES] if message.message_id(row.key, row.title) in ids), None)


def standing() -> Returned | None:
    """The mailbox as it was last read, for the keyholder."""
    return Returned.objects.order_by("-pk").first() if is_read() else None

