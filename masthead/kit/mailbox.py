"""A mailbox on another computer, over IMAP inside TLS: its new mails, byte for byte.

Nothing there is changed unless it is asked for: a mail that we read stays unread for people.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from typing import Any

from masthead.kit import reach

WHOLE = 240.0
"""Seconds for one visit."""
LONGEST_LINE = 1_000_000


class Mailbox:
    """A mailbox while we are signed in to it. `validity`: while it is the same, a mail keeps its UID (RFC 9051)."""

    def __init__(self, client: _Imap, validity: int, next_uid: int) -> None:
        self.validity, self.next_uid = validity, next_uid
        self._client = client

    def since(self, uid: int) -> list[int]:
        """UIDs above `uid`, in order. Raises NotReached."""
        found = self._ask("SEARCH", None, f"UID {uid + 1}:*")
        # “n:*” always names the last mail, also when that is older than n.
        return sorted(int(u) for u in b" ".join(f for f in found if f).split() if u.isdigit() and int(u) > uid)

    def size(self, uid: int) -> int:
        """Bytes of one mail, 0 when it is gone. Raises NotReached."""
        said = _line(self._ask("FETCH", str(uid), "(RFC822.SIZE)"))
        found = re.search(rb"RFC822\.SIZE (\d+)", said)
        return int(found[1]) if found else 0

    def fetch(self, uid: int, most: int) -> bytes:
        """The mail as it came, b"" when it is gone; it stays unread. Raises NotReached."""
        self._client.most = most
        try:
            answer = self._ask("FETCH", str(uid), "(BODY.PEEK[])")
        finally:
            self._client.most = LONGEST_LINE
        return next((bytes(part[1]) for part in answer if isinstance(part, tuple) and len(part) > 1), b"")

    def delete(self, uid: int) -> None:
        """Mark the mail as deleted; gone at once where the server can do that for one mail alone."""
        self._ask("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)")
        with _in_words(self._client.host, self._client.limit):
            able = _line(self._client.capability()[1]).upper().split()  # said anew after signing in
        if b"UIDPLUS" in able:
            self._ask("EXPUNGE", str(uid))

    def _ask(self, command: str, *words: Any) -> list[Any]:
        with _in_words(self._client.host, self._client.limit):
            kind, answer = self._client.uid(command, *words)
        if kind != "OK":
            raise reach.NotReached(f"The mailbox refused {command}: {_line(answer).decode('ascii', 'replace')[:200]}.")
        return list(answer)


def _line(answer: Any) -> bytes:
    parts = (b" ".join(p) if isinstance(p, tuple) else p for p in answer or [] if p)
    return b" ".join(p for p in parts if isinstance(p, bytes))


class _Imap(imaplib.IMAP4):
    """imaplib with its connection made by `reach`, and no answer larger than was agreed."""

    def __init__(self, host: str, port: int, allows: reach.Judge, limit: reach.Limit, starttls: bool) -> None:
        self.allows, self.limit, self.starts, self.most = allows, limit, starttls, LONGEST_LINE
        super().__init__(host, port, timeout=reach.SECONDS)

    def _create_socket(self, timeout: float | None) -> Any:
        connected = reach.connect(self.host, self.port, allows=self.allows, limit=self.limit)
        return connected if self.starts else reach.secure(connected, self.host, self.limit)

    def read(self, size: int) -> bytes:
        if size > self.most:
            raise reach.NotReached(f"The mail is larger than {self.most // 1_000_000} MB.")
        return super().read(size)


@contextlib.contextmanager
def imap(
    *,
    host: str,
    port: int,
    username: str,
    secret: str,
    name: str = "INBOX",
    starttls: bool = False,
    change: bool = False,
    allows: reach.Judge = reach.is_public,
) -> Iterator[Mailbox]:
    """Sign in and open the mailbox `name`. Raises NotReached with a sentence.

    Always inside TLS: from the first byte, or after STARTTLS. `change`: mails may be deleted; else it is opened so
    that nothing can be.
    """

    with reach.within(WHOLE) as limit, _in_words(host, limit):
        client = _Imap(host, port, allows, limit, starttls)
        try:
            if starttls:
                client.starttls(ssl.create_default_context())
                limit.watch(client.sock)
            try:
                client.login(username, secret)
            except imaplib.IMAP4.error:
                raise reach.NotReached(f"{host} answered, but did not accept the name and password.") from None
            kind, _ = client.select(_quoted(name), readonly=not change)
            if kind != "OK":
                raise reach.NotReached(f"{host} let us in, but there is no mailbox called “{name}”.")
            yield Mailbox(client, _number(client, "UIDVALIDITY"), _number(client, "UIDNEXT"))
        finally:
            with contextlib.suppress(Exception):
                client.shutdown()


def _number(client: imaplib.IMAP4, name: str) -> int:
    said = client.response(name)[1]
    return int(said[0]) if said and said[0] and said[0].isdigit() else 0


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "") + '"'


@contextlib.contextmanager
def _in_words(host: str, limit: reach.Limit) -> Iterator[None]:
    try:
        yield
    except reach.NotReached:
        raise
    except (imaplib.IMAP4.error, OSError, EOFError, ValueError) as error:
        if limit.passed:
            raise reach.NotReached(f"{host} took longer than {limit.seconds:.0f} seconds.") from None
        raise reach.NotReached(f"{host} could not be asked: {reach.said(error)}.") from None
