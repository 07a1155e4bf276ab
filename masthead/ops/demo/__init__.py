"""Print the demo paper: an invented town's, its agency half through the real intake."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from rich.progress import track

from masthead.kit import clock
from masthead.ops.demo import arranging, content, pictures, talking
from masthead.ops.demo.beside import print_beside
from masthead.people.models import Organisation, Person
from masthead.press import run
from masthead.stories import actions, diary
from masthead.titles.models import Section, Title
from masthead.wire import intake, pictures_in
from masthead.wire.models import Rule, Source


def print_demo() -> bool:
    """Fill an empty paper with the demo; a paper that has stories is left alone: False."""
    now = clock.now()
    title = Title.objects.order_by("pk").first()
    if title and title.stories.exists():
        return False
    title = _paper(title)
    acts = [(now - timedelta(hours=s.hours_ago), lambda s=s: _own(title, s, now)) for s in content.own_stories()]
    with tempfile.TemporaryDirectory() as folder:
        beside = Path(folder)
        acts += [(f.arrives, lambda f=f: _deliver(title, f, beside)) for f in content.agency_files(now)]
        order = sorted(range(len(acts)), key=lambda n: (acts[n][0], n))
        _draw_for_agencies(now, beside)
        for n in track(order, description="Filing the demo's stories"):
            at, act = acts[n]
            with clock.frozen(at):
                act()
    arranging.arrange(title, now)
    print_beside(title, now)
    talking.talk(title, now)
    _catch_up_diary()
    paths = run.everything(title)
    for _ in track(run.print_all(title, paths), total=len(paths), description="Printing the paper"):
        pass
    return True


def _catch_up_diary() -> None:
    """Everything is printed once at the end, so the entries so far need not be worked off one by one."""
    diary.settle("press")


@lru_cache(maxsize=64)
def _drawn(name: str) -> bytes:
    return pictures.draw(name)


def _draw_for_agencies(now: datetime, beside: Path) -> None:
    text = b"".join(f.data for f in content.agency_files(now)).decode()
    names = [n for n in pictures.PICTURES if f"pictures/{n}.jpg" in text]
    (beside / "pictures").mkdir()
    for name in track(names, description="Drawing the agencies' pictures"):
        (beside / "pictures" / f"{name}.jpg").write_bytes(_drawn(name))


@transaction.atomic
def _paper(title: Title | None) -> Title:
    """The demo's paper, or `title` with what the demo's stories need beside what it has. A try that broke off is gone on with."""
    said = content.paper()
    if title is None:
        fields = ("name", "tagline", "town", "language", "time_zone", "contact_email", "about", "corrections_policy")
        title = Title.objects.create(base_url=settings.CONFIG.url, **{name: said[name] for name in fields})
    behind = title.sections.count()
    for place, section in enumerate(said["sections"], behind):
        Section.objects.get_or_create(title=title, slug=section["slug"], defaults={**section, "sort_order": place})
    for person in said["people"]:
        Person.objects.get_or_create(slug=slugify(person["name"]), defaults=person)
    for agency in said["agencies"]:
        card = {name: agency[name] for name in ("name", "about", "relation", "url")}
        organisation, _ = Organisation.objects.get_or_create(slug=agency["slug"], defaults=card)
        Source.objects.get_or_create(title=title, slug=agency["slug"], defaults={"name": agency["name"], "agency": organisation})
    _rules(title)
    return title


def _rules(title: Title) -> None:
    harbour = Source.objects.get(title=title, slug="wrenmouth-harbour-authority")
    if Rule.objects.filter(title=title, source=harbour).exists():
        return
    # The rule that `masthead init` made takes everything: it comes after the demo's own.
    Rule.objects.filter(title=title, sort_order__lt=10).update(sort_order=10)
    section = {s.slug: s for s in title.sections.all()}
    Rule.objects.create(title=title, sort_order=1, source=harbour, section=section["harbour"])
    Rule.objects.create(title=title, sort_order=2, words="Sport, sport, 15000000", section=section["sport"])
    Rule.objects.create(title=title, sort_order=9, section=section["world"])


def _own(title: Title, story: content.OwnStory, now: datetime) -> None:
    people = {p.name: p for p in Person.objects.all()}
    copy = actions.Copy(
        headline=story.headline,
        body=story.body,
        standfirst=story.standfirst,
        kicker=story.kicker,
        dateline=story.dateline,
        language=story.language,
        credits=tuple(actions.CopyCredit(n, role, "", people.get(n)) for n, role, *_ in story.credits),
        topics=tuple(actions.CopyTopic(name, kind) for name, kind in story.topics),
        pictures=_pictures(story),
    )
    section = title.sections.get(slug=story.section)
    filed = actions.file_story(title=title, section=section, copy=copy, by=story.credits[0][0])
    filed = actions.publish_as_filed(story=filed, by="Nell Hargrave")
    for kind, text, hours in story.corrections:
        at = max(now - timedelta(hours=float(hours)), clock.now())
        actions.correct(story=filed, kind=kind, text=text, by="Nell Hargrave", at=at)


def _pictures(story: content.OwnStory) -> tuple[actions.CopyPicture, ...]:
    if story.picture not in pictures.PICTURES:
        return ()
    media: dict[str, object] = {
        "url": f"{story.picture}.jpg",
        "headline": story.picture.replace("-", " ").capitalize(),
        "alt": story.alt,
        "credit": "Ruth Okafor-Lindqvist/Courier",
        "photographer": "Ruth Okafor-Lindqvist",
        "rights": "© The Wrenmouth Courier",
    }
    picture = pictures_in.take(_drawn(story.picture), media)
    return (actions.CopyPicture(picture, caption=story.caption, credit=str(media["credit"]), alt=story.alt),)


def _deliver(title: Title, file: content.AgencyFile, beside: Path) -> None:
    said = content.paper()["agencies"]
    slug = next((a["slug"] for a in said if file.agency in a["files"]), said[0]["slug"])
    source = Source.objects.get(title=title, slug=slug)
    intake.take(file.data, name=file.name, source=source, beside=beside)
