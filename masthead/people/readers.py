"""Readers who take part: an address that was proven, a pen name, and where they are signed in.

One account holds for every paper of the house. There is no password: whoever reads the mail of an address is its
reader. A code is good for a quarter of an hour and five tries; opening a link changes nothing (RFC 9110, 9.2.1).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from masthead.kit import clock
from masthead.kit.prepared import Prepared, Slot

if TYPE_CHECKING:
    from masthead.people.models import User

CODE_GOOD_FOR = timedelta(minutes=15)
TRIES = 5
SIGNED_IN_FOR = timedelta(days=180)


class Reader(models.Model):
    """Somebody who takes part in the conversation. Not staff: see User."""

    class Letters(models.TextChoices):
        OFF = "off", "not by e-mail"
        DAILY = "daily", "once a day"
        AT_ONCE = "at once", "at once"

    address = models.CharField(
        max_length=254, unique=True, null=True, help_text="In lower case; none once it was erased."
    )
    to = models.CharField(max_length=254, blank=True, help_text="As its owner writes it.")
    name = models.CharField("pen name", max_length=40, blank=True)
    skeleton = models.CharField(
        max_length=120, unique=True, null=True, help_text="What the name looks like: no two may look the same."
    )
    name_ok = models.BooleanField(default=True, help_text="Whether a moderator still has to look at the name.")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="reader"
    )
    joined_at = models.DateTimeField(default=clock.now)
    letters = models.CharField(max_length=8, choices=Letters.choices, default=Letters.AT_ONCE)
    erased_at = models.DateTimeField(null=True)
    former = models.CharField(
        max_length=64, blank=True, db_index=True, help_text="Erased while banned: a keyed digest of the address, so that the ban holds."
    )

    class Meta:
        verbose_name = "reader who takes part"

    def __str__(self) -> str:
        return self.name or f"Reader {self.pk}"


class ReaderSession(models.Model):
    """A browser in which a reader is signed in. The word in its cookie is not kept, only its digest."""

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="sessions")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.reader} since {self.made_at:%Y-%m-%d}"


class SignIn(models.Model):
    """Somebody asked to be let in; what they were about to say waits with it."""

    address = models.CharField(max_length=254)
    to = models.CharField(max_length=254)
    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=64, unique=True, help_text="Digest of what the form and the link carry.")
    code = models.CharField(max_length=64, help_text="Digest of the six digits.")
    tries = models.PositiveSmallIntegerField(default=0)
    draft = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True)
    opens = models.BooleanField(default=True, help_text="Whether a letter was sent: a code that nobody was told lets nobody in.")

    class Meta:
        indexes = [models.Index(fields=["address", "made_at"], name="sign_in_address")]

    def __str__(self) -> str:
        return f"sign-in of {self.made_at:%Y-%m-%d %H:%M}"

    def is_good(self) -> bool:
        """Whether its code may still be tried."""
        return self.used_at is None and self.tries < TRIES and self.made_at > clock.now() - CODE_GOOD_FOR


def colleague(user: User) -> Reader:
    """The account in the conversation of somebody on the staff: under their own name, without letters."""
    found = Reader.objects.filter(user=user).first()
    person = getattr(user, "person", None)
    name = (person.name if person else user.get_full_name() or user.get_username())[:40]
    if found is None:
        return Reader.objects.get_or_create(user=user, defaults={"name": name, "letters": Reader.Letters.OFF})[0]
    if not found.name:
        Reader.objects.filter(pk=found.pk).update(name=name)
        found.name = name
    return found


class NotLetIn(ValueError):
    """The code was not right, or came too late. The message is the sentence for the reader."""


def digest(word: str) -> str:
    """What is kept of a secret word."""
    return hashlib.sha256(f"masthead reader {word}".encode()).hexdigest()


def _code_digest(word: str, code: str) -> str:
    return hashlib.sha256(f"masthead code {settings.SECRET_KEY} {word} {code}".encode()).hexdigest()


def ask(title_id: int, address: str, to: str, draft: dict[str, str], *, opens: bool = True) -> tuple[str, str]:
    """Begin signing in; returns the word of the form and the six digits for the letter. Neither is kept.

    `opens`: whether the code is going to be sent; one that is not cannot be guessed either.
    """
    word, code = secrets.token_urlsafe(24), f"{secrets.randbelow(1_000_000):06d}"
    SignIn.objects.create(
        title_id=title_id, address=address, to=to, word=digest(word), code=_code_digest(word, code), draft=draft, opens=opens
    )
    return word, code


def find(word: str) -> SignIn | None:
    """The sign-in that a form or link names."""
    return SignIn.objects.filter(word=digest(word)).first() if len(word) < 100 else None


def let_in(word: str, code: str) -> tuple[SignIn, str]:
    """Use up a code: returns the sign-in with its draft and the word of a new session. Raises NotLetIn.

    One code lets in once, however many ask at the same time.
    """
    found = find(word)
    if found is None:
        raise NotLetIn(
            _("This page is no longer good. Ask for a new code; what you wrote is still in the form of the story.")
        )
    if SignIn.objects.filter(pk=found.pk, used_at=None, tries__lt=TRIES).update(tries=models.F("tries") + 1) != 1:
        raise NotLetIn(_("This code was used, or tried too often. Ask for a new one; nothing else was changed."))
    if found.made_at <= clock.now() - CODE_GOOD_FOR:
        raise NotLetIn(_("The code was good for a quarter of an hour, and that is over. Ask for a new one."))
    plain = "".join(c for c in code if c.isdigit())
    if not secrets.compare_digest(_code_digest(word, plain), found.code) or not found.opens:
        raise NotLetIn(_("That is not the code of the newest letter. Look again; after five tries a new one is needed."))
    if SignIn.objects.filter(pk=found.pk, used_at=None).update(used_at=clock.now()) != 1:
        raise NotLetIn(_("This code was used already. Ask for a new one; nothing else was changed."))
    return found, open_session(at_home(found.address, found.to))


def at_home(address: str, to: str) -> Reader:
    """The account of a proven address; made when it is new. Whoever had it erased while banned gets that one back."""
    came_back = Reader.objects.filter(former=former(address), address=None).first()
    if came_back is not None:
        came_back.address, came_back.to, came_back.former, came_back.erased_at = address, to, "", None
        came_back.save(update_fields=["address", "to", "former", "erased_at"])
        return came_back
    return Reader.objects.get_or_create(address=address, defaults={"to": to})[0]


def former(address: str) -> str:
    """A keyed digest of an address: proves that it is the same one, and tells nobody which."""
    return hmac.new(settings.SECRET_KEY.encode(), f"masthead former {address}".encode(), hashlib.sha256).hexdigest()


def open_session(reader: Reader) -> str:
    """A new session; returns the word for its cookie."""
    word = secrets.token_urlsafe(32)
    ReaderSession.objects.create(reader=reader, digest=digest(word))
    return word


_SESSIONS = Prepared(
    lambda: ReaderSession.objects.filter(digest=Slot("digest"), seen_at__gt=Slot("since")).select_related("reader__user")
)


def of(word: str) -> Reader | None:
    """Whose session a cookie names."""
    if not word or len(word) > 100:
        return None
    since = clock.now() - SIGNED_IN_FOR
    row = _SESSIONS.first(digest=digest(word), since=since)
    if row is None:
        return None
    if row.seen_at < clock.now() - timedelta(days=1):
        ReaderSession.objects.filter(pk=row.pk).update(seen_at=clock.now())
    return row.reader


def close(word: str) -> None:
    """Sign out of one browser."""
    ReaderSession.objects.filter(digest=digest(word)).delete()


def forget_old() -> int:
    """Forget sign-ins and sessions that are over; returns how many rows."""
    gone = SignIn.objects.filter(made_at__lt=clock.now() - timedelta(days=2)).delete()[0]
    return gone + ReaderSession.objects.filter(seen_at__lt=clock.now() - SIGNED_IN_FOR).delete()[0]
