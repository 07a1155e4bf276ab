"""What proves to an agency who we are. Opened only at the moment of sending; never shown, logged or exported."""

from __future__ import annotations

import base64

from django.conf import settings

from masthead.kit import fetch, secrets
from masthead.wire.models import Source

_ASKING = "source credentials"
_PUSHED = "push signatures"


def keep(source: Source, text: str) -> None:
    """Seal a password, token or key into the source (not saved yet)."""
    source.sealed = secrets.seal(text, key=settings.SECRET_KEY, purpose=_ASKING)


def secret(source: Source) -> str:
    """The password, token or key, "" where there is none. Raises secrets.CannotOpen."""
    return secrets.unseal(source.sealed, key=settings.SECRET_KEY, purpose=_ASKING)


def keep_push(source: Source, text: str) -> None:
    """Seal what pushes are signed with into the source (not saved yet)."""
    source.sealed_push = secrets.seal(text, key=settings.SECRET_KEY, purpose=_PUSHED)


def push_secret(source: Source) -> str:
    """What pushes are signed with, "" where there is nothing yet. Raises secrets.CannotOpen."""
    return secrets.unseal(source.sealed_push, key=settings.SECRET_KEY, purpose=_PUSHED)


def headers(source: Source, url: str) -> dict[str, str]:
    """The headers that let us in at `url`; none for another computer than the source's own. Raises CannotOpen."""
    if not source.sealed or not fetch.same_computer(source.address, url):
        return {}
    said = secret(source)
    if source.kind == Source.Kind.AP:
        return {"x-api-key": said}
    if source.proof == Source.Proof.BASIC:
        return {"Authorization": "Basic " + base64.b64encode(f"{source.username}:{said}".encode()).decode()}
    if source.proof == Source.Proof.BEARER:
        return {"Authorization": f"Bearer {said}"}
    if source.proof == Source.Proof.HEADER and source.header_name:
        return {source.header_name: said}
    return {}


def hidden(source: Source, sentence: str) -> str:
    """`sentence` without our secret, should another computer have said it back to us."""
    try:
        said = secret(source)
        return secrets.without(sentence, said, f"{source.username}:{said}" if said else "", push_secret(source))
    except secrets.CannotOpen:
        return sentence
