"""The paper in the fediverse: its actors, who follows them from other servers, what was posted, what came in."""

from __future__ import annotations

from django.db import models

from masthead.kit import clock


class Actor(models.Model):
    """The paper, or a section of it, as other servers know it. Its key is made at first use and never changes."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    slot = models.CharField(max_length=40, help_text="paper, or section-ID: the part of its address that never changes.")
    section = models.ForeignKey("titles.Section", null=True, on_delete=models.CASCADE, related_name="+")
    public = models.TextField(help_text="PEM.")
    private = models.TextField(help_text="PEM, sealed with the paper's secret key.")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title", "slot"], name="actor_once_a_slot")]

    def __str__(self) -> str:
        return self.slot


class FarFollower(models.Model):
    """Somebody on another server who follows an actor of ours. Who left is kept for a while: their server may still show
    a story that we take back."""

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="followers")
    uri = models.CharField(max_length=500, help_text="Their actor's address.")
    inbox = models.CharField(max_length=500)
    shared_inbox = models.CharField(max_length=500, blank=True, help_text="One for all of a server's people, where it has one.")
    since = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "uri"], name="far_follower_once")]

    def __str__(self) -> str:
        return self.uri

    @property
    def where(self) -> str:
        """Where what they follow is brought."""
        return self.shared_inbox or self.inbox


class Post(models.Model):
    """A story as other servers have it. A story that was taken back and comes again is another post: servers remember what
    was deleted."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey("stories.Story", null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=60, help_text="The story's uid and the number of the post.")
    at = models.DateTimeField(default=clock.now)
    digest = models.CharField(max_length=64, blank=True, help_text="Of what was said last, so that nothing is said twice.")
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["title", "name"], name="post_once_a_name")]
        indexes = [models.Index(fields=["story"], name="post_story")]

    def __str__(self) -> str:
        return self.name


class Inbound(models.Model):
    """A signed request from another server, until somebody has looked whether its signature is true."""

    actor = models.ForeignKey(Actor, null=True, on_delete=models.CASCADE, related_name="+")
    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=500)
    headers = models.JSONField(default=dict)
    body = models.TextField()
    came_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="inbound_due")]

    def __str__(self) -> str:
        return self.url
