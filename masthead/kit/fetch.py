"""The one door to the web: GET and POST to public addresses only, with limits of size and time.

Each redirect is judged anew, and what proves who we are goes to the first computer only, never to one that it names.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from masthead.kit import reach
from masthead.kit.reach import Judge, is_public

__all__ = ["Fetched", "Judge", "NotFetched", "get", "is_public", "post", "same_computer", "send"]

MOST_REDIRECTS = 4
WHOLE = 60.0
"""Seconds for the whole answer with its redirects: a sender that drips holds nobody up."""
AGENT = "Masthead/0.1 (news intake)"


class NotFetched(reach.NotReached):
    """The address was not fetched. The message is the sentence for the editor.

    `status`: what the other side answered, 0 when it did not.
    """

    def __init__(self, sentence: str, retry_after: int = 0, status: int = 0) -> None:
        super().__init__(sentence, retry_after)
        self.status = status


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


def get(
    url: str,
    *,
    most: int,
    allows: Judge = is_public,
    unless: Mapping[str, str] | None = None,
    proof: Mapping[str, str] | None = None,
) -> Fetched:
    """The bytes at `url`, at most `most` of them. Raises NotFetched with a sentence.

    `unless` holds the conditional headers of RFC 9110 (If-None-Match, If-Modified-Since); `proof` the headers with
    which we sign in: a redirect to another computer, or from https to http, does not get them.
    """
    first = url
    with reach.within(WHOLE) as limit:
        for _ in range(MOST_REDIRECTS + 1):
            signed = dict(proof or {}) if same_computer(first, url) else {}
            answer = _ask("GET", url, allows, limit, {**signed, **(unless or {})})
            try:
                if answer.status in (301, 302, 303, 307, 308) and answer.headers.get("Location"):
                    url = urljoin(url, answer.headers["Location"])
                    continue
                told = {name: answer.headers[name] for name in _TOLD if name in answer.headers}
                if answer.status == 304 and unless:
                    return Fetched(b"", url, "", 304, told)
                if answer.status != 200:
                    raise NotFetched(_refused(url, answer.status), _seconds(told.get("Retry-After", "")), answer.status)
                kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                return Fetched(_read(answer, url, most, limit), url, kind, 200, told)
            finally:
                answer.close()
    raise NotFetched(f"{url} was redirected more than {MOST_REDIRECTS} times.")


def post(
    url: str, form: Mapping[str, str], *, allows: Judge = is_public, proof: Mapping[str, str] | None = None
) -> int:
    """Send a form; the answer's status when it is one of success. Redirects are not followed. Raises NotFetched."""
    with reach.within(WHOLE) as limit:
        headers = {"Content-Type": "application/x-www-form-urlencoded", **(proof or {})}
        answer = _ask("POST", url, allows, limit, headers, urlencode(form).encode())
        try:
            if not 200 <= answer.status < 300:
                after = _seconds(answer.headers.get("Retry-After", ""))
                raise NotFetched(_refused(url, answer.status), after, answer.status)
            return answer.status
        finally:
            answer.close()


def send(
    method: str, url: str, body: bytes = b"", *, headers: Mapping[str, str], allows: Judge = is_public
) -> int:
    """Send `body` by any method; the answer's status when it is one of success. Redirects are not followed.

    Raises NotFetched with a sentence.
    """
    with reach.within(WHOLE) as limit:
        answer = _ask(method, url, allows, limit, headers, body)
        try:
            if not 200 <= answer.status < 300:
                after = _seconds(answer.headers.get("Retry-After", ""))
                raise NotFetched(_refused(url, answer.status), after, answer.status)
            return answer.status
        finally:
            answer.close()


def ask_json(url: str, question: object, *, most: int, allows: Judge = is_public) -> bytes:
    """The answer to a question that is sent as JSON, at most `most` bytes. Redirects are not followed. Raises NotFetched."""
    with reach.within(WHOLE) as limit:
        answer = _ask("POST", url, allows, limit, {"Content-Type": "application/json"}, json.dumps(question).encode())
        try:
            if answer.status != 200:
                raise NotFetched(_refused(url, answer.status), 0, answer.status)
            return _read(answer, url, most, limit)
        finally:
            answer.close()


def same_computer(one: str, other: str) -> bool:
    """Whether two addresses have the same scheme, host and port."""
    try:
        mine, theirs = (
            (p.scheme.lower(), (p.hostname or "").lower(), p.port or _PORTS.get(p.scheme.lower()))
            for p in (urlsplit(one), urlsplit(other))
        )
    except ValueError:
        return False
    return mine == theirs


_PORTS = {"http": 80, "https": 443}
_TOLD = ("ETag", "Last-Modified", "Retry-After", "Link")


def _refused(url: str, status: int) -> str:
    why = {401: ": it wants a name and password, or others than ours", 403: ": it does not let us in"}.get(status, "")
    return f"{url} answered with {status}{why}."


def _seconds(said: str) -> int:
    return min(int(said), 86_400) if said.isascii() and said.isdigit() and len(said) < 7 else 0


def _ask(
    method: str, url: str, allows: Judge, limit: reach.Limit, more: Mapping[str, str], body: bytes | None = None
) -> urllib3.BaseHTTPResponse:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        raise NotFetched(f"{url} names a computer or a port that does not exist.") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
        raise NotFetched(f"{url} is not an address that can be fetched (http or https, without a password).")
    try:
        host = parts.hostname if ":" in parts.hostname else parts.hostname.encode("idna").decode("ascii")
    except UnicodeError:
        raise NotFetched(f"There is no computer called {parts.hostname}.") from None
    name = f"[{host}]" if ":" in host else host
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": f"{name}:{parts.port}" if parts.port else name, "User-Agent": AGENT, "Accept-Encoding": "identity", **more}
    try:
        pool = _pool(parts.scheme, host, int(port or 0), allows, limit)
        return pool.urlopen(
            method, target, body=body, headers=headers, redirect=False, retries=False, preload_content=False
        )
    except reach.NotReached as refused:
        raise NotFetched(str(refused)) from None
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        if limit.passed:
            raise NotFetched(f"{url} took longer than {WHOLE:.0f} seconds.") from None
        raise NotFetched(f"{url} could not be fetched: {_why(error)}.") from None


def _why(error: Exception) -> str:
    """The cause beneath urllib3's wrapping."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, (ssl.SSLError, ConnectionError, TimeoutError)):
            return reach.said(cause)
        if isinstance(cause, urllib3.exceptions.TimeoutError):
            return reach.said(TimeoutError())
        cause = cause.__cause__ or cause.__context__
    return reach.said(error)


def _pool(scheme: str, host: str, port: int, allows: Judge, limit: reach.Limit) -> urllib3.HTTPConnectionPool:
    """A pool for one request, whose connection is made by `reach` and by nothing else."""
    timeout = urllib3.Timeout(connect=reach.SECONDS, read=reach.SECONDS)

    class Plain(HTTPConnection):
        def _new_conn(self) -> Any:
            return reach.connect(host, port, allows=allows, limit=limit)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> Any:
            return reach.connect(host, port, allows=allows, limit=limit)

    pool: Any
    if scheme == "https":
        pool = urllib3.HTTPSConnectionPool(host, port, timeout=timeout)
        pool.ConnectionCls = Secure
    else:
        pool = urllib3.HTTPConnectionPool(host, port, timeout=timeout)
        pool.ConnectionCls = Plain
    return pool


def _read(answer: urllib3.BaseHTTPResponse, url: str, most: int, limit: reach.Limit) -> bytes:
    data = bytearray()
    late = NotFetched(f"{url} took longer than {WHOLE:.0f} seconds.")
    try:
        for piece in answer.stream(65_536):
            data += piece
            if limit.passed:
                raise late
            if len(data) > most:
                raise NotFetched(f"{url} is larger than {most // 1_000_000} MB.")
    except (urllib3.exceptions.HTTPError, OSError) as error:
        if isinstance(error, NotFetched):
            raise
        raise late if limit.passed else NotFetched(f"{url} broke off: {_why(error)}.") from None
    if limit.passed:  # an answer without a length ends as if whole when its connection is shut
        raise late
    return bytes(data)
