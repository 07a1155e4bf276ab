"""Who shares what with whom, and how far it has got."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from masthead.kit import clock


class Partner(models.Model):
    """A newsroom in another house that takes our stories as signed ninjs; there we are a source of the kind webhook."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(max_length=160)
    address = models.URLField(max_length=1000, help_text="Its push address, such as https://www.example.org/wire/push/…")
    sealed = models.TextField(blank=True, editable=False, help_text="What we sign with, sealed.")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Share(models.Model):
    """A story offered to another paper: of this house (`to`), or of another one (`partner`)."""

    class State(models.TextChoices):
        OFFERED = "offered", "offered"
        TAKEN = "taken", "taken"
        PASSED = "passed", "passed over"
        SENT = "sent", "sent"

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="shares", help_text="The original.")
    to = models.ForeignKey("titles.Title", null=True, on_delete=models.CASCADE, related_name="offers")
    partner = models.ForeignKey(Partner, null=True, on_delete=models.CASCADE, related_name="shares")
    copy = models.OneToOneField("stories.Story", null=True, on_delete=models.SET_NULL, related_name="shared_from")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    embargo_until = models.DateTimeField(null=True, blank=True, help_text="Not in that paper before, whatever ours does.")
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    offered_at = models.DateTimeField(default=clock.now)
    base = models.JSONField(default=list, help_text="The body as last taken over, in pieces: the ground of the next merge.")
    base_standfirst = models.TextField(blank=True)
    update_waiting = models.BooleanField(default=False, help_text="Their newer version and our edits touch the same text.")

    class Meta:
        ordering = ["-offered_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["story", "to"], name="shared_once_with_a_paper"),
            models.UniqueConstraint(fields=["story", "partner"], name="shared_once_with_a_partner"),
            models.CheckConstraint(
                name="shared_with_one",
                condition=Q(to__isnull=False, partner__isnull=True) | Q(to__isnull=True, partner__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.story} for {self.to or self.partner}"


class Route(models.Model):
    """What one paper publishes goes to another by itself: all of its own, or an agency's copy that is licensed for both."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="routes_out")
    to = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="routes_in")
    agency = models.ForeignKey(
        "people.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        help_text="Whose copy; empty: the paper's own stories.",
    )  # fmt: skip
    from_section = models.ForeignKey(
        "titles.Section", null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="Only from this section."
    )
    section = models.ForeignKey("titles.Section", on_delete=models.CASCADE, related_name="+", help_text="Where it goes there.")
    publish = models.BooleanField(default=False, help_text="Otherwise it lies on their desk.")
    embargo_minutes = models.PositiveIntegerField(default=0, help_text="So much later than with us.")
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.agency or 'own stories'}: {self.title} to {self.to}"


class Sending(models.Model):
    """One version on its way to a partner. The newest is sent, and a kill before all else."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="sendings")
    kill = models.BooleanField(default=False)
    due_at = models.DateTimeField(default=clock.now, db_index=True)
    tries = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="sending_due", condition=Q(done_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.share}, {self.due_at:%H:%M:%S}"
