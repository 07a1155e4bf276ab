"""The outbox: one row a letter; those who want no more of them; domains that asked us to wait; the epoch."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from masthead.kit import clock
from masthead.mailroom.letter import Kind


class Outgoing(models.Model):
    """A letter on its way. The key is unique: whatever happens, a letter with it is posted once."""

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        HANDED_OVER = "handed over", "handed over"
        SENT = "sent", "sent"
        UNSURE = "unsure", "unsure"
        BOUNCED = "bounced", "bounced"
        HELD = "held", "held"
        DROPPED = "dropped", "not needed"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in Kind])
    rank = models.PositiveSmallIntegerField(help_text="What leaves first: lower before higher.")
    to = models.CharField(max_length=254)
    domain = models.CharField(max_length=253)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    letter = models.JSONField(null=True, help_text="Until it has left; then nothing of it is kept.")
    composer = models.CharField(max_length=20, blank=True, help_text="Who writes it when it leaves.")
    about = models.JSONField(default=dict, help_text="What the composer needs to know.")
    due_at = models.DateTimeField(default=clock.now)
    good_until = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(default=clock.now)
    handed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    said = models.CharField(max_length=400, blank=True, help_text="The server's words, or why it was not sent.")
    seen = models.BooleanField(default=False, help_text="The keyholder has looked at it.")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["rank", "due_at", "id"], name="outgoing_due", condition=Q(state="queued")),
            models.Index(fields=["state", "done_at"], name="outgoing_state"),
            models.Index(fields=["to", "done_at"], name="outgoing_to"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}: {self.state}"


class Suppressed(models.Model):
    """An address that gets no more letters: the mailbox is gone, or its owner does not want them."""

    class Scope(models.TextChoices):
        ALL = "all", "everything"
        LETTERS = "letters", "all but sign-in and notices"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=254, help_text="In lower case.")
    scope = models.CharField(max_length=8, choices=Scope.choices)
    why = models.CharField(max_length=300)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title", "address"], name="suppressed_once_a_title")]
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_scope_display()}"


class Doubt(models.Model):
    """How often an address could not be reached for now; three times in a week and it is taken for gone."""

    address = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["address", "at"], name="doubt_address")]

    def __str__(self) -> str:
        return self.address


class Rest(models.Model):
    """A domain whose server asked us to wait. An empty domain is our own mail server."""

    domain = models.CharField(max_length=253, unique=True)
    until = models.DateTimeField()
    times = models.PositiveSmallIntegerField(default=0, help_text="In a row; each makes the pause longer.")
    said = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return f"{self.domain or 'our mail server'} until {self.until:%H:%M}"


class Returned(models.Model):
    """How far the mailbox was read where letters come back to."""

    host = models.CharField(max_length=253)
    user = models.CharField(max_length=254, blank=True)
    validity = models.BigIntegerField(null=True, help_text="While it is the same, a mail keeps its number (RFC 9051).")
    uid = models.BigIntegerField(default=0, help_text="The last mail that was read.")
    said = models.CharField(max_length=400, blank=True, help_text="Why it could not be read; empty: it was.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "user"], name="returned_once_a_mailbox")]

    def __str__(self) -> str:
        return f"{self.user} at {self.host}"


class Epoch(models.Model):
    """One row. `beat` goes up before letters leave, here and in a file beside the database: a database whose beat is
    lower than the file's was brought back from a backup. See `mailroom.epoch`."""

    beat = models.PositiveBigIntegerField(default=0)
    began_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"beat {self.beat}, since {self.began_at:%Y-%m-%d %H:%M}"


class Parcel(models.Model):
    """Something that another computer is told over the web: a push to a browser, an activity to another server.

    Unlike a letter it may be told twice without harm, because the other side knows it again (the tag of a push, the id of
    an activity): what was in hand at a crash is sent again.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        SENT = "sent", "sent"
        GONE = "gone", "nobody is there any more"
        REFUSED = "refused", "refused"
        LATE = "late", "too late"
        HELD = "held", "held"
        DROPPED = "dropped", "not needed"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200, unique=True)
    way = models.CharField(max_length=12, help_text="push or fediverse: who writes it and hears how it went.")
    host = models.CharField(max_length=260, help_text="Where it goes, for leaving that computer alone for a while.")
    about = models.JSONField(default=dict, help_text="What its writer needs to know.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField(default=clock.now)
    good_until = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    said = models.CharField(max_length=400, blank=True, help_text="The other side's words, or why it was not sent.")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["due_at", "id"], name="parcel_due", condition=Q(state="queued")),
            models.Index(fields=["state", "done_at"], name="parcel_state"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.key}: {self.state}"
