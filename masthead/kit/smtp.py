"""Handing a letter to a mail server, with a clear word on how far it came.

What matters to whoever keeps the books: a letter that failed before its text was sent did surely not go out and may be
tried again; one that failed while its text was under way may have gone out or not, and nobody can tell.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl

from masthead.kit import reach

SECONDS = 30.0
"""To connect, and for each answer."""
WAYS = ("starttls", "tls", "none")


class Refused(Exception):
    """The server said no, in `code` and `words`, and did not take the letter: 4xx for now, 5xx for good."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code} {words}")
        self.code, self.words = code, words


class Unsure(Exception):
    """The connection broke while the text was under way. The message says how."""


class Server:
    """A connection to a mail server, opened when it is first needed and kept for the letters that follow.

    Args:
        way: `starttls` (asked for and insisted on), `tls` (from the first byte) or `none` (only inside one machine).
    """

    def __init__(self, host: str, port: int, *, user: str = "", password: str = "", way: str = "starttls") -> None:
        self.host, self.port, self.way = host, port, way
        self._user, self._password = user, password
        self._client: smtplib.SMTP | None = None

    def deliver(self, sender: str, to: str, message: bytes) -> str:
        """Hand over `message` (CRLF lines) for one address; returns the server's words.

        Raises reach.NotReached when nothing was handed over because of the server as a whole, Refused when it did not
        take this letter, Unsure when nobody can say.
        """
        client = self._client or self._open()
        try:
            if client.has_extn("pipelining"):
                _together(client, sender, to)
            else:
                for command, words in (("MAIL", f"FROM:{_quoted(sender)}"), ("RCPT", f"TO:{_quoted(to)}"), ("DATA", "")):
                    _insist(client.docmd(command, words))
        except smtplib.SMTPServerDisconnected as error:
            # Servers close a connection that was idle. Nothing of this letter was sent: once more, on a new one.
            self.close()
            raise reach.NotReached(f"{self.host} closed the connection ({error}).") from None
        except OSError as error:
            self.close()
            raise reach.NotReached(f"{self.host}: {reach.said(error)}.") from None
        except Refused as refused:
            self._after(refused.code)
            raise
        return self._text(client, message)

    def _text(self, client: smtplib.SMTP, message: bytes) -> str:
        try:
            client.send(re.sub(rb"(?m)^\.", b"..", message.removesuffix(b"\r\n")) + b"\r\n.\r\n")
            code, said = client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unsure(f"The connection to {self.host} broke off while the letter was under way: {reach.said(error)}.") from None
        words = _words(said)
        if code != 250:
            self._after(code)
            raise Refused(code, words)
        return words

    def _after(self, code: int) -> None:
        """Be ready for the next letter: 421 says that the server hangs up."""
        if code == 421 or self._client is None:
            self.close()
            return
        try:
            self._client.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _open(self) -> smtplib.SMTP:
        try:
            context = ssl.create_default_context()
            client = (
                smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
                if self.way == "tls"
                else smtplib.SMTP(self.host, self.port, timeout=SECONDS)
            )
            client.ehlo_or_helo_if_needed()
            if self.way == "starttls":
                client.starttls(context=context)
                client.ehlo()
            if self._user:
                client.login(self._user, self._password)
        except smtplib.SMTPAuthenticationError as error:
            words = _words(error.smtp_error)
            raise reach.NotReached(f"{self.host} answered, but did not accept the name and password ({words}).") from None
        except smtplib.SMTPNotSupportedError as error:
            raise reach.NotReached(f"{self.host} cannot do what mail.tls and mail.user ask for ({error}).") from None
        except (OSError, smtplib.SMTPException) as error:
            raise reach.NotReached(f"The mail server {self.host}:{self.port} was not reached: {reach.said(error)}.") from None
        self._client = client
        return client

    def close(self) -> None:
        """Hang up. The next letter opens a new connection."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                client.close()


def _together(client: smtplib.SMTP, sender: str, to: str) -> None:
    """All that comes before the text in one piece (RFC 2920): a distant server is waited for once, not three times.

    Raises Refused with the first refusal; then the server waits for the next letter.
    """
    client.send(f"MAIL FROM:{_quoted(sender)}\r\nRCPT TO:{_quoted(to)}\r\nDATA\r\n".encode("ascii"))
    answers = [client.getreply() for _ in range(3)]
    refused = [answer for answer in answers if answer[0] not in (250, 251, 354)]
    if refused and answers[2][0] == 354:
        # It waits for a text though it takes no address: an empty one, which goes to nobody.
        client.send(b".\r\n")
        client.getreply()
    for answer in refused[:1]:
        _insist(answer)


def _quoted(address: str) -> str:
    if "\r" in address or "\n" in address:
        raise ValueError("An address holds a line break; nothing was said to the mail server.")
    return smtplib.quoteaddr(address)


def _insist(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if code == -1:
        raise smtplib.SMTPServerDisconnected("no answer")
    if code not in (250, 251, 354):
        raise Refused(code, _words(said))


def _words(said: object) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:300]
