"""Set a paper up: the database, the title with its sections and first rule, the first sign-in."""

from __future__ import annotations

import os
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from django.utils.text import slugify

from masthead.ops import upgrade
from masthead.ops.moving_in import talks
from masthead.people.models import User
from masthead.titles import which
from masthead.titles.models import Section, Title
from masthead.wire import folder
from masthead.wire.models import Rule

SIGN_IN = "staff-sign-in.txt"


def prepare_database() -> None:
    """Bring the database to this version's shape; what is in it stays. Raises upgrade.CannotGoBack."""
    upgrade.refuse_downgrade()
    call_command("migrate", interactive=False, verbosity=0)
    talks.take_over()
    folder.prepare()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@transaction.atomic
def prepare_paper(*, name: str, town: str, language: str, time_zone: str, sections: tuple[str, ...]) -> Title:
    """The paper, made if there is none: its sections, and one rule that publishes what comes in the first."""
    title = Title.objects.order_by("pk").first()
    if title:
        return title
    title = Title(name=name, town=town, language=language, time_zone=time_zone, base_url=settings.CONFIG.url)
    title.full_clean(exclude=["base_url"])
    title.save()
    for place, section in enumerate(sections):
        Section.objects.create(title=title, name=section, slug=slugify(section), sort_order=place)
    Rule.objects.create(title=title, section=title.sections.first())
    return title


@transaction.atomic
def found_paper(*, name: str, url: str, town: str, language: str, time_zone: str, sections: tuple[str, ...]) -> Title:
    """A further paper of this house, at a host of its own. Raises CannotFound."""
    host = urlsplit(url).hostname
    if not host or urlsplit(url).scheme not in ("http", "https"):
        raise CannotFound(f"“{url}” is no address of a paper; write it as https://www.example.org.")
    if any(which.host_of(title) == host for title in Title.objects.all()):
        raise CannotFound(f"There is a paper at {host} already. Nothing was changed.")
    title = Title(name=name, town=town, language=language, time_zone=time_zone, base_url=url.rstrip("/"))
    try:
        title.full_clean()
    except ValidationError as error:
        raise CannotFound(" ".join(error.messages)) from None
    title.save()
    for place, section in enumerate(sections):
        Section.objects.create(title=title, name=section, slug=slugify(section), sort_order=place)
    return title


class CannotFound(Exception):
    """The paper cannot be founded. The message is the sentence for the keyholder."""


def prepare_staff() -> None:
    """A first account for the keeper, with a password that only this machine's owner can read (mode 0600)."""
    if User.objects.filter(is_superuser=True).exists():
        return
    password = secrets.token_urlsafe(12)
    User.objects.create_superuser("keeper", "", password)
    handle = os.open(settings.DATA / SIGN_IN, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"name: keeper\npassword: {password}\n")


def sign_in() -> str:
    """How to sign in, in a line."""
    path = settings.DATA / SIGN_IN
    if not path.exists():
        return "with your own account"
    name, password = (line.partition(": ")[2] for line in path.read_text().splitlines()[:2])
    return f"{name} / {password}   (also in {path})"


def welcome() -> str:
    """What a newcomer needs to know, in a few lines."""
    title = Title.objects.order_by("pk").first()
    return (
        f"\n  {title}\n"
        f"  The paper     {settings.CONFIG.url}/\n"
        f"  The newsroom  {settings.CONFIG.url}/newsroom/\n"
        f"  Sign in       {sign_in()}\n"
        f"  Drop a wire file into {folder.inbox()}\n"
    )
