"""Sections, people and old addresses of an archive, each found or made once."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from masthead.ops.moving_in import CannotMoveIn
from masthead.ops.moving_in.report import Report
from masthead.ops.moving_in.value import Named
from masthead.people.models import Person
from masthead.press import addresses
from masthead.titles.models import RESERVED, Redirect, Section, Title
from masthead.titles.standing import NUMBERED


class Places:
    """What stories stand in and under. Redirects are gathered and written with their batch."""

    def __init__(self, title: Title, report: Report) -> None:
        self.title, self.report = title, report
        self._sections = {s.slug: s for s in title.sections.all()}
        self._people: dict[str, Person | None] = {}
        self._redirects: dict[str, str] = {}
        first = title.sections.first()
        if first is None:
            raise CannotMoveIn("The paper has no section yet; make one in the newsroom (Settings, Sections). Nothing was taken in.")
        self.first = first

    def section(self, wanted: tuple[Named, ...]) -> tuple[Section, tuple[Named, ...]]:
        """The section of a story, and the names that are left over and become topics."""
        if not wanted:
            return self.first, ()
        found = self._section(wanted[0])
        self.lead_on(wanted[0].old_path, addresses.section(found))
        return found, wanted[1:]

    def _section(self, one: Named) -> Section:
        slug = slugify(one.slug or one.name)[:72] or "section"
        if slug in RESERVED or slug.isdigit():
            slug = f"{slug}-section"
        if slug not in self._sections:
            place = len(self._sections)
            fresh = Section(title=self.title, name=one.name[:80], slug=slug, sort_order=place)
            if not self.report.dry:
                fresh.save()
            self._sections[slug] = fresh
            self.report.count("sections made")
        return self._sections[slug]

    def person(self, one: Named) -> Person | None:
        """The person of that name, with a page of their own."""
        slug = slugify(one.name)[:160] or slugify(one.slug)[:160]
        if not slug:
            return None
        if slug not in self._people:
            person = Person.objects.filter(slug=slug).first()
            if person is None and not self.report.dry:
                person = Person.objects.create(slug=slug, name=one.name[:160])
            if person is None or person._state.adding is False:
                self.report.count("people met")
            self._people[slug] = person
        found = self._people[slug]
        if found is not None:
            self.lead_on(one.old_path, addresses.person(found))
        return found

    def redirect(self, old: str, new: str | None) -> None:
        """Lead a story's old address to its new one."""
        parts = urlsplit(old)
        if new is None or not old:
            return
        if parts.query and not NUMBERED.fullmatch(parts.query):
            self.report.fault(old, "Its old address has more than a number behind its question mark; it cannot be led on.", "An old address with more than a number behind its question mark cannot be led on.")
            return
        self.lead_on(f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path, new)

    def lead_on(self, old: str, new: str) -> None:
        """Remember a redirect from a path. One that leads to itself, or that our own addresses need, is none."""
        old = unquote(old)
        if old and old.rstrip("/") != new.rstrip("/") and old not in self._redirects:
            self._redirects[old] = new

    def write(self) -> None:
        """Write the redirects that were gathered; an address that leads somewhere already keeps its way."""
        rows = []
        for old, new in self._redirects.items():
            row = Redirect(old=old[:300], new=new[:500])
            try:
                # Without its paper: a circle is not looked for, because a page that exists wins over a redirect.
                row.clean()
                row.title = self.title
            except ValidationError:
                if old != "/":
                    self.report.fault(old, "This old address cannot be led on.")
                continue
            rows.append(row)
        known = set(Redirect.objects.filter(title=self.title, old__in=[r.old for r in rows]).values_list("old", flat=True))
        fresh = [row for row in rows if row.old not in known]
        Redirect.objects.bulk_create(fresh, ignore_conflicts=True)
        self.report.count("redirects", len(fresh))
        self._redirects.clear()
