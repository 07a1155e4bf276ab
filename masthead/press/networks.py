"""How each content delivery network is told to forget pages: the words of its API, and nothing else.

Cloudflare: POST /zones/ZONE/purge_cache, 30 addresses at a time. Fastly: POST /service/SERVICE/purge with surrogate
keys, 256 at a time. Bunny: POST /purge?url=ADDRESS. The rest: PURGE to each cache with the paper's own host name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from masthead.kit import fetch
from masthead.press.entries import key_of


@dataclass(frozen=True, slots=True)
class Network:
    """The keyholder's settings. `kind` is one of KINDS."""

    kind: str
    zone: str = ""
    token: str = ""
    urls: tuple[str, ...] = ()
    """For `purge` the caches; for the others another address of the API."""


def forget(network: Network, base_url: str, paths: Sequence[str]) -> None:
    """Have the network forget these pages, at most `at_once(network)`. Raises fetch.NotFetched with a sentence."""
    _HOW[network.kind](network, base_url, paths)


def at_once(network: Network) -> int:
    """How many pages one call may name."""
    return {"cloudflare": 30, "fastly": 256}.get(network.kind, 1)


def _cloudflare(network: Network, base_url: str, paths: Sequence[str]) -> None:
    api = network.urls[0] if network.urls else "https://api.cloudflare.com/client/v4"
    body = json.dumps({"files": [base_url + path for path in paths]}).encode()
    headers = {"Authorization": f"Bearer {network.token}", "Content-Type": "application/json"}
    _send("POST", f"{api}/zones/{network.zone}/purge_cache", body, headers)


def _fastly(network: Network, base_url: str, paths: Sequence[str]) -> None:
    api = network.urls[0] if network.urls else "https://api.fastly.com"
    body = json.dumps({"surrogate_keys": [f"page-{key_of(path)}" for path in paths]}).encode()
    headers = {"Fastly-Key": network.token, "Content-Type": "application/json", "Accept": "application/json"}
    _send("POST", f"{api}/service/{network.zone}/purge", body, headers)


def _bunny(network: Network, base_url: str, paths: Sequence[str]) -> None:
    api = network.urls[0] if network.urls else "https://api.bunny.net"
    for path in paths:
        _send("POST", f"{api}/purge?url={quote(base_url + path, safe='')}", b"", {"AccessKey": network.token})


def _purge(network: Network, base_url: str, paths: Sequence[str]) -> None:
    headers = {"Host": urlsplit(base_url).netloc}
    if network.token:
        headers["Authorization"] = f"Bearer {network.token}"
    for path in paths:
        for cache in network.urls:
            try:
                _send("PURGE", cache + path, b"", headers)
            except fetch.NotFetched as error:
                if error.status not in (404, 412):  # nginx's and others' “I did not have it”
                    raise


def _send(method: str, url: str, body: bytes, headers: dict[str, str]) -> None:
    # Any address: the keyholder wrote it into masthead.toml, and a cache often stands on the same machine.
    fetch.send(method, url, body, headers={"Content-Length": str(len(body)), **headers}, allows=lambda address: True)


_HOW: dict[str, Callable[[Network, str, Sequence[str]], None]] = {
    "cloudflare": _cloudflare,
    "fastly": _fastly,
    "bunny": _bunny,
    "purge": _purge,
}
KINDS = tuple(_HOW)
