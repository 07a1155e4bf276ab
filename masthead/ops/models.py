"""What the keyholder's door writes down: which installation this is, what moved in from where, comments that came along."""

from __future__ import annotations

import uuid

from django.db import models

from masthead.kit import clock


class Installation(models.Model):
    """One life of this database. A restore begins a new one: whatever waited to be sent belongs to the old.

    A row that is not `settled` was written by a restore that has not yet voided sessions and held what waits;
    `ops.beginning.settle` does that before anything is served.
    """

    word = models.UUIDField(default=uuid.uuid4, unique=True)
    began_at = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=300, blank=True)
    settled = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M} {self.reason}"


class MovedIn(models.Model):
    """One thing that came from another system: so that moving in again finds it, and an archive can be resumed."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    origin = models.CharField(max_length=200, help_text="The system it came from, by its address.")
    kind = models.CharField(max_length=12, help_text="story, page or picture.")
    key = models.CharField(max_length=500, help_text="Its id or address there.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what came.")
    story = models.ForeignKey("stories.Story", null=True, on_delete=models.SET_NULL, related_name="+")
    picture = models.ForeignKey("pictures.Picture", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "things that moved in"
        constraints = [models.UniqueConstraint(fields=["title", "origin", "kind", "key"], name="moved_in_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} of {self.origin}"


class KeptComment(models.Model):
    """A reader's comment that moved in before there was a comments room; it is taken over when this version first starts.

    `said`: author, email, url, at (ISO 8601), text (as it came), state (approved, waiting, spam or deleted).
    """

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="+")
    origin = models.CharField(max_length=200)
    key = models.CharField(max_length=100, help_text="Its id there.")
    parent = models.CharField(max_length=100, blank=True, help_text="The id there of what it answers.")
    said = models.JSONField()
    taken_at = models.DateTimeField(null=True, help_text="When the comments room took it over.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title", "origin", "key"], name="kept_comment_once")]

    def __str__(self) -> str:
        return f"comment {self.key} of {self.origin}"
