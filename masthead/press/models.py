"""What has been printed, and what each page shows: the keys that say which pages a change must make again."""

from __future__ import annotations

from django.db import models


class PrintedPage(models.Model):
    """One address in the store. Its bytes lie on disk under the digest of its path."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=300)
    status = models.PositiveSmallIntegerField(default=200)
    etag = models.CharField(max_length=40)
    printed_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, help_text="The second from which it is no longer true.")
    plates = models.CharField(max_length=20, help_text="Version of the plates it was printed with.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title", "path"], name="page_once_a_path")]
        indexes = [models.Index(fields=["valid_until"]), models.Index(fields=["title", "plates"], name="page_plates")]

    def __str__(self) -> str:
        return self.path


class PageKey(models.Model):
    """A page shows, or lists, the thing that `key` names: story:7, picture:3, list:section:2."""

    page = models.ForeignKey(PrintedPage, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "key"], name="key_once_a_page")]
        indexes = [models.Index(fields=["key"])]

    def __str__(self) -> str:
        return self.key


class ListCount(models.Model):
    """How many stories of a list were first published up to a moment; see `press.counting`."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    listed = models.CharField(max_length=60, help_text="As in the list's key: section:2.")
    until = models.DateTimeField()
    stories = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title", "listed"], name="count_once_a_list")]

    def __str__(self) -> str:
        return self.listed


class Ping(models.Model):
    """A feed whose hub is to be told that it has changed (WebSub). One row a feed, used again and again."""

    class State(models.TextChoices):
        DUE = "due", "waiting to be told"
        DONE = "done", "told"
        FAILED = "failed", "could not be told"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    feed = models.CharField(max_length=300, help_text="Its path.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title", "feed"], name="ping_once_a_feed")]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.feed}: {self.get_state_display()}"


class Purge(models.Model):
    """A page that a network in front of us must forget: when it changed, when the network was told, what it said."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    surface = models.CharField(max_length=20, help_text="The network: cloudflare, fastly, bunny or purge.")
    path = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    said = models.CharField(max_length=300, blank=True, help_text="Why the last try failed.")

    class Meta:
        indexes = [models.Index(fields=["done_at", "due_at"])]

    def __str__(self) -> str:
        return f"{self.surface}: {self.path}"


class ReadMinute(models.Model):
    """How often a page was read in a minute. Nothing says by whom."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    minute = models.DateTimeField()
    path = models.CharField(max_length=300)
    reads = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title", "minute", "path"], name="reads_once_a_minute")]


class ReadDay(models.Model):
    """How often a page was read on a day of the paper."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    path = models.CharField(max_length=300)
    reads = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title", "day", "path"], name="reads_once_a_day")]


class ReferralDay(models.Model):
    """How many readers came from a host on a day. The host only: no path, no words searched for."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    host = models.CharField(max_length=100)
    reads = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title", "day", "host"], name="referrals_once_a_day")]
