"""A front as editors arranged it: every arrangement is kept, the newest whose time has come is in force."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from masthead.kit import clock
from masthead.stories.arrangement import Arrangement

EVERYWHERE = "front:banner"
"""The press's key for a banner of the front page that stands over every section's front."""


class Front(models.Model):
    """The front page (no section) or a section's front. Without an arrangement it arranges itself."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="fronts")
    section = models.ForeignKey("titles.Section", null=True, on_delete=models.CASCADE, related_name="fronts")
    draft = models.JSONField(null=True, help_text="The arrangement in the making; readers see nothing of it.")
    draft_number = models.PositiveIntegerField(default=0, help_text="Counts changes, so that a stale form is noticed.")
    draft_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    draft_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["title", "section"], name="front_once_a_section"),
            models.UniqueConstraint(fields=["title"], condition=Q(section=None), name="front_page_once_a_title"),
        ]

    def __str__(self) -> str:
        return self.section.name if self.section else "Front page"

    @property
    def banner_keys(self) -> list[str]:
        """The press's keys for what is pinned here: a banner of the front page may stand over every section's front."""
        return [self.key] if self.section_id else [self.key, EVERYWHERE]

    @property
    def key(self) -> str:
        """The press's key for what is arranged here."""
        return f"front:section:{self.section_id}" if self.section_id else "front:home"

    def in_force(self, now: datetime) -> FrontVersion | None:
        """The arrangement that readers see at `now`, or None when the front arranges itself."""
        return self.versions.filter(called_off_at=None, takes_effect_at__lte=now).first()

    def next_change(self, now: datetime) -> FrontVersion | None:
        """The next arrangement that waits for its time."""
        return self.waiting(now).first()

    def waiting(self, now: datetime) -> models.QuerySet[FrontVersion]:
        """Arrangements that wait for their time, the next first."""
        later = self.versions.filter(called_off_at=None, takes_effect_at__gt=now)
        return later.order_by("takes_effect_at", "id")

    @property
    def drafted(self) -> Arrangement:
        """The arrangement in the making; without one, what readers see now."""
        if self.draft is not None:
            return Arrangement.of(self.draft)
        standing = self.in_force(clock.now())
        return standing.plan if standing else Arrangement()


class FrontVersion(models.Model):
    """One arrangement of a front, never altered. Restoring makes a new one of an old."""

    front = models.ForeignKey(Front, on_delete=models.CASCADE, related_name="versions")
    arrangement = models.JSONField(default=dict)
    takes_effect_at = models.DateTimeField(help_text="Readers see it from this second on.")
    made_at = models.DateTimeField(default=clock.now)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)
    called_off_at = models.DateTimeField(null=True)
    called_off_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-takes_effect_at", "-id"]
        indexes = [models.Index(fields=["front", "-takes_effect_at", "-id"], name="front_in_force")]

    def __str__(self) -> str:
        return f"{self.front}, {self.takes_effect_at:%d %b %H:%M}"

    @property
    def plan(self) -> Arrangement:
        """The arrangement as a value."""
        return Arrangement.of(self.arrangement)


class Banner(models.Model):
    """Breaking news pinned over a front. It ends at its second by the clock; no job is needed for that."""

    front = models.ForeignKey(Front, on_delete=models.CASCADE, related_name="banners")
    text = models.CharField(max_length=200, blank=True, help_text="Empty: the story's headline.")
    story = models.ForeignKey("stories.Story", null=True, on_delete=models.SET_NULL, related_name="banners")
    about_story = models.BooleanField(
        default=False, help_text="It was made for a story, so it never outlives what the gate says of that story."
    )
    everywhere = models.BooleanField(default=False, help_text="Of the front page: it stands over every section's front, too.")
    starts_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.CharField(max_length=200)

    class Meta:
        ordering = ["-starts_at", "-id"]

    def __str__(self) -> str:
        return self.text or str(self.story)
