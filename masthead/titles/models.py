"""Which paper is this: the title, its sections, and the scope of every row."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models

from masthead.titles.looks import Ground, Letters, check_colour, check_menu
from masthead.titles.outlets import Machines, WireAddress, check_robots
from masthead.titles.standing import Redirect, StandingPage

__all__ = ["RESERVED", "Logo", "Redirect", "Section", "StandingPage", "Title", "check_slug", "check_zone", "direction"]

RTL_LANGUAGES = frozenset({"ar", "fa", "he", "ur", "ps", "dv", "yi"})


RESERVED = frozenset(
    {
        "newsroom", "corrections", "about", "contact", "topics", "people", "sources", "pictures", "page", "assets",
        "preview", "gateway", "stories-so-far", "events", "obituaries", "notices", "s", "search", "api", "oembed", "lite",
        "saved", "privacy", "follow", "newsletters", "hooks", "healthz", "metrics", "comments", "account",
    }
)  # fmt: skip
"""First words of addresses that the house needs for itself."""


def check_slug(slug: str) -> None:
    """Raise ValidationError for a section address that the house needs for itself."""
    if slug in RESERVED or slug.isdigit():
        raise ValidationError(f"“{slug}” is needed by the paper itself; choose another word.")


def direction(language: str) -> str:
    """`rtl` or `ltr` for a BCP 47 language tag."""
    return "rtl" if language.split("-")[0].lower() in RTL_LANGUAGES else "ltr"


def check_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValidationError(f"“{name}” is not a time zone; write one such as Europe/London.") from None


class Title(models.Model):
    """A paper. Everything that readers see belongs to one."""

    name = models.CharField(max_length=120)
    tagline = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=120, blank=True)
    base_url = models.URLField(help_text="Public address, without a slash at the end.")
    language = models.CharField(max_length=20, default="en", help_text="BCP 47 tag, such as en or es-MX.")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_zone])
    contact_email = models.EmailField(blank=True)
    about = models.TextField(blank=True, help_text="HTML of the page “About us”.")
    corrections_policy = models.TextField(blank=True, help_text="HTML shown above the list of corrections.")
    machines = models.CharField(
        "machines that learn or answer",
        max_length=20,
        choices=Machines.choices,
        default=Machines.NO_TRAINING,
        help_text="Said in robots.txt, on every page and in /.well-known/tdmrep.json. Agencies may reserve more.",
    )
    mining_terms = models.URLField(
        "terms for text and data mining", blank=True, help_text="Where machines, and people, find how to ask for a licence."
    )
    robots = models.TextField(
        "more lines of robots.txt", blank=True, validators=[check_robots], help_text="Put after what the paper says by itself."
    )
    wire_address = models.CharField(
        "agency copy in search engines",
        max_length=10,
        choices=WireAddress.choices,
        default=WireAddress.OWN,
        help_text="A source may be treated otherwise: see its own card.",
    )
    hub = models.URLField(
        "WebSub hub", blank=True, help_text="Told of news within seconds, so that those who follow a feed hear at once."
    )
    ground = models.CharField("printed on", max_length=10, choices=Ground.choices, default=Ground.CREAM)
    letters = models.CharField(max_length=10, choices=Letters.choices, default=Letters.COURIER)
    colour = models.CharField(
        "the paper’s colour", max_length=7, blank=True, validators=[check_colour],
        help_text="Links and buttons, such as #0b4a57. Where it could not be read it is made darker, or lighter in the dark.",
    )  # fmt: skip
    menu = models.TextField(
        blank=True, validators=[check_menu],
        help_text="A link a line: a section’s name, or a name, a bar and an address (Tides | /tides/). Empty: all sections.",
    )  # fmt: skip
    logo_mark = models.CharField(max_length=60, blank=True, editable=False)
    """Digest, width and height of the logo, so that a page knows its address without asking for its bytes."""

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The paper's own time zone: the one its readers live in."""
        return ZoneInfo(self.time_zone)


class Logo(models.Model):
    """The drawing that stands in place of the paper's name: PNG, made anew from what was uploaded."""

    title = models.OneToOneField(Title, on_delete=models.CASCADE, related_name="logo")
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"Logo of {self.title}"


class Section(models.Model):
    """A part of the paper with a front of its own: Local, Business, Sport."""

    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="sections")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, validators=[check_slug])
    description = models.CharField(max_length=250, blank=True)
    sort_order = models.PositiveSmallIntegerField(default=0)
    colour = models.CharField(
        max_length=7, blank=True, validators=[check_colour], help_text="Such as #7a2c68; empty: by its place among the sections."
    )

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["title", "slug"], name="section_slug_once_a_title")]

    def __str__(self) -> str:
        return self.name
