"""Takes: every state of a draft that the server has acknowledged, numbered from 1 for each story."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from masthead.kit import clock


class Take(models.Model):
    """What a draft said when its number was acknowledged.

    A form says which take it was opened on. Is a newer one there when it is saved, nothing is overwritten: its text
    is kept as a take put `aside`, with the number it was written on as `base`, and a merge is offered.
    """

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="takes")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    content = models.JSONField(help_text="As stories.content gives it.")
    digest = models.CharField(max_length=64)
    aside = models.BooleanField(default=False, help_text="Refused as stale, and waiting to be merged.")
    base = models.PositiveIntegerField(null=True, help_text="The take that a text put aside was written on.")
    settled_at = models.DateTimeField(null=True, help_text="When somebody merged or dismissed a text put aside.")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["story", "number"], name="take_number_once_a_story")]

    def __str__(self) -> str:
        return f"Take {self.number}"
