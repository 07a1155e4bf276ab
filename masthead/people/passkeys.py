"""Passkeys of readers (W3C WebAuthn, level 2): a second way in beside the code by letter, bound to the paper's own host.

The browser keeps the secret; here lies a public key. Each challenge is good for five minutes and once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import models, transaction
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from masthead.kit import clock, secrets
from masthead.people import readers
from masthead.people.readers import Reader

GOOD_FOR = timedelta(minutes=5)
MOST = 10
"""Passkeys of one reader."""


class NoKey(ValueError):
    """The passkey was not taken, or does not let in. The message is the sentence for the reader."""


class ReaderKey(models.Model):
    """A passkey: the public half."""

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=64, unique=True, help_text="Digest of the credential's id.")
    host = models.CharField(max_length=253, help_text="Where it was made, and the only place where it is good.")
    public = models.BinaryField(help_text="Attested credential data (WebAuthn 6.5.1).")
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "people"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"passkey of {self.reader}"


class KeyAsk(models.Model):
    """A challenge that waits for its answer. `reader`: who adds a passkey; empty for somebody who wants to be let in."""

    word = models.CharField(max_length=64, unique=True)
    state = models.JSONField()
    reader = models.ForeignKey(Reader, null=True, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "people"

    def __str__(self) -> str:
        return f"challenge of {self.made_at:%Y-%m-%d %H:%M}"


def _server(host: str, name: str) -> Fido2Server:
    """For `host` as the browser names it, with its port."""
    bare = urlsplit(f"//{host}").hostname or host

    def ours(origin: str) -> bool:
        parts = urlsplit(origin)
        return parts.netloc == host and (parts.scheme == "https" or bare == "localhost")

    return Fido2Server(PublicKeyCredentialRpEntity(id=bare, name=name), verify_origin=ours)


def _name(credential: bytes) -> str:
    return hashlib.sha256(credential).hexdigest()


def ask(host: str, name: str, reader: Reader | None) -> dict[str, Any]:
    """A new challenge, as JSON for the browser: for `reader` to add a passkey, or for anybody to be let in.

    Raises NoKey for a reader who has enough of them.
    """
    server = _server(host, name)
    if reader is None:
        options, state = server.authenticate_begin(user_verification=UserVerificationRequirement.PREFERRED)
    else:
        known = [AttestedCredentialData(bytes(key.public)) for key in reader.keys.all()]
        if len(known) >= MOST:
            raise NoKey(_("You have {most} passkeys; delete one first. Nothing was changed.").format(most=MOST))
        user = PublicKeyCredentialUserEntity(id=f"reader-{reader.pk}".encode(), name=reader.to, display_name=reader.name or reader.to)
        options, state = server.register_begin(
            user, known, resident_key_requirement=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.PREFERRED
        )
    word = secrets.word()
    KeyAsk.objects.create(word=readers.digest(word), state=state, reader=reader)
    return {"word": word, "options": dict(options)["publicKey"]}


@transaction.atomic
def _used(word: str) -> KeyAsk:
    found = KeyAsk.objects.select_for_update().filter(word=readers.digest(word)).first() if len(word) < 100 else None
    if found is None or found.made_at < clock.now() - GOOD_FOR:
        raise NoKey(_("That took too long. Press the button once more; nothing was changed."))
    found.delete()
    return found


def add(host: str, name: str, reader: Reader, word: str, answer: Mapping[str, Any]) -> ReaderKey:
    """Keep the passkey that a browser made for `reader`. Raises NoKey."""
    asked = _used(word)
    if asked.reader_id != reader.pk:
        raise NoKey(_("This passkey was asked for by somebody else. Nothing was changed."))
    try:
        made = _server(host, name).register_complete(asked.state, answer).credential_data
    except Exception as error:  # the library raises whatever its parsers meet in what a stranger sent
        raise NoKey(_("Your browser’s passkey could not be checked. Nothing was changed.")) from error
    if made is None:
        raise NoKey(_("Your browser gave no passkey. Nothing was changed."))
    digest = _name(made.credential_id)
    if ReaderKey.objects.filter(name=digest).exists():
        raise NoKey(_("This passkey is here already. Nothing was changed."))
    return ReaderKey.objects.create(reader=reader, name=digest, host=host, public=bytes(made))


def let_in(host: str, name: str, word: str, answer: Mapping[str, Any]) -> tuple[Reader, str]:
    """Who comes in by a passkey, and the word of the new session. Raises NoKey."""
    asked = _used(word)
    if asked.reader_id is not None:
        raise NoKey(_("That was meant to add a passkey. Press the button once more."))
    unknown = _("This passkey is not known here, or was deleted. Ask for a code by e-mail instead.")
    try:
        from fido2.webauthn import AuthenticationResponse

        said = AuthenticationResponse.from_dict(answer)
        key = ReaderKey.objects.select_related("reader").filter(name=_name(said.raw_id)).first()
        if key is None or key.reader.erased_at:
            raise NoKey(unknown)
        _server(host, name).authenticate_complete(asked.state, [AttestedCredentialData(bytes(key.public))], said)
    except NoKey:
        raise
    except Exception as error:  # as above
        raise NoKey(unknown) from error
    ReaderKey.objects.filter(pk=key.pk).update(used_at=clock.now())
    return key.reader, readers.open_session(key.reader)


def forget_old() -> int:
    """Forget challenges that nobody answered; returns how many."""
    return KeyAsk.objects.filter(made_at__lt=clock.now() - GOOD_FOR).delete()[0]
