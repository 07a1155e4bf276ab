"""A story line: a developing story that readers can follow over days, with a page of its own."""

from __future__ import annotations

from django.db import models

from masthead.kit import clock


class StoryLine(models.Model):
    """Stories about one event in the order of its developments. Ours and any agency's stand side by side, unmerged."""

    class State(models.TextChoices):
        DEVELOPING = "developing", "developing"
        ENDED = "ended", "ended"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="lines")
    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=160)
    summary = models.TextField(blank=True, help_text="Where things stand, in a few sentences, for readers.")
    named_after = models.ForeignKey(
        "stories.Story",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The name is this story's headline, so readers see it only as long as they may see the story.",
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.DEVELOPING, editable=False)
    outcome = models.CharField(max_length=400, blank=True, help_text="How it ended, in one sentence.")
    begun_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    begun_by = models.CharField(max_length=200, blank=True, editable=False)
    stories: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        "stories.Story", through="stories.Development", related_name="lines"
    )

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["title", "slug"], name="line_slug_once_a_title")]

    def __str__(self) -> str:
        return self.name

    @property
    def ended(self) -> bool:
        """Whether the desk declared its end."""
        return self.state == self.State.ENDED


class Development(models.Model):
    """A story's place in a line: when what it tells happened, and what was new in it."""

    line = models.ForeignKey(StoryLine, on_delete=models.CASCADE, related_name="developments")
    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="developments")
    at = models.DateTimeField(null=True, help_text="Empty: when the story was published.")
    what = models.CharField(max_length=300, blank=True, help_text="What was new. Empty: the story's headline.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "story"], name="story_once_a_line")]

    def __str__(self) -> str:
        return self.what or str(self.story)
