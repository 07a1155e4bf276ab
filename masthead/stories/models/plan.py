"""Planning light: ideas and assignments. Nothing of it is ever public."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from masthead.kit import clock


class Assignment(models.Model):
    """Something to be covered: an idea until somebody has it, filed once it has become a story."""

    class State(models.TextChoices):
        IDEA = "idea", "idea"
        ASSIGNED = "assigned", "assigned"
        FILED = "filed", "story begun"
        DROPPED = "dropped", "dropped"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="assignments")
    slug = models.SlugField(max_length=80, help_text="The desk's short name for it.")
    what = models.TextField(help_text="What it is about, and what is wanted.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.IDEA, editable=False)
    section = models.ForeignKey("titles.Section", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    who = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="assignments"
    )
    place = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True, help_text="When the thing to be covered begins.")
    ends_at = models.DateTimeField(null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    story = models.ForeignKey("stories.Story", null=True, on_delete=models.SET_NULL, related_name="assignments")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["deadline", "starts_at", "id"]
        indexes = [models.Index(fields=["title", "deadline"]), models.Index(fields=["title", "starts_at"])]

    def __str__(self) -> str:
        return self.slug
