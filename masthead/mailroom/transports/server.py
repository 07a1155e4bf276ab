"""A mail server, over SMTP."""

from __future__ import annotations

import re

from masthead.kit import reach, smtp
from masthead.mailroom import setting
from masthead.mailroom.transports.base import Outcome, Result

A_CONNECTION = 100
"""Letters after which we hang up and call again: many servers want it so."""
_NO_MAILBOX = re.compile(r"\b5\.1\.(1|2|3|6|10)\b")
_ENHANCED = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")


class MailServer:
    """Keeps one connection while there are letters."""

    def __init__(self) -> None:
        self._server = smtp.Server(
            setting.said("host"),
            setting.number("port"),
            user=setting.said("user"),
            password=setting.said("password"),
            way=setting.said("tls"),
        )
        self._sent = 0

    def send(self, *, sender: str, to: str, message: bytes, name: str) -> Result:
        if self._sent >= A_CONNECTION:
            self.rest()
        first = self._sent == 0
        try:
            said = self._server.deliver(sender, to, message)
        except reach.NotReached as error:
            self._sent = 0
            # A connection that was idle is closed by servers as they please: nothing was sent, so once more.
            return Result(Outcome.STOPPED, str(error)) if first else self.send(sender=sender, to=to, message=message, name=name)
        except smtp.Unsure as error:
            self._sent = 0
            return Result(Outcome.UNSURE, str(error))
        except smtp.Refused as refused:
            return Result(meaning(refused.code, refused.words), str(refused))
        self._sent += 1
        return Result(Outcome.TAKEN, f"250 {said}")

    def rest(self) -> None:
        self._server.close()
        self._sent = 0


def meaning(code: int, words: str) -> Outcome:
    """What a refusal means. 421: the whole server; 4xx: this letter, for now; 550 without a closer word: no mailbox."""
    if code == 421 or code in (530, 534, 535, 538):
        return Outcome.STOPPED
    if code < 500:
        return Outcome.LATER
    if _NO_MAILBOX.search(words) or (code in (550, 551, 553) and not _ENHANCED.search(words)):
        return Outcome.NOBODY
    return Outcome.NEVER
