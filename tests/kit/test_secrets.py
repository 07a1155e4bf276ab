"""Sealed credentials: opened with the paper's key only, for their purpose only."""

from __future__ import annotations

import pytest

from masthead.kit import secrets


def test_what_was_sealed_comes_back() -> None:
    sealed = secrets.seal("Tern & Gull 9", key="paper", purpose="a")
    assert "Tern" not in sealed and secrets.unseal(sealed, key="paper", purpose="a") == "Tern & Gull 9"
    assert sealed != secrets.seal("Tern & Gull 9", key="paper", purpose="a"), "equal passwords look different"
    assert secrets.seal("", key="paper", purpose="a") == secrets.unseal("", key="paper", purpose="a") == ""


@pytest.mark.parametrize("key, purpose, change", [("other", "a", str), ("paper", "b", str), ("paper", "a", lambda s: s[:-8] + "AAAAAAA="), ("paper", "a", lambda s: "rubbish ü")])
def test_what_is_not_ours_stays_closed(key, purpose, change) -> None:
    sealed = change(secrets.seal("Tern & Gull 9", key="paper", purpose="a"))
    with pytest.raises(secrets.CannotOpen, match="Type the password again"):
        secrets.unseal(sealed, key=key, purpose=purpose)


def test_a_secret_said_back_is_blotted_out() -> None:
    assert secrets.without("530 wrong: tern-9-gull (dGVybi05LWd1bGw=)", "tern-9-gull") == "530 wrong: … (…)"
