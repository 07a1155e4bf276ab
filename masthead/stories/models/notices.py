"""What a paper prints beside stories: obituaries, notices, events. Each has a page, a list, and the gate before it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from wagtail.fields import RichTextField

from masthead.kit import clock

FEATURES = ["h2", "bold", "italic", "ol", "ul", "link", "blockquote"]


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices, with the gate as a method; see `stories.gate`."""

    def readable(self, now: datetime | None = None) -> NoticeQuerySet:
        """Only those that readers may see at `now`."""
        from masthead.stories import gate

        return self.filter(gate.open_notices(now or clock.now()))


class Notice(models.Model):
    """An obituary, a notice or an event. Only `stories.actions` change `state` and `path`."""

    class Kind(models.TextChoices):
        OBITUARY = "obituary", "obituary"
        NOTICE = "notice", "notice"
        EVENT = "event", "event"

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        PUBLISHED = "published", "published"
        WITHDRAWN = "withdrawn", "withdrawn"

    class EventStatus(models.TextChoices):
        SCHEDULED = "EventScheduled", "takes place"
        CANCELLED = "EventCancelled", "cancelled"
        POSTPONED = "EventPostponed", "postponed"
        RESCHEDULED = "EventRescheduled", "on another day"
        ONLINE = "EventMovedOnline", "moved online"

    FOLDERS = {"obituary": "/obituaries/", "notice": "/notices/", "event": "/events/"}

    title = models.ForeignKey("titles.Title", on_delete=models.PROTECT, related_name="notices", editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField("heading", max_length=200, help_text="The person’s name, the event’s, or what the notice is about.")
    slug = models.SlugField(max_length=80, blank=True, editable=False)
    path = models.CharField(max_length=200, null=True, editable=False, help_text="Given at first publication.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    summary = models.CharField("in one sentence", max_length=300, blank=True)
    body = RichTextField(features=FEATURES, blank=True)
    picture = models.ForeignKey("pictures.Picture", null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    placed_by = models.CharField("placed by", max_length=200, blank=True, help_text="The family, a firm, an authority.")
    paid = models.BooleanField("paid for", default=False, help_text="Said on the page.")
    publish_from = models.DateTimeField("from", null=True, blank=True, help_text="Nobody outside sees it before.")
    publish_until = models.DateTimeField("until", null=True, blank=True, help_text="Nobody outside sees it from then on.")
    published_at = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    born = models.DateField(null=True, blank=True)
    died = models.DateField(null=True, blank=True)

    starts_at = models.DateTimeField("begins", null=True, blank=True)
    ends_at = models.DateTimeField("ends", null=True, blank=True)
    venue = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    price = models.CharField(max_length=120, blank=True, help_text="As readers should read it: “free”, “£8, children £4”.")
    url = models.URLField("more at", blank=True)
    event_status = models.CharField(max_length=20, choices=EventStatus.choices, default=EventStatus.SCHEDULED)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["title", "path"], name="notice_path_once_a_title")]
        indexes = [models.Index(fields=["title", "kind", "state"], name="notice_list")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.kind == self.Kind.EVENT and not self.starts_at:
            raise ValidationError({"starts_at": "Say when the event begins."})
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": "It would end before it begins."})
        if self.born and self.died and self.died < self.born:
            raise ValidationError({"died": "That is before the day of birth."})
        if self.publish_from and self.publish_until and self.publish_until <= self.publish_from:
            raise ValidationError({"publish_until": "It would be over before it is shown."})

    @property
    def over_at(self) -> datetime | None:
        """When an event is over; None for what is no event. Without an end: six hours after the beginning."""
        if self.kind != self.Kind.EVENT or not self.starts_at:
            return None
        return self.ends_at or self.starts_at + timedelta(hours=6)

    def give_path(self) -> None:
        """Its permanent address, once."""
        if self.path:
            return
        self.slug = self.slug or slugify(self.name)[:70].strip("-") or str(self.pk)
        if self.kind == self.Kind.EVENT and self.starts_at:
            self.slug = f"{self.slug}-{self.starts_at.astimezone(self.title.zone):%Y-%m-%d}"[:80]
        path = f"{self.FOLDERS[self.kind]}{self.slug}/"
        taken = Notice.objects.filter(title=self.title, path=path).exclude(pk=self.pk).exists()
        self.path = f"{self.FOLDERS[self.kind]}{self.slug[:68]}-{self.pk}/" if taken else path

    def get_absolute_url(self) -> str | None:
        return self.path

    def facts(self) -> dict[str, Any]:
        """What the press must know to find the pages that change."""
        return {"notice": self.pk, "notices": self.kind, "pictures": [self.picture_id] if self.picture_id else []}
