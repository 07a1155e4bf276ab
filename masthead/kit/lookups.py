"""What the doctor asks the world: names in DNS, the time, a certificate's last day. Nothing here is believed by the paper itself."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from datetime import datetime

from masthead.kit import clock

PATIENCE = 4.0
"""Seconds that an answer is waited for."""
_SINCE_1900 = 2_208_988_800


class NoAnswer(Exception):
    """Nobody answered. The message is the reason in a few words."""


def dns_texts(name: str, server: tuple[str, int] | None = None) -> list[str]:
    """The TXT records of `name`; none when there is no such name. `server` is asked instead of the machine's own. Raises NoAnswer."""
    import dns.exception
    import dns.resolver

    resolver = dns.resolver.Resolver(configure=server is None)
    if server:
        resolver.nameservers, resolver.port = [server[0]], server[1]
    try:
        found = resolver.resolve(name, "TXT", lifetime=PATIENCE)
        return [b"".join(row.strings).decode("utf-8", "replace") for row in found]
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise NoAnswer(f"{name} could not be looked up: {type(error).__name__}") from None


def clock_is_off(server: str = "pool.ntp.org", port: int = 123) -> float:
    """Seconds that this machine's clock is ahead of an SNTP server's; negative: behind. Raises NoAnswer."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(PATIENCE)
            sent = time.time()
            asking.sendto(b"\x23" + 47 * b"\0", (server, port))
            answer = asking.recv(512)
            received = time.time()
    except OSError as error:
        raise NoAnswer(f"{server} does not answer ({error})") from None
    if len(answer) < 48:
        raise NoAnswer(f"{server} does not speak NTP")
    whole, part = struct.unpack("!II", answer[40:48])
    theirs = whole - _SINCE_1900 + part / 2**32
    return (sent + received) / 2 - theirs


def certificate_days(host: str, port: int = 443) -> int:
    """Whole days for which the certificate at `host` still holds. Raises NoAnswer, also for one that no browser would accept."""
    try:
        with (
            socket.create_connection((host, port), PATIENCE) as line,
            ssl.create_default_context().wrap_socket(line, server_hostname=host) as secure,
        ):
            until = ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"]))
    except (OSError, KeyError) as error:
        raise NoAnswer(f"{host} has no certificate that a browser accepts ({error})") from None
    return (datetime.fromtimestamp(until, tz=clock.now().tzinfo) - clock.now()).days
