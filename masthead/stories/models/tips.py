"""What readers tell the newsroom in confidence. It never leaves the desk, and it goes when its time is up."""

from __future__ import annotations

from django.db import models

from masthead.kit import clock
from masthead.kit.private import DeskOnly
from masthead.stories.models.parts import DeskOnlyField


class Tip(models.Model):
    """A word from a reader, with the number by which both sides can speak of it. No network address is kept."""

    class State(models.TextChoices):
        NEW = "new", "new"
        OPEN = "open", "being worked on"
        DONE = "done", "done"

    class Kind(models.TextChoices):
        TIP = "tip", "tip"
        ERROR = "error", "report of an error"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="tips")
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.TIP)
    story = models.ForeignKey("stories.Story", null=True, on_delete=models.SET_NULL, related_name="error_reports")
    receipt = models.CharField(max_length=20, unique=True)
    received_at = models.DateTimeField(default=clock.now)
    delete_at = models.DateTimeField(help_text="Then it goes, with its attachment. Being worked on: it stays.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    aside = models.BooleanField(default=False, help_text="A machine probably sent it.")
    text: models.Field[DeskOnly, DeskOnly] = DeskOnlyField()
    name: models.Field[DeskOnly, DeskOnly] = DeskOnlyField(blank=True)
    reply_to: models.Field[DeskOnly, DeskOnly] = DeskOnlyField(blank=True)
    digest = models.CharField(max_length=64, db_index=True, help_text="So that sending twice is one tip.")
    attachment = models.CharField(max_length=80, blank=True, help_text="File name in data/tips.")
    attachment_type = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [models.Index(fields=["state", "delete_at"], name="tip_end")]

    def __str__(self) -> str:
        return f"Tip {self.receipt}"
