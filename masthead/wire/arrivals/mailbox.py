"""A mailbox that is asked over IMAP: each new mail's raw bytes go to the mail reader.

How far we are is the mailbox's UIDVALIDITY and the last UID (RFC 9051, section 2.3.1.1). When the server has numbered
the mails anew, everything there is looked at once more; bytes that we know change nothing.
"""

from __future__ import annotations

import email.policy
import logging
from email.parser import BytesHeaderParser

from django.conf import settings

from masthead.kit import fetch, mailbox, reach
from masthead.wire import credentials
from masthead.wire.arrivals import taking
from masthead.wire.arrivals.looked import Looked, counted
from masthead.wire.models import Source, WireFile

log = logging.getLogger("masthead.wire")

MOST = 50
"""Mails taken at one look; the rest follows at once at the next."""


def ask(source: Source, allows: fetch.Judge) -> Looked:
    """Sign in, take new mails in their order. Raises NotReached; the source's cursor is changed, not saved."""
    starttls = source.security == Source.Security.STARTTLS
    with mailbox.imap(
        host=source.host,
        port=source.port or (143 if starttls else 993),
        username=source.username,
        secret=credentials.secret(source),
        name=source.place or "INBOX",
        starttls=starttls,
        change=source.take_away,
        allows=allows,
    ) as box:
        first = "uid" not in source.cursor
        if first and not source.take_old:
            last = max(box.since(0), default=0)
            source.cursor = {"validity": box.validity, "uid": last}
            return Looked(f"Signed in to {source.place or 'INBOX'}. New mails will be taken, older ones are left.", True)
        known = source.cursor.get("validity") == box.validity
        uids = box.since(source.cursor.get("uid", 0) if known else 0)
        if not known:
            source.cursor = {"validity": box.validity, "uid": 0}
        return _take(source, box, uids[:MOST], more=len(uids) > MOST)


def _take(source: Source, box: mailbox.Mailbox, uids: list[int], *, more: bool) -> Looked:
    """One by one; a mail that cannot be read is kept in quarantine, and the next one is taken."""
    taken, new, notes = 0, 0, []
    for uid in uids:
        note, items = _one(source, box, uid)
        source.cursor = {**source.cursor, "uid": uid}
        taken, new = taken + (not note), new + items
        notes += [note] if note else []
    if not uids:
        return Looked("Nothing new since the last look.", True)
    return Looked(
        " ".join([f"{counted(taken, 'new mail')}, {counted(new, 'new or changed item')}.", *notes[:3]]),
        True,
        new,
        again=more,
    )


def _one(source: Source, box: mailbox.Mailbox, uid: int) -> tuple[str, int]:
    """A sentence when the mail was not used, and how many items came of it."""
    largest = int(settings.CONFIG.get("wire.max_file_mb")) * 1_000_000
    size = box.size(uid)
    if size > largest:
        return f"A mail of {size // 1_000_000} MB was left in the mailbox; wire.max_file_mb is the limit.", 0
    data = box.fetch(uid, largest)
    if not data:
        return "A mail was deleted before we could take it.", 0
    if not _is_from(source, data):
        return "A mail from somebody else was left in the mailbox.", 0
    receipt, new = taking.take(source, data, f"mail-{uid}.eml")
    if source.take_away:
        try:
            box.delete(uid)
        except reach.NotReached as error:
            log.warning("%s: mail %d was taken but could not be deleted: %s", source, uid, error)
    if receipt.file.state == WireFile.State.QUARANTINED:
        return f"A mail went to quarantine: {receipt.file.reason}", 0
    return "", new


def _is_from(source: Source, data: bytes) -> bool:
    """Whether the sender is one of those that the source names: addresses, or whole domains."""
    allowed = source.pattern.lower().replace(",", " ").split()
    if not allowed:
        return True
    try:
        message = BytesHeaderParser(policy=email.policy.default).parsebytes(data[:65_536])
        addresses = [each for header in message.get_all("From", []) for each in header.addresses]
    except (LookupError, ValueError, TypeError, AttributeError):
        return False
    if len(addresses) != 1:
        return False
    address, domain = addresses[0].addr_spec.lower(), addresses[0].domain.lower()
    names = {each.lstrip("@") for each in allowed}
    return address in allowed or any(domain == name or domain.endswith(f".{name}") for name in names)
