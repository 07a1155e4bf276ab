"""Taking in what a reader of exports gives: in batches, each in one transaction with the note that it came.

Killed at any moment, the next try goes on after the last whole batch; a second try finds everything and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.db import transaction
from django.utils.text import slugify

from masthead.kit import clock, html
from masthead.kit.private import DeskOnly
from masthead.ops.models import MovedIn
from masthead.ops.moving_in import CannotMoveIn, talks
from masthead.ops.moving_in.pictures import Pictures
from masthead.ops.moving_in.places import Places
from masthead.ops.moving_in.report import Report
from masthead.ops.moving_in.value import Image, Moved, Piece
from masthead.pictures.models import Picture
from masthead.press import run
from masthead.stories import actions
from masthead.stories.actions import Archived, Copy, CopyCredit, CopyPicture, CopyTopic
from masthead.stories.models import Story
from masthead.titles.models import Title
from masthead.titles.standing import StandingPage

BATCH = 200


class House:
    """Takes in stories from one origin (the address of the system they come from)."""

    def __init__(
        self, title: Title, origin: str, *, uploads: Path | None = None, fetching: bool = True, dry: bool = False,
        comments: bool = True,
    ) -> None:  # fmt: skip
        if not origin:
            raise CannotMoveIn("The export does not say which address it comes from; name it with --origin. Nothing was taken in.")
        self.title, self.origin = title, plain_origin(origin)
        self.report = Report(dry=dry)
        self.places = Places(title, self.report)
        self.pictures = Pictures(title, self.origin, self.report, uploads=uploads, fetching=fetching)
        self.comments = comments
        self._old_base = urlsplit(origin).netloc

    def take(self, stories: Iterable[Moved]) -> Iterator[int]:
        """Take everything in; yields after each batch how many entries it had."""
        marked = False
        try:
            for batch in _batches(stories, BATCH):
                marked = self._batch(batch) or marked
                yield len(batch)
        finally:
            if marked:
                # Every page names its title: all that are printed are looked at again, in the worker's own time.
                run.mark_stale(self.title, f"title:{self.title.pk}")

    def _batch(self, batch: list[Moved]) -> bool:
        known = dict(
            MovedIn.objects.filter(title=self.title, origin=self.origin, kind__in=("story", "page"), key__in=[m.key[:500] for m in batch])
            .values_list("key", "digest")
        )  # fmt: skip
        fresh = []
        for one in batch:
            if one.key[:500] in known:
                self.report.count("entries that had come before")
                if known[one.key[:500]] != one.digest():
                    self.report.fault(one.url or one.key, "It came before and has changed there since; ours was left as it is.")
                continue
            for fault in one.faults:
                self.report.fault(one.url or one.key, fault)
            if one.state == "trash":
                self.report.count("entries in the bin, left out")
                continue
            fresh.append(one)
        stories = [one for one in fresh if one.kind == "story"]
        pages = [one for one in fresh if one.kind == "page"]
        self._count(stories, pages)
        archived = [self._archived(one) for one in stories]
        if self.report.dry:
            return False
        with transaction.atomic():
            made = actions.move_in(title=self.title, stories=archived, by=f"moved in from {self.origin}")
            for one, story in zip(stories, made, strict=True):
                for old in (one.url, *one.also):
                    self.places.redirect(old, story.path)
            for one in pages:
                self._page(one)
            both = list(zip(stories, made, strict=True))
            self._note(both, pages)
            self._keep_comments(both)
            self.places.write()
        return bool(fresh)

    def _count(self, stories: list[Moved], pages: list[Moved]) -> None:
        self.report.count("public stories", sum(one.state == "public" for one in stories))
        self.report.count("drafts", sum(one.state != "public" for one in stories))
        self.report.count("pages", len(pages))
        for one in stories:
            if one.state not in ("public", "draft"):
                self.report.fault(one.url or one.key, f"It is {one.state} there and came as a draft.", f"A story that is {one.state} there came as a draft.")
            if one.state == "public" and one.published_at is None:
                self.report.fault(one.url or one.key, "It is public there but has no date; it came as a draft.")
            if not one.headline:
                self.report.fault(one.url or one.key, "It has no headline.")

    def _archived(self, one: Moved) -> Archived:
        section, spare = self.places.section(one.sections)
        lead = self.pictures.take(one.lead) if one.lead else None
        copy = Copy(
            headline=one.headline or html.excerpt(_first_words(one.pieces), 80),
            standfirst=one.standfirst,
            kicker=one.kicker[:80],
            language=one.language[:20],
            credits=tuple(CopyCredit(c.name, role=c.role, person=self.places.person(c)) for c in one.credits if c.name),
            pictures=(CopyPicture(lead, one.lead.caption, one.lead.credit, one.lead.alt),) if lead and one.lead else (),
            topics=tuple(CopyTopic(t.name) for t in (*spare, *one.topics)),
            notes=tuple(DeskOnly(note) for note in one.notes),
            original_url=one.url[:1000] if one.url.startswith("http") else "",
            arrived_at=clock.now(),
        )
        for topic in one.topics:
            self.places.lead_on(topic.old_path, f"/topics/{slugify(topic.name, allow_unicode=True)[:160]}/")
        public = one.state == "public" and one.published_at is not None
        return Archived(
            section=section,
            copy=copy,
            blocks=self._blocks(one.pieces),
            public=public,
            published_at=one.published_at,
            changed_at=one.changed_at,
            slug=one.slug or slugify(one.headline),
            path=str(one.more.get("path") or ""),
            uid=str(one.more.get("uid") or ""),
            more={k: v for k, v in one.more.items() if k not in ("path", "uid")},
        )

    def _blocks(self, pieces: Iterable[Piece]) -> list[dict[str, Any]]:
        """The body as a story keeps it; a picture that did not come leaves its caption behind in the report only."""
        found: list[dict[str, Any]] = []
        for piece in pieces:
            match piece.kind:
                case "text":
                    found += actions_blocks(self._ours(piece.html))
                case "picture":
                    found += [{"type": "picture", "value": shown} for shown in self._shown(piece.images)]
                case "gallery":
                    shown = self._shown(piece.images)
                    if shown:
                        each = [{"type": "item", "value": value, "id": str(uuid4())} for value in shown]
                        found.append({"type": "gallery", "value": {"heading": "", "pictures": each}})
                case "media":
                    value = {"address": "", "title": "", "text": "", "credit": "", "poster": None, **piece.values}
                    found.append({"type": "media", "value": value})
                case _:
                    found.append({"type": piece.kind, "value": dict(piece.values)})
        return [{**block, "id": str(uuid4())} for block in found]

    def _shown(self, images: Iterable[Image]) -> list[dict[str, Any]]:
        taken: list[tuple[Image, Picture]] = [(i, p) for i in images if (p := self.pictures.take(i))]
        return [
            {"picture": p.pk, "caption": i.caption, "credit": i.credit, "alt": i.alt, "decorative": False} for i, p in taken
        ]

    def _ours(self, markup: str) -> str:
        """Links to the old address become links of this paper: the redirects know the way."""
        if not self._old_base:
            return markup
        for scheme in ("https", "http"):
            markup = markup.replace(f'href="{scheme}://{self._old_base}/', 'href="/')
        return markup

    def _page(self, one: Moved) -> None:
        slug = slugify(one.slug or one.headline)[:80] or "page"
        if slug in StandingPage.Kind.values:
            slug = f"{slug}-page"
        body = self._ours("".join(piece.html for piece in one.pieces if piece.kind == "text"))
        if any(piece.kind != "text" for piece in one.pieces):
            self.report.fault(one.url or one.key, "Pictures and embeds of this page were left out: standing pages are text.")
        page, _ = StandingPage.objects.get_or_create(
            title=self.title, slug=slug,
            defaults={"name": one.headline[:120] or slug, "body": body, "live": one.state == "public", "in_footer": False},
        )  # fmt: skip
        for old in (one.url, *one.also):
            self.places.redirect(old, page.path)

    def _note(self, both: list[tuple[Moved, Story]], pages: list[Moved]) -> None:
        rows = [(one, "story", story) for one, story in both] + [(one, "page", None) for one in pages]
        MovedIn.objects.bulk_create(
            MovedIn(title=self.title, origin=self.origin, kind=kind, key=one.key[:500], digest=one.digest(), story=story)
            for one, kind, story in rows
        )

    def _keep_comments(self, both: list[tuple[Moved, Story]]) -> None:
        if not self.comments:
            self.report.count("comments, left out", sum(len(one.comments) for one, _ in both))
            return
        for one, story in both:
            if one.comments:
                talks.bring(story, self.origin, one.comments, self.report)


def actions_blocks(markup: str) -> list[dict[str, Any]]:
    from masthead.stories.body import from_html

    return from_html(markup)


def _first_words(pieces: Iterable[Piece]) -> str:
    return next((html.to_text(piece.html) for piece in pieces if piece.kind == "text"), "") or "(no headline)"


def plain_origin(origin: str) -> str:
    """An address as the name of where things come from: its host and path."""
    return (urlsplit(origin).netloc + urlsplit(origin).path.rstrip("/") or origin)[:200]


def _batches(stories: Iterable[Moved], size: int) -> Iterator[list[Moved]]:
    batch: list[Moved] = []
    met: set[str] = set()
    for one in stories:
        if one.key in met:  # the same id twice in one file: the first counts, as in WordPress
            one = replace(one, key=f"{one.key}#{one.url}")
        if one.key in met:
            continue
        met.add(one.key)
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch, met = [], set()
    if batch:
        yield batch
