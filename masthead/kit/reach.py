"""How every connection to another computer is made: to public addresses only, and never for longer than agreed.

The name is resolved once, every address it gives is judged, and the connection goes to the very address that was
judged, so that a name which answers differently the second time gains nothing. A `Limit` ends connections when the
time for the whole talk is over, so that a sender who drips a byte now and then holds nobody up, whatever the protocol.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator

SECONDS = 10.0
"""To connect, and between two pieces of an answer."""

Judge = Callable[[str], bool]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NEVER = tuple(
    ipaddress.ip_network(net)
    for net in (
        "64:ff9b:1::/48",  # NAT64 for local use (RFC 8215)
        "::/96",  # IPv4-compatible, long given up (RFC 4291)
        "fec0::/10",  # site-local, long given up (RFC 3879)
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
    )
)


class NotReached(OSError):
    """Another computer could not be reached. The message is the sentence for the editor.

    `retry_after`: seconds that the other side asks us to wait, 0 when it does not say.
    """

    def __init__(self, sentence: str, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also when it wraps an IPv4 address (6to4, NAT64, mapped)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and (ip in _NAT64 or int(ip) >> 32 & 0xFDFFFFFF == 0x5EFE):  # the latter is ISATAP
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    if any(ip in net for net in _NEVER if net.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast


class Limit:
    """Seconds for a whole talk. Sockets that are watched are shut when they are over, which wakes whoever reads."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.passed = seconds, False
        self._until = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    def watch(self, connected: socket.socket) -> None:
        """Shut this one too when the time is over."""
        with self._lock:
            self._sockets.append(connected)
        if self.passed:
            self._shut()

    def check(self) -> None:
        """Raises NotReached when the time is over, for work that does not wait on a socket."""
        if self.passed or time.monotonic() > self._until:
            self.passed = True
            raise NotReached(f"It took longer than {self.seconds:.0f} seconds.")

    def _shut(self) -> None:
        self.passed = True
        with self._lock:
            for each in self._sockets:
                # The plain socket's own method: a TLS socket would forget its state while another thread reads.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(each, socket.SHUT_RDWR)


@contextlib.contextmanager
def within(seconds: float) -> Iterator[Limit]:
    """A limit for the length of a `with` block."""
    limit = Limit(seconds)
    limit._timer.start()
    try:
        yield limit
    finally:
        limit._timer.cancel()


def judged(host: str, port: int, allows: Judge) -> str:
    """The address to connect to. All addresses of the name must be allowed, not only the first. Raises NotReached."""
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError, ValueError):
        raise NotReached(f"There is no computer called {host}.") from None
    if not found or not all(allows(address) for address in found):
        raise NotReached(f"{host} is not on the public internet, so it was not asked.")
    return found[0]


def connect(host: str, port: int, *, allows: Judge, limit: Limit) -> socket.socket:
    """A connection to the address that was judged. Raises NotReached; a refusal by the other side is an OSError."""
    address = judged(host, port, allows)
    connected = socket.create_connection((address, port), timeout=min(SECONDS, limit.seconds))
    limit.watch(connected)
    limit.check()
    return connected


def secure(connected: socket.socket, host: str, limit: Limit) -> ssl.SSLSocket:
    """The connection inside TLS, with the certificate checked against `host`. Raises ssl.SSLError."""
    wrapped = ssl.create_default_context().wrap_socket(connected, server_hostname=host)
    limit.watch(wrapped)
    return wrapped


def said(error: Exception) -> str:
    """What went wrong on the way, in words that an editor can pass on."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "nothing answers at that port"
    if isinstance(error, (ConnectionError, EOFError)):
        return "the connection broke off"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split())[:200] or type(error).__name__
