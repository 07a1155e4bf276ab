"""Passwords and keys of other houses: sealed before they touch the database, opened only to be sent.

The sealing key is derived from the paper's secret key, which lies in a file beside the database and never in it: a
copy of the database alone opens nothing. docs/decisions/021-credentials-are-sealed.md
"""

from __future__ import annotations

import base64
import secrets

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt


class CannotOpen(ValueError):
    """What was sealed cannot be opened with this paper's key. The message is the sentence for the editor."""


def _box(key: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"masthead sealed {purpose}".encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def seal(text: str, *, key: str, purpose: str) -> str:
    """`text` so that only the holder of `key` can read it, and only for this `purpose`. Empty text stays empty."""
    return _box(key, purpose).encrypt(text.encode()).decode("ascii") if text else ""


def unseal(sealed: str, *, key: str, purpose: str) -> str:
    """The text that was sealed. Raises CannotOpen when key, purpose or bytes are not those of the sealing."""
    if not sealed:
        return ""
    try:
        return _box(key, purpose).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeError, ValueError):
        raise CannotOpen(
            "The stored password cannot be opened with this paper's secret key, perhaps because the paper was "
            "moved without it. Type the password again."
        ) from None


def derived(key: str, *, purpose: str, length: int = 32) -> bytes:
    """`length` bytes that follow from the paper's secret key, others for each `purpose`, and tell nothing of it."""
    return HKDF(SHA256(), length, salt=None, info=f"masthead derived {purpose}".encode()).derive(key.encode())


def word(length: int = 32) -> str:
    """A fresh word that nobody can guess, of about `length` bytes, for addresses and signatures."""
    return secrets.token_urlsafe(length)


def without(text: str, *hidden: str) -> str:
    """`text` with every hidden word blotted out, for what is logged or shown."""
    for each in hidden:
        for form in (each, base64.b64encode(each.encode()).decode()) if len(each) >= 4 else ():
            text = text.replace(form, "…")
    return text


class WrongPassphrase(ValueError):
    """Something sealed with a passphrase was not opened. The message is the sentence for the keyholder."""


_SALT = 16


def _passphrase_box(passphrase: str, salt: bytes) -> Fernet:
    derived = Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def seal_with_passphrase(data: bytes, passphrase: str) -> bytes:
    """`data` so that only who knows `passphrase` can read it (scrypt, then Fernet). Raises ValueError for a short one."""
    if len(passphrase) < 8:
        raise ValueError("The passphrase must have at least 8 characters; four words are better.")
    salt = secrets.token_bytes(_SALT)
    return salt + _passphrase_box(passphrase, salt).encrypt(data)


def open_with_passphrase(sealed: bytes, passphrase: str) -> bytes:
    """The bytes that were sealed. Raises WrongPassphrase."""
    try:
        return _passphrase_box(passphrase, sealed[:_SALT]).decrypt(sealed[_SALT:])
    except (InvalidToken, ValueError):
        raise WrongPassphrase("That is not the passphrase with which the backup's secrets were sealed.") from None
