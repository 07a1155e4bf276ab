"""Publications that the clock will carry out: one waiting row a story, kept with what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from masthead.kit import clock


class Scheduled(models.Model):
    """`revision` is to be published at `at`. Rows are kept: a missed one is seen, not lost."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        DONE = "done", "done"
        CALLED_OFF = "called off", "called off"
        FAILED = "failed", "failed"

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="schedule")
    revision = models.ForeignKey("wagtailcore.Revision", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=500, blank=True, help_text="Why it failed, for the editor.")

    class Meta:
        verbose_name_plural = "scheduled publications"
        constraints = [
            models.UniqueConstraint(
                fields=["story"], condition=models.Q(state="waiting"), name="scheduled_once_a_story"
            )
        ]
        indexes = [models.Index(fields=["state", "at"], name="scheduled_due")]

    def __str__(self) -> str:
        return f"story {self.story_id} at {self.at:%Y-%m-%d %H:%M}: {self.state}"
