"""Followers, what they follow, what they were sent; alerts and newsletters of the desk."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q

from masthead.kit import clock
from masthead.titles.models import check_zone


class Pace(models.TextChoices):
    """How a follower hears of something. Following and being interrupted are two wishes."""

    ON_SITE = "on site", "only on the site"
    DAILY = "daily", "in the daily letter"
    WEEKLY = "weekly", "in the letter of one day a week"
    AT_ONCE = "at once", "at once, and in the daily letter"


class Follower(models.Model):
    """An address that follows something. No account is needed; until it is confirmed, it gets nothing but the question."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="followers")
    address = models.CharField(max_length=254, help_text="In lower case: what makes two the same.")
    to = models.CharField(max_length=254, help_text="As its owner writes it.")
    turn = models.PositiveIntegerField(default=0, help_text="Part of every link; one more makes all old links dead.")
    confirmed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True, help_text="When it was last asked to confirm.")
    joined_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True)
    consent = models.CharField(max_length=300, blank=True, help_text="How its owner said yes, and where.")
    hour = models.PositiveSmallIntegerField(default=7)
    weekday = models.PositiveSmallIntegerField(default=5, help_text="Of weekly letters; Monday is 0.")
    time_zone = models.CharField(max_length=64, blank=True, validators=[check_zone], help_text="Empty: the paper's.")
    language = models.CharField(max_length=20, blank=True, help_text="Empty: the paper's.")
    quiet_from = models.PositiveSmallIntegerField(default=22)
    quiet_to = models.PositiveSmallIntegerField(default=7)
    alerts = models.BooleanField(default=False, help_text="Breaking news at once.")
    paused_until = models.DateField(null=True)
    next_at = models.DateTimeField(null=True, help_text="When the next letter is due; empty: none is.")
    last_at = models.DateTimeField(null=True, help_text="Up to when the news was in a letter, or looked at for one.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title", "address"], name="follower_once_a_title")]
        indexes = [models.Index(fields=["title", "next_at", "id"], name="follower_due", condition=Q(next_at__isnull=False))]

    def __str__(self) -> str:
        return self.to

    @property
    def zone(self) -> ZoneInfo:
        """The follower's own time zone."""
        return ZoneInfo(self.time_zone) if self.time_zone else self.title.zone

    def local(self, at: datetime | None = None) -> datetime:
        """`at`, or now, on the follower's own clock."""
        return (at or clock.now()).astimezone(UTC).astimezone(self.zone)


class Follow(models.Model):
    """One thing that somebody follows."""

    class Kind(models.TextChoices):
        PAPER = "paper", "the whole paper"
        SECTION = "section", "section"
        TOPIC = "topic", "topic"
        PERSON = "person", "writer"
        LINE = "line", "story"
        NEWSLETTER = "newsletter", "newsletter"
        CONVERSATION = "conversation", "conversation"

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="follows")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    target = models.PositiveBigIntegerField(default=0, help_text="Its id; 0 for the paper.")
    pace = models.CharField(max_length=8, choices=Pace.choices, default=Pace.DAILY)
    confirmed = models.BooleanField(default=False)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follower", "kind", "target"], name="follow_once")]
        indexes = [models.Index(fields=["kind", "target", "follower"], name="follow_target")]

    def __str__(self) -> str:
        return f"{self.kind} {self.target} {self.pace}"


class Sent(models.Model):
    """What was in a letter: for each, its stories. Written in the transaction that hands the letter over."""

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="sent")
    key = models.CharField(max_length=160, unique=True)
    at = models.DateTimeField(default=clock.now)
    stories = models.JSONField(default=list)
    notes = models.JSONField(default=list, help_text="Corrections that it told of, and stories it said were withdrawn.")

    class Meta:
        indexes = [models.Index(fields=["follower", "-at"], name="sent_follower")]

    def __str__(self) -> str:
        return self.key


class Alert(models.Model):
    """Breaking news that the desk sends at once."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey("stories.Story", null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(max_length=200, help_text="The subject of the letter.")
    at = models.DateTimeField(default=clock.now)
    good_until = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    waiting = models.BooleanField(default=False, help_text="For a second colleague to press, too.")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reach = models.PositiveIntegerField(default=0)
    devices = models.PositiveIntegerField(default=0, help_text="Browsers that it was sent to.")
    followed_up = models.CharField(max_length=12, blank=True, help_text="corrected or withdrawn, once that was told.")
    note = models.TextField(blank=True, help_text="What the follow-up says.")

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.words


class Device(models.Model):
    """A browser that asked for breaking news (web push). Nobody's address belongs to it: whose it is we do not know."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=1000, help_text="Where its maker takes messages for it; whoever knows it owns it.")
    name = models.CharField(max_length=40, help_text="A digest of the endpoint.")
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    key = models.CharField(max_length=100, help_text="The paper's key that it was made with: good for no other.")
    time_zone = models.CharField(max_length=64, blank=True, validators=[check_zone], help_text="Empty: the paper's.")
    quiet_from = models.PositiveSmallIntegerField(default=22)
    quiet_to = models.PositiveSmallIntegerField(default=7)
    since = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now, help_text="When the browser last said that it is there.")
    worked_at = models.DateTimeField(null=True)
    refusals = models.PositiveIntegerField(default=0, help_text="Since it last worked.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title", "name"], name="device_once_a_title")]

    def __str__(self) -> str:
        return self.name[:12]

    @property
    def zone(self) -> ZoneInfo:
        """The browser's own time zone."""
        return ZoneInfo(self.time_zone) if self.time_zone else self.title.zone

    def local(self, at: datetime | None = None) -> datetime:
        """`at`, or now, on the clock beside the browser."""
        return (at or clock.now()).astimezone(UTC).astimezone(self.zone)


class Clicks(models.Model):
    """How often a story was opened from an edition. Nothing says by whom."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    edition = models.CharField(max_length=100, help_text="A list and a day, such as daily-2026-11-24.")
    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="+")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title", "edition", "story"], name="clicks_once_an_edition")]

    def __str__(self) -> str:
        return f"{self.edition}: {self.count}"

    @property
    def shown(self) -> str:
        """The number for the desk; few are no number."""
        from masthead.circulation.clicks import FEW

        return str(self.count) if self.count >= FEW else f"fewer than {FEW}"


class Newsletter(models.Model):
    """A letter that the desk writes: its name is what readers follow."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="newsletters")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120)
    about = models.CharField(max_length=300, blank=True, help_text="For readers: what is in it, and how often it comes.")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["title", "slug"], name="newsletter_once_a_title")]

    def __str__(self) -> str:
        return self.name


class Number(models.Model):
    """One number of a newsletter."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="numbers")
    subject = models.CharField(max_length=160)
    introduction = models.TextField(blank=True)
    picks = models.JSONField(default=list, help_text="Ids of its stories, in order.")
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)
    reach = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject


from masthead.circulation.federated import Actor, FarFollower, Inbound, Post  # noqa: E402  tables of this room, too

__all__ = [
    "Actor", "Alert", "Clicks", "Device", "FarFollower", "Follow", "Follower", "Inbound", "Newsletter", "Number", "Pace", "Post", "Sent",
]  # fmt: skip
