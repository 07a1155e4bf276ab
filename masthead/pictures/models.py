"""Originals with their credit and rights. Readers only ever get renditions made by the press."""

from __future__ import annotations

from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition, Image


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
    provider = models.CharField(max_length=200, blank=True)
    provider_id = models.CharField(max_length=300, blank=True, db_index=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    killed = models.BooleanField(default=False, help_text="The agency withdrew this picture: nobody may see it.")

    search_auto_update = False
    admin_form_fields = (
        *Image.admin_form_fields,
        "caption",
        "alt",
        "photographer",
        "credit",
        "copyright_notice",
        "usage_terms",
    )

    @property
    def default_alt_text(self) -> str:
        """The alt text, never the caption or file name: saying nothing beats saying the wrong thing."""
        return self.alt


class Rendition(AbstractRendition):
    """A small copy for the newsroom's own screens."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once_a_filter")
        ]
