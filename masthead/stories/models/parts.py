"""What hangs on a story: credits, pictures, topics, corrections, notes for the desk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from modelcluster.fields import ParentalKey

from masthead.kit import clock
from masthead.kit.private import DeskOnly


class Ordered(models.Model):
    """A row with a place among its siblings."""

    sort_order = models.IntegerField(default=0, editable=False)
    sort_order_field = "sort_order"
    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True
        ordering = ["sort_order", "id"]


class Credit(Ordered):
    """A person credited with the story, in a role, for an organisation. Wire writers are only names."""

    class Role(models.TextChoices):
        WRITER = "writer", "writer"
        CONTRIBUTOR = "contributor", "contributed reporting"
        PHOTOGRAPHER = "photographer", "photographer"
        EDITOR = "editor", "editor"
        TRANSLATOR = "translator", "translator"

    story = ParentalKey("stories.Story", on_delete=models.CASCADE, related_name="credits")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.WRITER)
    organisation = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(
        "people.Person",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="credits",
        help_text="Only for our own people: links the name to their page.",
    )

    class Meta(Ordered.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}" if self.organisation else self.name


class StoryPicture(Ordered):
    """A picture in its use by one story. The first is the lead. Empty fields fall back to the picture's own."""

    story = ParentalKey("stories.Story", on_delete=models.CASCADE, related_name="story_pictures")
    picture = models.ForeignKey("pictures.Picture", on_delete=models.PROTECT, related_name="uses")
    caption = models.TextField(blank=True)
    credit = models.CharField(max_length=300, blank=True)
    alt = models.CharField("alt text", max_length=500, blank=True)
    decorative = models.BooleanField(default=False, help_text="The picture says nothing that the text does not.")

    class Meta(Ordered.Meta):
        pass

    def __str__(self) -> str:
        return self.caption or str(self.picture)


class ShownPicture(models.Model):
    """Which pictures the public form of a story shows, lead and body alike. The gate for pictures reads it."""

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="shown_pictures")
    picture = models.ForeignKey("pictures.Picture", on_delete=models.CASCADE, related_name="shown_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "picture"], name="shown_picture_once")]

    def __str__(self) -> str:
        return f"picture {self.picture_id} in story {self.story_id}"


class SoleUse(models.Model):
    """Which story has the use of a picture that may be used once. Written at first publication, never moved."""

    picture = models.OneToOneField("pictures.Picture", on_delete=models.CASCADE, related_name="sole_use")
    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="sole_uses")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"picture {self.picture_id} for story {self.story_id} alone"


class Topic(models.Model):
    """What stories are about and readers may follow. An agency that provides stories is a source, never a topic."""

    class Kind(models.TextChoices):
        SUBJECT = "subject", "subject"
        PERSON = "person", "person"
        ORGANISATION = "organisation", "organisation"
        PLACE = "place", "place"
        EVENT = "event", "event"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="topics")
    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=160)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.SUBJECT)
    code = models.CharField(max_length=60, blank=True, help_text="IPTC Media Topic code, if there is one.")
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["title", "slug"], name="topic_slug_once_a_title")]

    def __str__(self) -> str:
        return self.name


class StoryTopic(Ordered):
    """A topic on a story: an ordered row rather than a plain many-to-many, so that history can show it."""

    story = ParentalKey("stories.Story", on_delete=models.CASCADE, related_name="story_topics")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="story_topics")

    class Meta(Ordered.Meta):
        constraints = [models.UniqueConstraint(fields=["story", "topic"], name="topic_once_a_story")]

    def __str__(self) -> str:
        return str(self.topic)


class StoryPart(Ordered):
    """A story that belongs to another, which is a package: a list of links in the desk's or the agency's order."""

    package = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="parts")
    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="part_of")

    class Meta(Ordered.Meta):
        constraints = [models.UniqueConstraint(fields=["package", "story"], name="part_once_a_package")]

    def __str__(self) -> str:
        return f"{self.story} in {self.package}"


class Correction(models.Model):
    """What we got wrong, made plainer or added, in words for readers. Shown wherever the story is."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", "Correction"
        CLARIFICATION = "clarification", "Clarification"
        EDITORS_NOTE = "editors_note", "Editor’s note"
        UPDATE = "update", "Update"

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="corrections")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.CORRECTION)
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=200, blank=True)
    automatic = models.BooleanField(
        default=False, editable=False, help_text="Counted by us when a changed text was published without a word."
    )

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"


class DeskOnlyField(models.TextField):
    """A text column whose value is `DeskOnly`: a template that reaches it gets an error, not the text."""

    def from_db_value(self, value: str | None, *_: Any) -> DeskOnly | None:
        return None if value is None else DeskOnly(value)

    def to_python(self, value: Any) -> DeskOnly | None:
        return value if value is None or isinstance(value, DeskOnly) else DeskOnly(str(value))

    def get_prep_value(self, value: Any) -> str | None:
        return value.reveal() if isinstance(value, DeskOnly) else super().get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)) or "")


class DeskNote(models.Model):
    """A note for editors, from an agency or a colleague. It never leaves the desk."""

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="desk_notes")
    text: models.Field[DeskOnly, DeskOnly] = DeskOnlyField()
    source = models.CharField(max_length=200, help_text="Who says so: an agency, a rule, a colleague.")
    at = models.DateTimeField(default=clock.now)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"Note from {self.source}"
