"""Another server of the fediverse: its people follow us, its inboxes believe nothing that is not signed.

Signatures are made and checked here by the two standards' words alone, with the cipher and nothing of ours. It keeps posts
as such servers do: what was deleted never comes back under the same address.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def sha256(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


@dataclass
class FarServer:
    """`look_up` fetches a document of ours; `answers`: statuses to give first, by path."""

    port: int = 0
    look_up: Callable[[str], dict] = dict
    answers: dict[str, list[int]] = field(default_factory=dict)
    activities: list[tuple[str, dict]] = field(default_factory=list)
    posts: dict[str, dict] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    shared: bool = True
    only_new: bool = False

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def person(self, name: str) -> str:
        return f"http://{self.host}/users/{name}"

    def document(self, name: str) -> dict:
        uri = self.person(name)
        more = {"endpoints": {"sharedInbox": f"http://{self.host}/inbox"}} if self.shared else {}
        key = {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": PEM}
        return {"@context": "https://www.w3.org/ns/activitystreams", "id": uri, "type": "Person", "inbox": f"{uri}/inbox", "publicKey": key, **more}

    # --- what it is told --------------------------------------------------------------------------------------

    def post(self, path: str, headers: dict[str, str], body: bytes) -> int:
        if waiting := self.answers.get(path):
            return waiting.pop(0)
        said = json.loads(body)
        if self.only_new and "signature-input" not in headers:
            return 401
        if not self.is_signed(path, headers, body, said["actor"]):
            return 401
        self.activities.append((path, said))
        inner = said.get("object")
        if said["type"] == "Create" and inner["id"] not in self.deleted:
            self.posts[inner["id"]] = inner
        elif said["type"] == "Announce" and inner not in self.deleted:
            self.posts.setdefault(inner, self.look_up(inner))
        elif said["type"] == "Update" and inner["id"] in self.posts:
            self.posts[inner["id"]] = inner
        elif said["type"] == "Delete":
            assert inner["id"].startswith(said["actor"].rpartition("/")[0])
            self.deleted.add(inner["id"])
            self.posts.pop(inner["id"], None)
        return 202

    def is_signed(self, path: str, headers: dict[str, str], body: bytes, actor: str) -> bool:
        owner = self.look_up(actor)
        key = load_pem_public_key(owner["publicKey"]["publicKeyPem"].encode())
        if "signature-input" in headers:
            _, params = headers["signature-input"].split("=", 1)
            known = {"@method": "POST", "@target-uri": f"http://{self.host}{path}", **headers}
            names = re.findall(r'"([^"]+)"', params.split(")")[0])
            assert {"@method", "@target-uri", "content-digest"} <= set(names)
            words = "\n".join([*(f'"{n}": {known[n]}' for n in names), f'"@signature-params": {params}'])
            signature, key_id = headers["signature"].split(":")[1], re.search(r'keyid="([^"]+)"', params)[1]
            right = headers["content-digest"] == f"sha-256=:{sha256(body)}:"
        else:
            said = dict(re.findall(r'(\w+)="([^"]*)"', headers["signature"]))
            known = {"(request-target)": f"post {path}", **headers}
            assert {"(request-target)", "host", "date", "digest"} <= set(said["headers"].split())
            words = "\n".join(f"{n}: {known[n]}" for n in said["headers"].split())
            signature, key_id, right = said["signature"], said["keyId"], headers["digest"] == f"SHA-256={sha256(body)}"
        assert headers["host"] == self.host
        key.verify(base64.b64decode(signature), words.encode(), padding.PKCS1v15(), SHA256())
        return right and key_id == owner["publicKey"]["id"] and owner["publicKey"]["owner"] == actor

    # --- what it tells ----------------------------------------------------------------------------------------

    def signed(self, url: str, said: dict, name: str, *, at: datetime, new: bool = False) -> tuple[bytes, dict[str, str]]:
        """The body and headers with which the person called `name` would tell `said`."""
        body, host, path = json.dumps(said).encode(), url.split("/")[2], "/" + url.split("/", 3)[3]
        key_id, date = f"{self.person(name)}#main-key", format_datetime(at.astimezone(UTC), usegmt=True)
        if new:
            params = f'("@method" "@target-uri" "content-digest");created={int(at.timestamp())};keyid="{key_id}"'
            digest = f"sha-256=:{sha256(body)}:"
            words = f'"@method": POST\n"@target-uri": {url}\n"content-digest": {digest}\n"@signature-params": {params}'
            headers = {"content-digest": digest, "signature-input": f"sig={params}", "signature": f"sig=:{self._sign(words)}:"}
        else:
            words = f"(request-target): post {path}\nhost: {host}\ndate: {date}\ndigest: SHA-256={sha256(body)}"
            named = f'keyId="{key_id}",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="{self._sign(words)}"'
            headers = {"digest": f"SHA-256={sha256(body)}", "signature": named}
        return body, {"host": host, "date": date, "content-type": "application/activity+json", **headers}

    def _sign(self, words: str) -> str:
        return base64.b64encode(KEY.sign(words.encode(), padding.PKCS1v15(), SHA256())).decode()

    def of(self, kind: str) -> list[dict]:
        return [said for _, said in self.activities if said["type"] == kind]


@contextmanager
def running() -> Iterator[FarServer]:
    """The server in a thread of its own, on a free port."""
    server = FarServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix("/users/")
            server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            self._say(410 if name in server.gone else 200, json.dumps(server.document(name)).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                self._say(server.post(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            except Exception as error:  # a fault of the test's own is an answer, too
                print("far server:", repr(error))
                self._say(400)

        def _say(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/activity+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.port = http.server_address[1]
    threading.Thread(target=http.serve_forever, daemon=True, kwargs={"poll_interval": 0.02}).start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


def fetched(url: str) -> dict:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.loads(answer.read())
