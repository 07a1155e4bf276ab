"""Originals with their credit and rights. Readers only ever get renditions made by the press."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from masthead.kit import credentials, marking


class DataMining(models.TextChoices):
    """What the rights holder says about machines that learn from the picture (PLUS vocabulary)."""

    ALLOWED = "DMI-ALLOWED", "allowed"
    PROHIBITED = "DMI-PROHIBITED", "prohibited"
    NOT_FOR_LEARNING = "DMI-PROHIBITED-AIMLTRAINING", "prohibited for machine learning"
    NOT_GENERATIVE = "DMI-PROHIBITED-GENAIMLTRAINING", "prohibited for generative machine learning"
    SEARCH_ONLY = "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING", "prohibited except for search engines"
    SEE_TERMS = "DMI-PROHIBITED-SEECONSTRAINT", "prohibited, see the usage terms"


class SourceType(models.TextChoices):
    """How the picture came to be (IPTC digital source type)."""

    CAPTURE = "digitalCapture", "photograph from a camera"
    FILM = "negativeFilm", "digitised from a negative"
    PRINT = "print", "digitised from a print"
    SCREEN = "screenCapture", "screen capture"
    EDITED = "humanEdits", "edited by a person"
    COMPOSITE = "compositeCapture", "composed of photographs"
    DRAWN = "digitalCreation", "drawn by a person with software"
    GENERATED = "trainedAlgorithmicMedia", "made by generative software"
    PARTLY = "compositeWithTrainedAlgorithmicMedia", "partly made by generative software"
    DATA = "dataDrivenMedia", "drawn from data"


class Picture(AbstractImage):
    """A picture as it came, and all that must be said of it."""

    caption = models.TextField(blank=True)
    alt = models.CharField(
        "alt text", max_length=500, blank=True, help_text="What the picture shows, for those who cannot see it."
    )
    photographer = models.CharField(max_length=200, blank=True)
    credit = models.CharField(max_length=300, blank=True, help_text="The credit line as readers see it.")
    copyright_notice = models.CharField(max_length=500, blank=True)
    usage_terms = models.TextField(blank=True)
    instructions = models.TextField(blank=True, help_text="From the agency or photographer, for the desk only.")
    expires_at = models.DateTimeField(
        "may be shown until",
        null=True,
        blank=True,
        help_text="From then on readers see it nowhere; the stories stay. Empty: no end.",
    )
    one_use = models.BooleanField(
        "for one story only", default=False, help_text="The first story published with it keeps it; no other shows it."
    )
    data_mining = models.CharField(
        "machine learning", max_length=60, blank=True, choices=DataMining.choices, help_text="Said in every copy."
    )
    source_type = models.CharField("how it was made", max_length=60, blank=True, choices=SourceType.choices)
    provider = models.CharField(max_length=200, blank=True)
    provider_id = models.CharField(max_length=300, blank=True, db_index=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    killed = models.BooleanField(default=False, help_text="The agency withdrew this picture: nobody may see it.")

    likeness = models.CharField(max_length=32, blank=True, editable=False, help_text="Perceptual hash.")
    credentials = models.JSONField(default=dict, blank=True, editable=False, help_text="Content Credentials (C2PA).")
    over = models.BooleanField(default=False, editable=False, help_text="The end of its time is in the diary.")

    search_auto_update = False
    admin_form_fields = (
        # Caption and alt text say what Wagtail's description would; pictures are found by words, not tags.
        *(name for name in Image.admin_form_fields if name not in {"description", "tags"}),
        "caption",
        "alt",
        "photographer",
        "credit",
        "copyright_notice",
        "usage_terms",
        "instructions",
        "expires_at",
        "one_use",
        "data_mining",
        "source_type",
    )

    @property
    def default_alt_text(self) -> str:
        """The alt text, never the caption or file name: saying nothing beats saying the wrong thing."""
        return self.alt

    @property
    def is_generated(self) -> bool:
        """Whether software made the picture or a part of it."""
        return credentials.is_generated(self.source_type)

    @property
    def focus(self) -> tuple[float, float] | None:
        """The middle of what must stay in a crop, from left and top, 0 to 1; None when nobody said."""
        if self.focal_point_x is None or self.focal_point_y is None or not self.width or not self.height:
            return None
        return self.focal_point_x / self.width, self.focal_point_y / self.height

    def is_over(self, now: datetime) -> bool:
        """Whether its time is up at `now`; an expiry begins at its second."""
        return self.expires_at is not None and self.expires_at <= now

    def marks(self) -> marking.Marks:
        """What every printed copy says of itself."""
        return marking.Marks(
            credit=self.credit,
            creator=self.photographer,
            copyright_notice=self.copyright_notice,
            usage_terms=self.usage_terms,
            caption=self.caption,
            alt=self.alt,
            data_mining=marking.DATA_MINING + self.data_mining if self.data_mining else "",
            source_type=marking.SOURCE_TYPES + self.source_type if self.source_type else "",
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new file is read before it is kept: digest, likeness, and what it says of itself into empty fields."""
        if self.file and not self.file._committed:
            from masthead.pictures import taking

            taking.read_new_file(self)
        super().save(*args, **kwargs)


class Rendition(AbstractRendition):
    """A small copy for the newsroom's own screens."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once_a_filter")
        ]
