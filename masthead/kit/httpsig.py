"""Signed requests between servers: “HTTP Signatures” as the fediverse has spoken them since 2017
(draft-cavage-http-signatures-12), and HTTP Message Signatures (RFC 9421), which take their place.

We sign in either and understand both. Keys are RSA; of others, Ed25519 is understood in RFC 9421.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

OLD, NEW = "cavage-12", "rfc9421"
CLOCKS_DIFFER = timedelta(minutes=5)
GOOD_FOR = timedelta(hours=12)
"""How old a signed request may be: servers that were away deliver late."""


class BadSignature(ValueError):
    """The request is not proven to come from its key. The message says why, for the log."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is signed: `url` whole, header names in lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of its signature, before it is believed."""

    scheme: str
    key_id: str
    signed: bytes
    """The words that were signed."""
    signature: bytes


def new_key() -> tuple[str, str]:
    """A fresh RSA key: private and public half, PEM."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    return secret, private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def sign(
    method: str, url: str, body: bytes, *, key_id: str, private: str, at: datetime, content_type: str = "", scheme: str = OLD
) -> dict[str, str]:
    """The headers that prove who asks: Date, the digest of `body`, the signature."""
    headers = {"Date": format_datetime(at.astimezone(UTC), usegmt=True)}
    if content_type:
        headers["Content-Type"] = content_type
    make = _sign_old if scheme == OLD else _sign_new
    return headers | make(Request(method, url, _lower(headers), body), key_id, private, at)


def _sign_old(request: Request, key_id: str, private: str, at: datetime) -> dict[str, str]:
    more = {"Digest": f"SHA-256={_sha256(request.body)}"} if request.body else {}
    known = {**request.headers, **_lower(more), "host": urlsplit(request.url).netloc}
    names = ["(request-target)", "host", "date", *(["digest"] if request.body else []), *(["content-type"] if "content-type" in known else [])]
    signature = _rsa(private, _old_words(Request(request.method, request.url, known, request.body), names, {}))
    said = f'keyId="{key_id}",algorithm="rsa-sha256",headers="{" ".join(names)}",signature="{signature}"'
    return more | {"Signature": said}


def _sign_new(request: Request, key_id: str, private: str, at: datetime) -> dict[str, str]:
    more = {"Content-Digest": f"sha-256=:{_sha256(request.body)}:"} if request.body else {}
    names = ["@method", "@target-uri", "date", *(["content-digest"] if request.body else [])]
    listed = " ".join(f'"{name}"' for name in names)
    params = f'({listed});created={int(at.timestamp())};keyid="{key_id}";alg="rsa-v1_5-sha256"'
    known = Request(request.method, request.url, {**request.headers, **_lower(more)}, request.body)
    signature = _rsa(private, _new_words(known, names, params))
    return more | {"Signature-Input": f"sig1={params}", "Signature": f"sig1=:{signature}:"}


def claim(request: Request, at: datetime) -> Claim:
    """What the request says of its signature, with everything checked that needs no key: its age, its digest, that it
    covers what matters. Raises BadSignature."""
    headers = request.headers
    if "signature-input" in headers:
        return _claim_new(request, at)
    if "signature" not in headers:
        raise BadSignature("There is no signature.")
    return _claim_old(request, at)


def verify(claimed: Claim, public: str) -> None:
    """Raises BadSignature unless the claim was signed with the private half of `public` (PEM)."""
    try:
        key = load_pem_public_key(public.encode())
        if isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
            key.verify(claimed.signature, claimed.signed, padding.PKCS1v15(), SHA256())
        elif isinstance(key, ed25519.Ed25519PublicKey) and claimed.scheme == NEW:
            key.verify(claimed.signature, claimed.signed)
        else:
            raise BadSignature("The key is of a kind that is not accepted.")
    except InvalidSignature:
        raise BadSignature("The signature is not of that key.") from None
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise error if isinstance(error, BadSignature) else BadSignature("The key cannot be read.") from None


# --- draft-cavage-http-signatures-12 ----------------------------------------------------------------------


def _claim_old(request: Request, at: datetime) -> Claim:
    said = dict(re.findall(r'(\w+)=(?:"([^"]*)")', request.headers["signature"]))
    said |= dict(re.findall(r"(\w+)=(\d{1,12})(?:,|$)", request.headers["signature"]))
    names = said.get("headers", "date").lower().split()
    if said.get("algorithm", "hs2019").lower() not in ("rsa-sha256", "hs2019"):
        raise BadSignature("The algorithm is not accepted.")
    if not {"(request-target)", "host"} <= set(names) or not {"date", "(created)"} & set(names):
        raise BadSignature("The signature does not cover where the request goes and when it was made.")
    if request.body:
        if "digest" not in names:
            raise BadSignature("The signature does not cover the body.")
        _check_digest(request.headers.get("digest", ""), r"(?i)sha-256=([A-Za-z0-9+/=]+)", request.body)
    made = datetime.fromtimestamp(int(said.get("created", "0")), UTC) if "(created)" in names else _date(request)
    _check_age(made, at)
    return Claim(OLD, said.get("keyId", ""), _old_words(request, names, said), _bare(said.get("signature", "")))


def _old_words(request: Request, names: list[str], said: Mapping[str, str]) -> bytes:
    parts = urlsplit(request.url)
    target = f"{request.method.lower()} {parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    derived = {"(request-target)": target, "(created)": said.get("created", ""), "(expires)": said.get("expires", "")}
    return "\n".join(f"{name}: {derived[name] if name in derived else _header(request, name)}" for name in names).encode()


# --- RFC 9421 ---------------------------------------------------------------------------------------------


def _claim_new(request: Request, at: datetime) -> Claim:
    match = re.fullmatch(r'([a-z*][\w.*-]*)=(\(((?:"[^"]+"(?: |(?=\))))*)\)((?:;[a-z]+=(?:"[^"]*"|-?\d{1,12}))*))', request.headers["signature-input"].strip())
    if match is None:
        raise BadSignature("The description of the signature cannot be read, or there are several.")
    names, params = re.findall(r'"([^"]+)"', match[3]), dict(re.findall(r';([a-z]+)=(?:"([^"]*)"|-?\d+)', match[4]))
    numbers = {k: int(v) for k, v in re.findall(r";([a-z]+)=(-?\d+)", match[4])}
    where = "@target-uri" in names or ({"@authority", "@path"} <= set(names)) or ({"@authority", "@request-target"} <= set(names))
    if "@method" not in names or not where or "created" not in numbers:
        raise BadSignature("The signature does not cover where the request goes and when it was made.")
    if request.body:
        if "content-digest" not in names:
            raise BadSignature("The signature does not cover the body.")
        _check_digest(request.headers.get("content-digest", ""), r"sha-256=:([A-Za-z0-9+/=]+):", request.body)
    if params.get("alg", "") not in ("", "rsa-v1_5-sha256", "ed25519"):
        raise BadSignature("The algorithm is not accepted.")
    _check_age(datetime.fromtimestamp(numbers["created"], UTC), at)
    if "expires" in numbers and numbers["expires"] < at.timestamp():
        raise BadSignature("The signature has expired.")
    found = re.search(rf"(?:^|,\s*){re.escape(match[1])}=:([A-Za-z0-9+/=]+):", request.headers.get("signature", ""))
    if found is None:
        raise BadSignature("There is no signature.")
    return Claim(NEW, params.get("keyid", ""), _new_words(request, names, match[2]), _bare(found[1]))


def _new_words(request: Request, names: list[str], params: str) -> bytes:
    parts = urlsplit(request.url)
    query = f"?{parts.query}"
    derived = {
        "@method": request.method.upper(), "@target-uri": request.url, "@authority": parts.netloc.lower(), "@scheme": parts.scheme,
        "@path": parts.path or "/", "@query": query, "@request-target": (parts.path or "/") + (query if parts.query else ""),
    }  # fmt: skip
    lines = [f'"{name}": {derived[name] if name in derived else _header(request, name)}' for name in names]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode()


# --- what both need ---------------------------------------------------------------------------------------


def _header(request: Request, name: str) -> str:
    if name not in request.headers:
        raise BadSignature(f"The signature covers “{name[:40]}”, which the request does not have.")
    return " ".join(request.headers[name].split())


def _date(request: Request) -> datetime:
    try:
        return parsedate_to_datetime(_header(request, "date"))
    except ValueError:
        raise BadSignature("The date cannot be read.") from None


def _check_age(made: datetime, at: datetime) -> None:
    made = made if made.tzinfo else made.replace(tzinfo=UTC)
    if not at - GOOD_FOR <= made <= at + CLOCKS_DIFFER:
        raise BadSignature("The request is too old, or from the future.")


def _check_digest(said: str, pattern: str, body: bytes) -> None:
    found = re.search(pattern, said)
    if found is None or not hmac.compare_digest(found[1], _sha256(body)):
        raise BadSignature("The body is not the one that was signed.")


def _sha256(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")


def _rsa(private: str, words: bytes) -> str:
    key = load_pem_private_key(private.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return base64.b64encode(key.sign(words, padding.PKCS1v15(), SHA256())).decode("ascii")


def _bare(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature("The signature cannot be read.") from None


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
