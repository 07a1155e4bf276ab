"""A push service as browsers' makers run one, and the browsers behind it: it checks who sends, they open what came.

Sealing is undone here with the curve and the cipher alone (RFC 8188, 8291), not with the library that seals.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def bare(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def plain(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def point(raw: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)


def opened(body: bytes, private: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """What was sealed for the browser with these keys (RFC 8291, section 3.4)."""
    salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
    theirs, text = body[21 : 21 + length], body[21 + length :]
    assert len(text) <= size, "one record"
    shared = private.exchange(ec.ECDH(), point(theirs))
    info = b"WebPush: info\0" + plain(private.public_key()) + theirs
    ikm = HKDF(SHA256(), 32, salt=auth, info=info).derive(shared)
    key = HKDF(SHA256(), 16, salt=salt, info=b"Content-Encoding: aes128gcm\0").derive(ikm)
    nonce = HKDF(SHA256(), 12, salt=salt, info=b"Content-Encoding: nonce\0").derive(ikm)
    said = AESGCM(key).decrypt(nonce, text, None).rstrip(b"\0")
    assert said.endswith(b"\2"), "the last record"
    return said[:-1]


@dataclass
class Browser:
    """One subscription with its secrets, and what its service was given for it."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey
    auth: bytes
    came: list[dict] = field(default_factory=list)

    @property
    def subscription(self) -> dict:
        """As `PushSubscription.toJSON()` gives it."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": b64(plain(self.private.public_key())), "auth": b64(self.auth)}}

    @property
    def heads(self) -> list[str]:
        return [one["head"] for one in self.came]


@dataclass
class Service:
    """Takes pushes only from the paper whose key a subscription was made with. `answers`: statuses to give first."""

    port: int = 0
    key: str = ""
    browsers: dict[str, Browser] = field(default_factory=dict)
    answers: dict[str, list[int]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def browser(self) -> Browser:
        name = f"/push/{secrets.token_urlsafe(24)}"
        one = Browser(f"http://127.0.0.1:{self.port}{name}", ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16))
        self.browsers[name] = one
        return one

    def answer(self, browser: Browser, *statuses: int) -> None:
        self.answers["/push/" + browser.endpoint.rpartition("/")[2]] = list(statuses)

    def post(self, path: str, headers: dict[str, str], body: bytes) -> int:
        self.requests.append((path, headers))
        browser = self.browsers.get(path)
        if browser is None:
            return 404
        if waiting := self.answers.get(path):
            return waiting.pop(0)
        if why := self._wrong(headers, body):
            print("push service:", why)
            return 400
        browser.came.append(json.loads(opened(body, browser.private, browser.auth)))
        return 201

    def _wrong(self, headers: dict[str, str], body: bytes) -> str:
        """RFC 8030 and 8292, as the makers' services check them."""
        parts = dict(part.strip().split("=", 1) for part in headers["authorization"].removeprefix("vapid ").split(","))
        if self.key and parts["k"] != self.key:
            return "another key than the subscription's"
        said, _, signature = parts["t"].rpartition(".")
        raw = bare(signature)
        encoded = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        point(bare(parts["k"])).verify(encoded, said.encode(), ec.ECDSA(SHA256()))
        claims = json.loads(bare(said.split(".")[1]))
        if claims["aud"] != f"http://127.0.0.1:{self.port}" or not claims["sub"].startswith("mailto:"):
            return f"claims {claims}"
        if not headers["ttl"].isdigit() or len(headers.get("topic", "")) > 32 or headers["content-encoding"] != "aes128gcm":
            return f"headers {headers}"
        return "too large" if len(body) > 4096 else ""


@contextmanager
def running() -> Iterator[Service]:
    """The service in a thread of its own, on a free port."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = service.post(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "600")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
