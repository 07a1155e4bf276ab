"""Staff who sign in, people whose names stand over stories, and the organisations that copy comes from."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Somebody who can sign in. A byline needs no account; see Person."""


class Organisation(models.Model):
    """A newsroom or agency. For a wire story this is the source's card."""

    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=160, unique=True)
    about = models.TextField(blank=True, help_text="Who they are, in two sentences, for readers.")
    relation = models.CharField(
        max_length=300, blank=True, help_text="Our relation and licence, for readers: “We subscribe to…”."
    )
    url = models.URLField(blank=True)

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
