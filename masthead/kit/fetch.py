"""The one door to the network: GET from public addresses only, with limits of size and time.

The name is resolved here, every address it gives is judged, and the connection goes to the very address that
was judged, so that a name which answers differently the second time gains nothing. Each redirect is judged anew.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import urllib3

MOST_REDIRECTS = 4
SECONDS = 10.0
"""To connect, and between two pieces of the answer."""
WHOLE = 60.0
"""Seconds for the whole answer: a sender that drips holds nobody up."""
AGENT = "Masthead/0.1 (news intake)"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Judge = Callable[[str], bool]


class NotFetched(OSError):
    """The address was not fetched. The message is the sentence for the editor.

    `retry_after`: seconds that the other side asks us to wait, 0 when it does not say.
    """

    def __init__(self, sentence: str, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: the bytes, the final address, the media type without parameters."""

    data: bytes
    url: str
    content_type: str
    status: int = 200
    """200, or 304 when the request was conditional and nothing is new."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """ETag, Last-Modified, Retry-After and Link of the answer, where it has them."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also when it wraps an IPv4 address (6to4, NAT64, mapped)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def get(url: str, *, most: int, allows: Judge = is_public, unless: Mapping[str, str] | None = None) -> Fetched:
    """The bytes at `url`, at most `most` of them. Raises NotFetched with a sentence.

    `unless` holds the conditional headers of RFC 9110 (If-None-Match, If-Modified-Since).
    """
    for _ in range(MOST_REDIRECTS + 1):
        answer = _ask(url, allows, unless or {})
        try:
            if answer.status in (301, 302, 303, 307, 308) and answer.headers.get("Location"):
                url = urljoin(url, answer.headers["Location"])
                continue
            told = {name: answer.headers[name] for name in _TOLD if name in answer.headers}
            if answer.status == 304 and unless:
                return Fetched(b"", url, "", 304, told)
            if answer.status != 200:
                raise NotFetched(f"{url} answered with {answer.status}.", _seconds(told.get("Retry-After", "")))
            kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return Fetched(_read(answer, url, most), url, kind, 200, told)
        finally:
            answer.close()
    raise NotFetched(f"{url} was redirected more than {MOST_REDIRECTS} times.")


_TOLD = ("ETag", "Last-Modified", "Retry-After", "Link")


def _seconds(said: str) -> int:
    return min(int(said), 86_400) if said.isascii() and said.isdigit() and len(said) < 7 else 0


def _ask(url: str, allows: Judge, unless: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise NotFetched(f"{url} is not an address that can be fetched (http or https, without a password).")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise NotFetched(f"{url} names a port that does not exist.") from None
    address = _judged(parts.hostname, port, allows)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc, "User-Agent": AGENT, "Accept-Encoding": "identity", **unless}
    timeout = urllib3.Timeout(connect=SECONDS, read=SECONDS)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, port, timeout=timeout, server_hostname=parts.hostname, assert_hostname=parts.hostname
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout)
    try:
        return pool.urlopen("GET", target, headers=headers, redirect=False, retries=False, preload_content=False)
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise NotFetched(f"{url} could not be fetched: {error}.") from None


def _judged(host: str, port: int, allows: Judge) -> str:
    """The address to connect to. All addresses of the name must be allowed, not only the first."""
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise NotFetched(f"There is no computer called {host}.") from None
    if not found or not all(allows(address) for address in found):
        raise NotFetched(f"{host} is not on the public internet, so it was not asked.")
    return found[0]


def _read(answer: urllib3.BaseHTTPResponse, url: str, most: int) -> bytes:
    data = bytearray()
    latest = time.monotonic() + WHOLE
    try:
        for piece in answer.stream(65_536):
            data += piece
            if time.monotonic() > latest:
                raise NotFetched(f"{url} took longer than {WHOLE:.0f} seconds.")
            if len(data) > most:
                raise NotFetched(f"{url} is larger than {most // 1_000_000} MB.")
    except urllib3.exceptions.HTTPError as error:
        raise NotFetched(f"{url} broke off: {error}.") from None
    return bytes(data)
