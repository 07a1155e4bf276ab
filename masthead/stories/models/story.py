"""The story: a plain row with its own permanent address, drafted and revised by Wagtail's mixins."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from modelcluster.models import ClusterableModel
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, PreviewableMixin, Revision, RevisionMixin

from masthead.kit import clock, html
from masthead.stories.body import BODY_BLOCKS, to_html, words_of
from masthead.stories.gate import StoryQuerySet


class Story(PreviewableMixin, DraftStateMixin, RevisionMixin, ClusterableModel):
    """One story, ours or an agency's.

    Only `stories.actions` change `state`, `path` and the fields that hold an agency's orders. What an editor
    may draft and revise is listed in `EDITORIAL`; every other field belongs to the story as a whole, and an old
    revision brought back never undoes an order.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        READY = "ready", "ready"
        EDITED = "edited", "edited"
        SCHEDULED = "scheduled", "scheduled"
        HELD = "held", "held"
        PUBLISHED = "published", "published"
        WITHDRAWN = "withdrawn", "withdrawn"

    class PubStatus(models.TextChoices):
        USABLE = "usable", "usable"
        WITHHELD = "withheld", "withheld"
        CANCELED = "canceled", "canceled"

    EDITORIAL = (
        "section",
        "headline",
        "short_headline",
        "social_headline",
        "seo_title",
        "seo_description",
        "kicker",
        "standfirst",
        "dateline",
        "body",
        "language",
        "embargo_until",
        "expires_at",
    )

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.ForeignKey("titles.Title", on_delete=models.PROTECT, related_name="stories", editable=False)
    section = models.ForeignKey("titles.Section", on_delete=models.PROTECT, related_name="stories")
    slug = models.SlugField(max_length=120, blank=True, editable=False)
    path = models.CharField(
        max_length=200, null=True, editable=False, help_text="Permanent; given at first publication."
    )

    headline = models.CharField(max_length=300, blank=True, help_text="Ours. Empty: the agency's headline is used.")
    wire_headline = models.CharField(max_length=500, blank=True, editable=False)
    short_headline = models.CharField(
        max_length=160, blank=True, help_text="For fronts, lists and telephones. Empty: the headline."
    )
    social_headline = models.CharField(
        max_length=200, blank=True, help_text="When somebody shares the story. Empty: the headline."
    )
    seo_title = models.CharField(
        "search title", max_length=160, blank=True, help_text="For search engines and browser tabs. Empty: the headline."
    )
    seo_description = models.CharField(
        "search description", max_length=320, blank=True, help_text="Below the link in searches. Empty: the standfirst."
    )
    kicker = models.CharField(max_length=80, blank=True, help_text="One or two words above the headline.")
    standfirst = models.TextField(blank=True)
    dateline = models.CharField(
        max_length=200, blank=True, help_text="Place and agency as printed: “Marrowby (Sound Wire)”."
    )
    body = StreamField(BODY_BLOCKS, blank=True)
    language = models.CharField(max_length=20, blank=True, help_text="Empty: the paper's own.")

    summary = models.CharField(max_length=300, blank=True, editable=False, help_text="First words of the body.")
    words = models.PositiveIntegerField(default=0, editable=False)

    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT, editable=False)
    embargo_until = models.DateTimeField(null=True, blank=True, help_text="Nobody outside sees it before.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Nobody outside sees it from then on.")
    substantive_at = models.DateTimeField(null=True, editable=False, help_text="Last change that matters to readers.")
    filed_at = models.DateTimeField(auto_now_add=True)

    agency = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="stories", editable=False
    )
    wire_guid = models.CharField(max_length=500, blank=True, editable=False)
    wire_version = models.PositiveIntegerField(null=True, editable=False)
    arrived_at = models.DateTimeField(null=True, editable=False)
    agency_published_at = models.DateTimeField(null=True, editable=False)
    original_url = models.URLField(max_length=1000, blank=True, editable=False)
    rights_holder = models.CharField(max_length=300, blank=True, editable=False)
    copyright_notice = models.TextField(blank=True, editable=False)
    usage_terms = models.TextField(blank=True, editable=False)
    duties = models.JSONField(default=list, editable=False, help_text="What the agency asks of us; see stories.duties.")
    wire_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Of the copy as last taken over."
    )

    order_pubstatus = models.CharField(
        max_length=10, choices=PubStatus.choices, default=PubStatus.USABLE, editable=False
    )
    order_embargo_until = models.DateTimeField(null=True, editable=False)
    order_expires_at = models.DateTimeField(null=True, editable=False)
    order_reason = models.CharField(max_length=500, blank=True, editable=False)
    released = models.BooleanField(
        default=True, editable=False, help_text="The embargo's end has been written to the diary."
    )

    deadline = models.DateTimeField(null=True, blank=True, editable=False)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    taken_at = models.DateTimeField(null=True, editable=False)
    desk_headline = models.CharField(
        max_length=500, blank=True, editable=False, help_text="Of the newest draft: what the budget shows."
    )
    desk_writers = models.CharField(max_length=300, blank=True, editable=False, help_text="Of the newest draft.")
    changed_at = models.DateTimeField(default=clock.now, editable=False, help_text="Last line in the diary.")
    indexed = models.BooleanField(default=False, editable=False, help_text="Its words are in the desk's index.")
    shows_sources = models.BooleanField(default=False, editable=False, help_text="Readers see “How we know this”.")

    search_auto_update = False
    # ShownPicture and the ordered topic rows say what uses what; Wagtail's index would cost half of a publish.
    wagtail_reference_index_ignore = True
    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "stories"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["title", "path"], name="story_path_once_a_title"),
            models.CheckConstraint(
                name="story_live_means_published",
                condition=models.Q(live=True, state="published")
                | (models.Q(live=False) & ~models.Q(state="published")),
            ),
        ]
        indexes = [
            # Of what is live only: SQLite gets “live”, not “live = 1”, and so cannot use it as a column.
            *(
                models.Index(fields=[field, "-first_published_at", "-id"], name=f"story_by_{field}", condition=models.Q(live=True))
                for field in ("title", "section", "agency")
            ),
            models.Index(fields=["title"], name="story_waiting", condition=models.Q(live=True, released=False)),
            models.Index(fields=["live", "released", "order_embargo_until"], name="story_release"),
            models.Index(fields=["title", "-changed_at", "-id"], name="story_budget"),
            models.Index(fields=["title", "state", "-changed_at", "-id"], name="story_budget_state"),
            models.Index(fields=["section", "-changed_at", "-id"], name="story_budget_section"),
            models.Index(fields=["title", "original_url"], name="story_origin", condition=~models.Q(original_url="")),
            models.Index(
                fields=["title", "deadline", "id"], name="story_deadline", condition=models.Q(deadline__isnull=False)
            ),
            models.Index(
                fields=["title", "substantive_at", "id"], name="story_changed", condition=models.Q(live=True)
            ),
            *(
                models.Index(fields=[field], name=f"story_{field[:20]}", condition=models.Q(**{f"{field}__isnull": False}))
                for field in ("embargo_until", "order_embargo_until", "expires_at", "order_expires_at")
            ),
            *(
                models.Index(fields=[field], name=f"story_to_end_{n}", condition=models.Q(live=True, expired=False, **{f"{field}__isnull": False}))
                for n, field in enumerate(("expires_at", "order_expires_at"))
            ),
            models.Index(fields=["id"], name="story_unindexed", condition=models.Q(indexed=False)),
        ]

    def __str__(self) -> str:
        return self.display_headline or "(no headline)"

    @property
    def display_headline(self) -> str:
        """What stands over the story: our headline, else the agency's."""
        return self.headline or self.wire_headline

    @property
    def is_wire(self) -> bool:
        """Whether the story came over a wire."""
        return self.agency_id is not None

    @property
    def embargo_ends(self) -> datetime | None:
        """The later of our embargo and the agency's; None when there is none."""
        return max((t for t in (self.embargo_until, self.order_embargo_until) if t), default=None)

    @property
    def expiry(self) -> datetime | None:
        """The earlier of our expiry and the agency's; None when there is none."""
        return min((t for t in (self.expires_at, self.order_expires_at) if t), default=None)

    @property
    def spoken_language(self) -> str:
        """The story's language, or its paper's."""
        return self.language or self.title.language

    @property
    def standing(self) -> str:
        """Where the story stands, in the desk's words: what the state alone does not say."""
        if self.order_pubstatus == self.PubStatus.CANCELED:
            return "killed by the agency"
        if self.order_pubstatus == self.PubStatus.WITHHELD:
            return "withheld by the agency"
        embargo, expiry, now = self.embargo_ends, self.expiry, clock.now()
        if self.live and embargo and embargo > now:
            return f"embargoed until {embargo.astimezone(self.title.zone):%d %b %H:%M}"
        if self.live and expiry and expiry <= now:
            return "expired"
        return str(self.get_state_display())

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the count and the first words with the body, so that lists need not open it."""
        if kwargs.get("update_fields") is None:
            self.count_words()
        super().save(*args, **kwargs)

    def count_words(self) -> None:
        """Set the count and the first words from the body, without saving."""
        said = words_of(self.body)
        self.summary = html.excerpt(html.to_text(to_html(self.body)) or said, 200)
        self.words = len(said.split())

    def get_absolute_url(self) -> str | None:
        """The permanent path, or None before first publication."""
        return self.path

    def get_full_url(self) -> str | None:
        return f"{self.title.base_url}{self.path}" if self.path else None

    full_url = property(get_full_url)

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        """The story as the press would print it. The press hands its proofreader to `stories.preview`."""
        from masthead.stories import preview

        return preview.respond(self)

    def with_content_json(self, content: dict[str, Any]) -> Story:
        """The story as a revision has it: editorial fields from there, everything else as it stands now."""
        story: Story = super().with_content_json(content)
        for field in self._meta.concrete_fields:
            if field.name not in self.EDITORIAL:
                setattr(story, field.attname, getattr(self, field.attname))
        return story

    def save_revision(self, user: Any = None, **options: Any) -> Revision:
        """Keep a draft, with its line in the diary."""
        from masthead.stories.actions import draft

        return draft.keep(self, user=user, save=super().save_revision, options=options)

    def publish(self, revision: Revision, user: Any = None, **options: Any) -> None:
        """Wagtail's way to publish leads to ours."""
        from masthead.stories.actions import publish

        publish(revision=revision, user=user)

    def unpublish(self, set_expired: bool = False, commit: bool = True, user: Any = None, **options: Any) -> None:
        """Wagtail's way to unpublish leads to ours."""
        from masthead.stories.actions import withdraw

        withdraw(story=self, user=user)
