"""A live blog: a story that grows by posts while something happens. Whatever closes the story closes its posts."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from masthead.kit import clock


class LiveBlog(models.Model):
    """What makes a story live: its pinned summary and its posts."""

    story = models.OneToOneField("stories.Story", on_delete=models.CASCADE, related_name="live_blog")
    summary = models.TextField(blank=True, help_text="Clean HTML, pinned above the posts.")
    begun_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    last_number = models.PositiveIntegerField(default=0, help_text="Of the newest post; numbers are never used again.")

    def __str__(self) -> str:
        return f"Live: {self.story}"

    @property
    def running(self) -> bool:
        """Whether posts may still come."""
        return self.ended_at is None


class LivePost(models.Model):
    """One post. A draft has no number yet; a struck one keeps its number and is shown nowhere."""

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        POSTED = "posted", "posted"
        STRUCK = "struck", "struck"

    blog = models.ForeignKey(LiveBlog, on_delete=models.CASCADE, related_name="posts")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    at = models.DateTimeField(null=True, help_text="When it was posted.")
    headline = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True, help_text="Clean story HTML; a draft holds what was typed.")
    key_point = models.BooleanField(default=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author = models.CharField(max_length=200, blank=True)
    corrected_at = models.DateTimeField(null=True)
    correction = models.CharField(max_length=500, blank=True, help_text="What was wrong, in words for readers.")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["blog", "number"], name="post_number_once_a_blog"),
            models.UniqueConstraint(
                fields=["blog", "user"], condition=Q(state="draft"), name="one_draft_post_a_colleague"
            ),
        ]

    def __str__(self) -> str:
        return self.headline or self.text[:60]
