"""The parts that the keyholder's door itself writes; rooms of readers add theirs by `titles.leaving`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from masthead.ops.moving_out import stories
from masthead.ops.moving_out.stories import time
from masthead.people.models import Organisation, Person
from masthead.pictures.models import Picture
from masthead.stories.models import Notice, StoryLine, Topic
from masthead.titles.leaving import part
from masthead.titles.models import Redirect, StandingPage, Title

_SECTION = {"slug": "last word of its address", "name": "", "description": "", "sort_order": "place in the menu"}
_TOPIC = {"slug": "", "name": "", "kind": "subject, person, organisation, place or event", "code": "IPTC Media Topic", "description": ""}
_PERSON = {"slug": "", "name": "", "job_title": "", "bio": "", "email": ""}
_ORGANISATION = {"slug": "", "name": "", "about": "", "relation": "our licence, for readers", "url": ""}
_PICTURE = {
    "sha256": "of the original, which lies in pictures/ under its file name", "file": "its name in pictures/", "title": "", "caption": "", "alt": "",
    "photographer": "", "credit": "", "copyright_notice": "", "usage_terms": "", "instructions": "for the desk only",
    "one_use": "for one story only", "data_mining": "PLUS vocabulary", "source_type": "IPTC digital source type", "provider": "",
    "provider_id": "", "killed": "withdrawn by its agency", "expires_at": "", "width": "pixels", "height": "pixels",
}  # fmt: skip
_PAGE = {"slug": "", "kind": "", "name": "", "body": "HTML", "live": "", "in_footer": "", "sort_order": ""}
_REDIRECT = {"old": "", "new": "", "folder": "and everything below", "automatic": "made because something was renamed"}
_LINE = {
    "slug": "", "name": "", "summary": "where things stand", "state": "developing or ended", "outcome": "how it ended",
    "begun_at": "", "changed_at": "", "ended_at": "", "begun_by": "",
    "named_after": "uid of the story whose headline is the name, or null: readers see the name as long as they may see that story",
    "developments": "a list of {story, at, what}; story is a uid",
}  # fmt: skip


def _plain(row: Any, names: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _pictures(title: Title) -> Iterator[dict[str, Any]]:
    for picture in Picture.objects.order_by("pk").iterator():
        special = {"file": picture.file.name.rpartition("/")[2], "expires_at": time(picture.expires_at)}
        yield {**_plain(picture, [n for n in _PICTURE if n not in special]), **special} | {}


def _lines(title: Title) -> Iterator[dict[str, Any]]:
    for line in StoryLine.objects.filter(title=title).select_related("named_after").order_by("pk"):
        told = [{"story": str(d.story.uid), "at": time(d.at), "what": d.what} for d in line.developments.select_related("story").order_by("pk")]
        said = {name: _value(getattr(line, name)) for name in _LINE if name not in ("named_after", "developments")}
        yield {**said, "named_after": str(line.named_after.uid) if line.named_after else None, "developments": told}


def _notices(title: Title) -> Iterator[dict[str, Any]]:
    for notice in Notice.objects.filter(title=title).select_related("picture").order_by("pk"):
        said = {name: _value(getattr(notice, name)) for name in _NOTICE if name != "picture"}
        yield {**said, "picture": notice.picture.sha256 if notice.picture else None}


def _value(value: Any) -> Any:
    return value if value is None or isinstance(value, (str, int, bool, float, list, dict)) else value.isoformat() if hasattr(value, "isoformat") else str(value)


_NOTICE = {f.name: "" for f in Notice._meta.concrete_fields if f.name not in ("id", "title")} | {"picture": "a sha256 in pictures.jsonl, or null"}


def register() -> None:
    """Say which parts there are, once for each process."""
    part("stories", "Every story, drafts too, oldest first.", stories.FIELDS, stories.rows)
    part("sections", "Sections.", _SECTION, lambda t: (_plain(s, _SECTION) for s in t.sections.all()))
    part("topics", "Topics.", _TOPIC, lambda t: (_plain(x, _TOPIC) for x in Topic.objects.filter(title=t).order_by("pk")))
    part("people", "Our own people with a page.", _PERSON, lambda t: (_plain(p, _PERSON) for p in Person.objects.order_by("pk")))
    part("organisations", "Agencies and newsrooms.", _ORGANISATION, lambda t: (_plain(o, _ORGANISATION) for o in Organisation.objects.order_by("pk")))
    part("pictures", "Pictures with their terms.", _PICTURE, _pictures)
    part("pages", "Standing pages.", _PAGE, lambda t: (_plain(p, _PAGE) for p in StandingPage.objects.filter(title=t)))
    part("redirects", "Old addresses.", _REDIRECT, lambda t: (_plain(r, _REDIRECT) for r in Redirect.objects.filter(title=t)))
    part("lines", "Story lines.", _LINE, _lines)
    part("notices", "Obituaries, notices and events.", _NOTICE, _notices)
