"""Sealing and signing pushes, against the standard's own example and an own reader."""

from __future__ import annotations

from datetime import UTC, datetime

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from masthead.kit import webpush
from tests.mailroom.pushservice import b64, bare, opened, plain


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(bare(text)), ec.SECP256R1())


UA, AUTH = private("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), bare("BTBZMqHH6r4Tts7J_aSIgg")
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_rfc_8291_is_opened_and_made() -> None:
    said = b"When I grow up, I want to be a watermelon"
    assert opened(bare(BODY), UA, AUTH) == said
    server, salt = private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), bare("DGv6ra1nlYgDCS1FRnbzlw")
    made = http_ece.encrypt(said, salt=salt, private_key=server, dh=plain(UA.public_key()), auth_secret=AUTH, version="aes128gcm")
    assert b64(made) == BODY


@pytest.mark.parametrize("said", [b"x", "Die Brücke ist gesperrt".encode(), b"y" * webpush.MOST])
def test_only_the_browser_reads_it(said) -> None:
    own, auth = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"
    sealed = webpush.sealed(said, p256dh=b64(plain(own.public_key())), auth=b64(auth))
    assert opened(sealed, own, auth) == said and len(sealed) <= 4096
    assert said not in sealed or len(said) < 2
    with pytest.raises(Exception):  # noqa: B017  InvalidTag, whatever it is called
        opened(sealed, ec.generate_private_key(ec.SECP256R1()), auth)


def test_what_is_too_long_or_no_key_is_refused() -> None:
    own = b64(plain(ec.generate_private_key(ec.SECP256R1()).public_key()))
    with pytest.raises(ValueError, match="3000"):
        webpush.sealed(b"z" * 3001, p256dh=own, auth="AAAAAAAAAAAAAAAAAAAAAA")
    for p256dh, auth in (("", ""), ("AAAA", "AAAAAAAAAAAAAAAAAAAAAA"), (own[:-2] + "xx", "AAAAAAAAAAAAAAAAAAAAAA"), (own, "AAAA"), (own, "ä")):
        with pytest.raises(webpush.BadKey):
            webpush.check(p256dh, auth)


def test_the_papers_key_follows_from_its_secret() -> None:
    assert webpush.public_key("a") == webpush.public_key("a") != webpush.public_key("b")
    assert len(bare(webpush.public_key("a"))) == 65
    word = webpush.word("https://push.example:8443/x", secret="a", contact="mailto:desk@example.org", at=datetime(2026, 11, 24, tzinfo=UTC))
    assert webpush.public_key("a") in word and word.startswith("vapid t=")
