"""What the desk decided about a story's sources."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from masthead.kit import clock
from masthead.stories.attribution import DISTANCES


class SourceNote(models.Model):
    """A statement of a story that a colleague confirmed or dismissed. The rules find it again after an edit."""

    class Decision(models.TextChoices):
        CONFIRMED = "confirmed", "confirmed"
        DISMISSED = "dismissed", "dismissed"

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="source_notes")
    key = models.CharField(max_length=24, help_text="Of the words and source as the rules found them.")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    text = models.TextField()
    found_source = models.CharField(max_length=300)
    source = models.CharField(max_length=300, help_text="As the desk has it.")
    distance = models.CharField(max_length=20, choices=list(DISTANCES.items()))
    at = models.DateTimeField(default=clock.now)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["story", "key"], name="source_note_once")]

    def __str__(self) -> str:
        return f"{self.source}: {self.decision}"
