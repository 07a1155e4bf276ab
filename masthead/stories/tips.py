"""Taking in what readers send, and letting go of it again.

The file that comes with a tip is never kept as it came: a picture is decoded and saved anew without a word about
where, when and with what it was taken; a text is kept as plain text. Other kinds are refused, because nothing here
could promise the same for them.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from masthead.kit import clock, files, images, paths
from masthead.kit.private import DeskOnly
from masthead.kit.words import grouped
from masthead.stories.models.story import Story
from masthead.stories.models.tips import Tip
from masthead.titles.models import Title

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is taken for something else when read aloud."""
TWICE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the form takes, and how long it is kept. The page and the door both go by these."""

    letters: int = 20_000
    megabytes: int = 20
    days: int = 180
    aside_days: int = 14


LIMITS = Limits()


class NotTaken(ValueError):
    """The tip was not taken. The message is the sentence for the reader."""


def take(
    title: Title,
    *,
    text: str,
    name: str = "",
    reply_to: str = "",
    file: bytes | None = None,
    aside: bool = False,
    about: Story | None = None,
) -> Tip:
    """Keep a tip and return it with its receipt. The same again within the hour is one tip. Raises NotTaken.

    `about`: the story in which a reader found an error.
    """
    text = text.strip()
    if len(text) < 3 and not file:
        raise NotTaken(_("There was no text in it. Write what we should know, then send it again."))
    if len(text) > LIMITS.letters:
        raise NotTaken(_("The text has {letters} letters; the form takes {most}. Send it in two parts.").format(letters=grouped(len(text)), most=grouped(LIMITS.letters)))
    digest = hashlib.sha256(repr((about and about.pk, text, name, reply_to, file and hashlib.sha256(file).digest())).encode()).hexdigest()
    again = Tip.objects.filter(title=title, digest=digest, received_at__gt=clock.now() - TWICE).first()
    if again:
        return again
    kind, bare = _bare(file) if file else ("", b"")
    days = LIMITS.aside_days if aside else LIMITS.days
    tip = Tip(
        title=title,
        kind=Tip.Kind.ERROR if about else Tip.Kind.TIP,
        story=about,
        receipt="-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)),
        delete_at=clock.now() + timedelta(days=days),
        aside=aside,
        text=DeskOnly(text),
        name=DeskOnly(name.strip()[:200]),
        reply_to=DeskOnly(reply_to.strip()[:300]),
        digest=digest,
    )
    if bare:
        tip.attachment, tip.attachment_type = f"{secrets.token_hex(16)}.{kind}", _TYPES[kind]
        files.write_whole(folder() / tip.attachment, bare, mode=0o600)
    tip.save()
    return tip


_TYPES = {"jpg": "image/jpeg", "txt": "text/plain; charset=utf-8"}


def _bare(data: bytes) -> tuple[str, bytes]:
    if len(data) > LIMITS.megabytes * 1_000_000:
        raise NotTaken(_("The file is larger than {most} MB. Send a smaller one, or write to us first.").format(most=LIMITS.megabytes))
    try:
        return "jpg", images.bare(data)
    except images.BadPicture:
        pass
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        words = "\x00"
    if "\x00" in words or words.startswith(("%PDF", "{\\rtf")):
        raise NotTaken(
            _("We can free only pictures and plain text from hidden data, so nothing else is taken. Send a picture "
            "of it, or write to us first. Nothing of what you sent was kept.")
        )
    return "txt", words.encode()


def folder() -> Path:
    """Where attachments lie: outside of everything that is served."""
    return Path(settings.DATA) / "tips"


def attachment(tip: Tip) -> Path:
    """The file of a tip. Raises paths.Outside for a name that leads elsewhere."""
    return paths.inside(folder(), tip.attachment)


@transaction.atomic
def forget(tip: Tip) -> None:
    """Delete a tip and its file."""
    name = tip.attachment
    tip.delete()
    if name:
        transaction.on_commit(lambda: paths.inside(folder(), name).unlink(missing_ok=True))


def forget_due() -> int:
    """Let go of what nobody works on and whose time is up; returns how many."""
    due = list(Tip.objects.exclude(state=Tip.State.OPEN).filter(delete_at__lte=clock.now())[:200])
    for tip in due:
        forget(tip)
    return len(due)
