"""The door to the network: only public addresses, limits kept, redirects judged."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from masthead.kit import fetch


@pytest.mark.parametrize(
    "address, public",
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("2002:0a01:0203::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a01:203", False),
        ("100.64.0.1", False),
    ],
)
def test_what_counts_as_public(address, public) -> None:
    assert fetch.is_public(address) is public


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/")
            self.end_headers()
            return
        if self.path == "/round":
            self.send_response(302)
            self.send_header("Location", "/round")
            self.end_headers()
            return
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Type", "image/png; charset=x")
        self.end_headers()
        self.wfile.write(b"x" * 5000)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def only_loopback(address: str) -> bool:
    return address == "127.0.0.1"


def test_a_fetch(site) -> None:
    got = fetch.get(f"{site}/picture", most=10_000, allows=only_loopback)
    assert (len(got.data), got.content_type) == (5000, "image/png")


@pytest.mark.parametrize("path, word", [("/none", "404"), ("/away", "not on the public internet"), ("/round", "redirected")])
def test_refusals(site, path, word) -> None:
    with pytest.raises(fetch.NotFetched, match=word):
        fetch.get(site + path, most=10_000, allows=only_loopback)


def test_too_large(site) -> None:
    with pytest.raises(fetch.NotFetched, match="larger"):
        fetch.get(f"{site}/picture", most=4000, allows=only_loopback)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.example/x", "http://u:p@a.example/", "http://", "gopher://x"])
def test_other_schemes_are_not_asked(url) -> None:
    with pytest.raises(fetch.NotFetched):
        fetch.get(url, most=10)


def test_loopback_is_refused_by_default(site) -> None:
    with pytest.raises(fetch.NotFetched, match="not on the public internet"):
        fetch.get(f"{site}/picture", most=10_000)
