"""A real SMTP server that takes letters and can be told what to answer to whom."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP


@dataclass
class Sink:
    """What was taken, in order; `answers` maps an address, or a domain, to what RCPT is answered."""

    answers: dict[str, str] = field(default_factory=dict)
    at_data: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(address) or self.answers.get(address.rpartition("@")[2])
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        if to in self.at_data:
            return self.at_data[to]
        self.taken.append((to, envelope.content))
        return "250 taken"

    def to(self, address: str) -> list[EmailMessage]:
        return [parse(data) for to, data in self.taken if to == address]

    @property
    def addresses(self) -> list[str]:
        return [to for to, _ in self.taken]


def parse(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)  # type: ignore[return-value]


@contextmanager
def running(sink: Sink | None = None) -> Iterator[Sink]:
    """The server in a thread of its own, on a free port."""
    sink, loop = sink or Sink(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    serving = loop.create_server(lambda: SMTP(sink, hostname="sink.example", enable_SMTPUTF8=True), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(serving, loop).result(10)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
