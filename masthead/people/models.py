"""Staff who sign in, people whose names stand over stories, and the organisations that copy comes from."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models

from masthead.people.roles import Role
from masthead.titles.outlets import WireAddress


class User(AbstractUser):
    """Somebody who can sign in. A byline needs no account; see Person."""


class Appointment(models.Model):
    """A role that somebody holds at a paper: for all of it, or for one section."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appointments")
    role = models.CharField(max_length=12, choices=Role.choices)
    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey("titles.Section", null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "title", "section"], name="appointment_once_a_section"),
            models.UniqueConstraint(
                fields=["user", "role", "title"], condition=models.Q(section=None), name="appointment_once_a_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} of {self.section or self.title}"


class SavedFilter(models.Model):
    """A colleague's own view of the budget, under a name. One may be what the budget opens with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True, help_text="The filters as they stand in the address.")
    opens = models.BooleanField(default=False, help_text="The budget opens with it.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_filter_name_once"),
            models.UniqueConstraint(fields=["user"], condition=models.Q(opens=True), name="saved_filter_opens_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A newsroom or agency. For a wire story this is the source's card."""

    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=160, unique=True)
    about = models.TextField(blank=True, help_text="Who they are, in two sentences, for readers.")
    relation = models.CharField(
        max_length=300, blank=True, help_text="Our relation and licence, for readers: “We subscribe to…”."
    )
    url = models.URLField(blank=True)
    wire_address = models.CharField(
        "its copy in search engines",
        max_length=10,
        choices=WireAddress.choices,
        blank=True,
        help_text="Empty: as the paper says of all agencies.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A writer, photographer or editor of ours with a page of their own. Wire writers get none."""

    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=160, unique=True)
    job_title = models.CharField(max_length=160, blank=True)
    bio = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="person")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name

from masthead.people.passkeys import KeyAsk, ReaderKey  # noqa: E402  they stand on the tables above
from masthead.people.readers import Reader, ReaderSession, SignIn  # noqa: E402  tables of this room, too

__all__ = ["Appointment", "KeyAsk", "Organisation", "Person", "Reader", "ReaderKey", "ReaderSession", "SavedFilter", "SignIn", "User"]
