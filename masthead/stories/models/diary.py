"""The diary: who did what to which story, when and why; and one delivery row for each room that must act on it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from masthead.kit import clock


class Verb(models.TextChoices):
    """The words of the diary. Each comes with a line in docs/developer.md; a test asks for it."""

    FILED = "filed", "filed"
    EDITED = "edited", "edited"
    PUBLISHED = "published", "published"
    UPDATED = "updated", "updated by the agency"
    CORRECTED = "corrected", "corrected"
    HELD = "held", "held"
    WITHDRAWN = "withdrawn", "withdrawn"
    KILLED = "killed", "killed by the agency"
    RELEASED = "released", "released from embargo"
    EXPIRED = "expired", "expired"
    NOTED = "noted", "noted for the desk"
    UNDONE = "undone", "publication undone"
    ARRANGED = "arranged", "arranged a front"
    PINNED = "pinned", "pinned a banner"
    UNPINNED = "unpinned", "took a banner down"
    BEGUN = "begun", "began a story line"
    TOLD = "told", "retold where a story line stands"
    JOINED = "joined", "put into a story line"
    PARTED = "parted", "taken out of a story line"
    CONCLUDED = "concluded", "declared the end of a story line"
    RESUMED = "resumed", "took up a story line again"
    WENT_LIVE = "went_live", "went live"
    POSTED = "posted", "posted live"
    AMENDED = "amended", "corrected a live post"
    STRUCK = "struck", "struck a live post"
    SUMMED_UP = "summed_up", "changed the live summary"
    SIGNED_OFF = "signed_off", "ended the live blog"
    PLANNED = "planned", "planned"
    READIED = "readied", "marked as ready"
    PASSED = "passed", "marked as edited"
    REOPENED = "reopened", "sent back to draft"
    SCHEDULED = "scheduled", "scheduled"
    UNSCHEDULED = "unscheduled", "taken off the schedule"
    MISSED = "missed", "could not be published on time"
    TAKEN = "taken", "taken in hand"
    LEFT = "left", "let go"
    MOVED = "moved", "moved to another section"
    DEADLINE = "deadline", "given a deadline"
    APPOINTED = "appointed", "staff appointed or changed"
    LISTED = "listed", "notice or event changed"
    SOURCED = "sourced", "sources decided"
    PICTURED = "pictured", "picture changed"
    MOVED_IN = "moved_in", "moved in with an archive"


DESK_ONLY = frozenset(
    {
        Verb.READIED,
        Verb.PASSED,
        Verb.REOPENED,
        Verb.SCHEDULED,
        Verb.UNSCHEDULED,
        Verb.MISSED,
        Verb.TAKEN,
        Verb.LEFT,
        Verb.DEADLINE,
        Verb.APPOINTED,
    }
)
"""Words of which no other room need hear: nothing that a reader could see has changed."""


TAKING_BACK = frozenset({Verb.KILLED, Verb.WITHDRAWN, Verb.HELD})
"""Words after which readers may see a story no longer: they are followed before all others."""


class DiaryEntry(models.Model):
    """One act. Written in the same transaction as the change it tells of; never altered."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey("stories.Story", null=True, on_delete=models.SET_NULL, related_name="diary")
    verb = models.CharField(max_length=20, choices=Verb.choices)
    at = models.DateTimeField(default=clock.now)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.CharField(max_length=200, help_text="A person, a rule or an agency, in words.")
    reason = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict, help_text="What changed: lists and ids that other rooms need.")

    class Meta:
        verbose_name_plural = "diary entries"
        ordering = ["-id"]
        indexes = [models.Index(fields=["story", "-id"]), models.Index(fields=["title", "-at"])]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} by {self.by}"


class Delivery(models.Model):
    """An entry on its way to one room. A bookmark would not do: on PostgreSQL ids commit out of order."""

    class State(models.TextChoices):
        DUE = "due", "due"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    entry = models.ForeignKey(DiaryEntry, on_delete=models.CASCADE, related_name="deliveries")
    consumer = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["entry", "consumer"], name="delivery_once_a_consumer")]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.entry_id} for {self.consumer}: {self.state}"
