"""How the press reads the house: every look records a key, so that the page knows what it shows.

A `Reader` belongs to the making of one page. What plates get are proofs; models never leave this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Min, Q, QuerySet

from masthead.kit import clock, html, images
from masthead.people.models import Organisation, Person
from masthead.pictures.models import Picture
from masthead.press import addresses, assets, composing, dressing, notices_read, proof, rows
from masthead.press.labels import say
from masthead.press.rows import Teaser
from masthead.press.shelf import RELATED, Shelf
from masthead.stories import gate, sources
from masthead.stories.body import to_html, words_of
from masthead.stories.models import Correction, Credit, Story, StoryPart, Topic
from masthead.titles import outlets
from masthead.titles.models import Section, Title, direction

POLICIES = {
    "ethics": "ethicsPolicy",
    "unnamed-sources": "unnamedSourcesPolicy",
    "corrections-policy": "correctionsPolicy",
    "staff": "masthead",
}
"""Kinds of standing pages and what schema.org calls them."""
WIDTHS = (480, 720, 960, 1600)
CARD = 1.5
"""Width by height of a picture on a card, as the style sheet cuts it."""
WORDS_A_MINUTE = 230
T = TypeVar("T")
A_CLOCK_MAY_ERR = timedelta(days=2)
PAGE_IDS = frozenset({"main", "nav", "changes", "source", "since", "conversation"})
"""Ids that the plates give themselves; a subhead of that name gets another."""


def followers(story: Story, sections: Iterable[int], topics: Iterable[int], now: datetime) -> list[str]:
    """Paths of the stories that may name this one as earlier in these sections or on these topics.

    Whoever names it has it among the first RELATED of what came before on one of them, so fewer than RELATED lie between.
    """
    if story.first_published_at is None:
        return []
    at = story.first_published_at
    later = Q(first_published_at__gt=at) | Q(pk__gt=story.pk)
    kin = Story.objects.readable(now).filter(later, title=story.title_id, first_published_at__gte=at).order_by("first_published_at", "pk")
    found: dict[str, None] = {}
    for pk in sections:
        found |= dict.fromkeys(kin.filter(section=pk).values_list("path", flat=True)[:RELATED])
    for pk in topics:
        found |= dict.fromkeys(kin.filter(story_topics__topic=pk).values_list("path", flat=True)[:RELATED])
    return list(found)


class Reader:
    """Reads for one page at one moment, and keeps the keys of everything it looked at."""

    def __init__(self, title: Title, now: datetime | None = None, shelf: Shelf | None = None) -> None:
        self.title, self.now, self.shelf = title, now or clock.now(), shelf
        self.keys: set[str] = {f"title:{title.pk}"}
        self.valid_until: datetime | None = None
        self.valid_from: datetime | None = None
        self.shut_at: datetime | None = None
        self.around = shelf.around if shelf else rows.Around()
        self._no_packages: set[int] = set()

    def shared(self, name: str, make: Callable[[Reader], T]) -> T:
        """What `make` reads, once for all pages of a batch; each page notes what it shows all the same."""
        if self.shelf is None:
            return make(self)
        if name not in self.shelf.shared:
            own = Reader(self.title, self.now, self.shelf)
            self.shelf.shared[name] = make(own), own
        value, own = self.shelf.shared[name]
        self.also(own)
        return value

    def also(self, other: Reader) -> None:
        """The page shows what `other` read, too."""
        self.keys |= other.keys
        self.renewed_at(other.valid_until)
        self.true_until(other.shut_at)
        self.true_since(other.valid_from)

    # --- what lists are made of -----------------------------------------------------------------------

    def stories(self, listed_as: str) -> QuerySet[Story]:
        """Readable stories of the title, newest first; the page is from now on a list of `listed_as`."""
        self.keys.add(f"list:{listed_as}")
        return self.readable()

    def readable(self) -> QuerySet[Story]:
        """Readable stories of the title, newest first, for a page that says by other keys what it lists."""
        return (
            Story.objects.readable(self.now)
            .filter(title=self.title)
            .order_by("-first_published_at", "-pk")
        )

    def load(self, stories: Iterable[Story]) -> list[Story]:
        """Stories with all that their own pages show."""
        if isinstance(stories, QuerySet):
            return rows.those(self.title, stories.values_list("pk", flat=True), self.around)
        return rows.whole(self.title, stories, self.around)

    def teasers(self, stories: QuerySet[Story]) -> list[Teaser]:
        """What lists show of stories, in their order."""
        return rows.teasers(self.title, stories, self.around)

    def cards(self, stories: QuerySet[Story] | Iterable[Teaser]) -> tuple[proof.Card, ...]:
        """Teasers of stories in their order, for plates."""
        found = self.teasers(stories) if isinstance(stories, QuerySet) else stories
        return tuple(self.shared(f"card:{story.pk}", lambda own, one=story: own.card(one)) for story in found)  # type: ignore[misc]

    def card(self, told: Story | Teaser) -> proof.Card:
        """A teaser; records the story, and the second from which its page is no longer true."""
        story = told if isinstance(told, Teaser) else rows.teaser(told)
        self._note(story)
        use = next((u for u in story.pictures if self.may_show(u.picture, story)), None)
        return proof.Card(
            uid=str(story.uid),
            path=story.path or "",
            url=f"{self.title.base_url}{story.path}" if story.path else "",
            headline=story.display_headline,
            kicker=story.kicker,
            standfirst=story.standfirst or story.summary,
            language=story.spoken_language,
            direction=direction(story.spoken_language),
            section=proof.Link(story.section.name, addresses.section(story.section)),
            byline=_byline(story),
            source=story.agency.name if story.agency else "",
            published=self._local(story.first_published_at),
            updated=self._local(story.substantive_at or story.first_published_at),
            picture=self.picture(use.picture, use.caption, use.credit, use.alt, use.decorative) if use else None,
            corrected=story.corrected,
            breaking=False,
            reading_minutes=max(1, round(story.words / WORDS_A_MINUTE)),
            short_headline=story.short_headline,
            live=story.live,
        )

    def _note(self, story: Story | Teaser) -> None:
        self.keys.add(f"story:{story.pk}")
        if story.agency:
            self.keys.add(f"source:{story.agency.pk}")
        self.true_until(story.expiry)
        self.true_since(story.embargo_ends)

    def true_since(self, at: datetime | None) -> None:
        """The page was not true before `at`, if that is not long ago: a clock that was put back brings that time again."""
        if at and self.now - A_CLOCK_MAY_ERR < at <= self.now and (self.valid_from is None or at > self.valid_from):
            self.valid_from = at

    def true_until(self, at: datetime | None) -> None:
        """The page shows what nobody may see any longer from `at` on, if that is to come."""
        self.renewed_at(at)
        if at and at > self.now and (self.shut_at is None or at < self.shut_at):
            self.shut_at = at

    def renewed_at(self, at: datetime | None) -> None:
        """The page is another from `at` on, if that is to come. Should it not be possible to make it then, because the
        database is away, readers may go on with what was there."""
        if at and at > self.now and (self.valid_until is None or at < self.valid_until):
            self.valid_until = at

    def watch_openings(self, **among: Any) -> None:
        """The page lists stories: it is true no longer than until the next embargo `among` them ends.

        Only stories whose release is still to be written down are looked at: a handful at any time.
        """
        waiting = self.title.stories.filter(live=True, released=False, **among).only(
            "embargo_until", "order_embargo_until"
        )
        for story in waiting:
            self.renewed_at(story.embargo_ends)

    def watch_ends(self, **among: Any) -> None:
        """The page lists stories without looking at each: it is true no longer than the first of them expires."""
        for name in ("expires_at", "order_expires_at"):
            ending = self.title.stories.filter(live=True, **among, **{f"{name}__gt": self.now})
            self.true_until(ending.aggregate(first=Min(name))["first"])

    def local(self, at: datetime) -> datetime:
        """In the paper's own zone."""
        return self._local(at)

    def _local(self, at: datetime | None) -> datetime:
        return (at or self.now).astimezone(self.title.zone)

    # --- a whole story --------------------------------------------------------------------------------

    def story(self, story: Story, preview: bool = False, related: bool = True) -> proof.StoryProof:
        """Everything that the page of `story` shows. The caller has asked the gate, or says that it is a preview."""
        markup = to_html(story.body)
        text = words_of(story.body)
        _, headings = html.headed(markup, set(PAGE_IDS))
        uses = list(story.story_pictures.all())
        shown = [
            self.picture(u.picture, u.caption, u.credit, u.alt, u.decorative)
            for u in uses
            if self.may_show(u.picture, story)
        ]
        credits = [self._credit(c) for c in story.credits.all()]
        kin = self._related(story) if related and not preview else ()
        return proof.StoryProof(
            card=self.card(story),
            blocks=tuple(composing.blocks(self, story, set(PAGE_IDS))),
            text=text,
            headings=tuple(proof.Link(name, f"#{anchor}") for anchor, name in headings) if len(headings) > 2 else (),
            dateline=story.dateline,
            writers=tuple(c for c in credits if c.role == "writer"),
            others=tuple(c for c in credits if c.role != "writer"),
            lead=shown[0] if shown else None,
            more_pictures=tuple(shown[1:]),
            corrections=tuple(self.correction(c) for c in story.corrections.all()),
            source=self._source(story),
            topics=tuple(self._topics(story)),
            parts=self._parts(story),
            related=kin,
            next=kin[0] if kin else None,
            words=len(text.split()),
            preview=preview,
            known=self._known(story) if story.shows_sources else (),
            short=addresses.short(story) if story.pk and story.path else "",
            social_headline=story.social_headline,
            search_title=story.seo_title,
        )

    def may_name(self, story: Story) -> bool:
        """Whether this page may name `story` now; from now on the page is made again when that changes."""
        self._note(story)
        return gate.allows(story, self.now)

    def _credit(self, credit: Credit) -> proof.CreditProof:
        if credit.person_id:
            self.keys.add(f"person:{credit.person_id}")
        path = addresses.person(credit.person) if credit.person else ""
        return proof.CreditProof(credit.name, credit.role, credit.organisation, path)

    def correction(self, note: Correction) -> proof.CorrectionProof:
        """A note for readers."""
        label = say(f"note_{note.kind}", self.title.language)
        return proof.CorrectionProof(note.kind, label, note.text, self._local(note.at), note.automatic)

    def _topics(self, story: Story) -> Iterable[proof.TopicProof]:
        for topic in [row.topic for row in story.story_topics.all()]:
            self.keys.add(f"topic:{topic.pk}")
            yield proof.TopicProof(topic.name, topic.kind, addresses.topic(topic))

    def expect(self, stories: Iterable[Story]) -> None:
        """Find out at once which of `stories` are packages: few are, and each would ask."""
        pks = {story.pk for story in stories}
        known = self.shelf.no_packages if self.shelf else self._no_packages
        known |= pks.difference(StoryPart.objects.filter(package__in=pks).order_by().values_list("package_id", flat=True))

    def _parts(self, story: Story) -> tuple[proof.Card, ...]:
        """What a package links to: only what readers may see now; the page is made again when that changes."""
        if story.pk in self._no_packages or (self.shelf and story.pk in self.shelf.no_packages):
            return ()
        wanted = list(StoryPart.objects.filter(package=story).values_list("story_id", flat=True))
        if not wanted:
            return ()
        self.keys |= {f"story:{pk}" for pk in wanted}
        shown = {part.pk: part for part in self.teasers(self.stories(f"package:{story.pk}").filter(pk__in=wanted))}
        return self.cards(shown[pk] for pk in wanted if pk in shown)

    def _known(self, story: Story) -> tuple[proof.KnownProof, ...]:
        return tuple(
            proof.KnownProof(row.found.text, row.source, row.distance_words, row.found.unverified)
            for row in sources.sheet(story).rows
            if row.public
        )

    def _related(self, story: Story) -> tuple[proof.Card, ...]:
        """Stories that came before this one, on its topics first, then of its section.

        Never newer ones: a story would then stand on every page of its section that was ever printed, and neither a new
        one nor a kill could be everywhere at once. So the page names no list: it changes with the stories that it names,
        and `followers` finds it when one is to be named anew.
        """
        if story.first_published_at is None:
            return ()
        shelf = self.shelf if self.shelf and story.pk in self.shelf.stories else Shelf(self.title, [story], self.now, self.around)
        return self.cards(shelf.before(story, self))

    def _source(self, story: Story) -> proof.SourceProof | None:
        agency = story.agency
        if agency is None:
            return None
        return proof.SourceProof(
            name=agency.name,
            path=addresses.source(agency),
            about=agency.about,
            relation=agency.relation,
            url=agency.url,
            original_url=story.original_url,
            guid=story.wire_guid,
            version=story.wire_version,
            arrived=self._local(story.arrived_at) if story.arrived_at else None,
            agency_published=self._local(story.agency_published_at) if story.agency_published_at else None,
            rights_holder=story.rights_holder,
            copyright_notice=story.copyright_notice,
            usage_terms=story.usage_terms,
            no_mining=any(duty["kind"] == "no-data-mining" for duty in story.duties),
            edited_here=bool(story.headline) or story.live_revision_id is not None,
            written_by=_houses(story, agency),
            text_here=story.live_revision_id is not None,
            headline_here=bool(story.headline) and story.headline != story.wire_headline,
            address=agency.wire_address or self.title.wire_address,
        )

    # --- pictures, people, the paper ------------------------------------------------------------------

    def may_show(self, picture: Picture, story: Story | Teaser) -> bool:
        """Whether the page may show `picture` as a part of `story`. Shown or not, the page depends on its terms."""
        self.keys.add(f"picture:{picture.pk}")
        if not gate.may_show(picture, story, self.now):
            return False
        self.true_until(picture.expires_at)
        return True

    def picture(self, picture: Picture, caption: str, credit: str, alt: str, decorative: bool) -> proof.PictureProof:
        """A picture in one use; empty texts fall back to the picture's own, a caption never becomes the alt text."""
        self.keys.add(f"picture:{picture.pk}")
        sizes = images.sizes_for(picture.width, picture.height, WIDTHS)
        return proof.PictureProof(
            alt="" if decorative else (alt or picture.alt),
            caption=caption or picture.caption,
            credit=credit or picture.credit,
            copyright_notice=picture.copyright_notice,
            width=sizes[-1][0],
            height=sizes[-1][1],
            avif=tuple(proof.Rendition(addresses.rendition(picture, w, "avif"), w, h) for w, h in sizes),
            webp=tuple(proof.Rendition(addresses.rendition(picture, w, "webp"), w, h) for w, h in sizes),
            jpeg=tuple(proof.Rendition(addresses.rendition(picture, w, "jpg"), w, h) for w, h in sizes[-2:]),
            generated=picture.is_generated,
            place=images.placed(picture.focus, picture.width, picture.height, CARD),
        )

    def section(self, section: Section) -> proof.Link:
        """A section's name and front."""
        return proof.Link(section.name, addresses.section(section))

    def topic(self, topic: Topic) -> Topic:
        self.keys.add(f"topic:{topic.pk}")
        return topic

    def person(self, person: Person) -> proof.PersonProof:
        """One of our own people."""
        self.keys.add(f"person:{person.pk}")
        return proof.PersonProof(person.name, person.job_title, person.bio, person.email)

    def source(self, agency: Organisation) -> Organisation:
        self.keys.add(f"source:{agency.pk}")
        return agency

    def paper(self, version: str) -> proof.PaperProof:
        """The paper itself, with its style sheet for the plates of `version`."""
        return self.shared(f"paper:{version}", lambda own: own._paper(version))

    def _paper(self, version: str) -> proof.PaperProof:
        title = self.title
        rows = list(title.sections.all())
        sections = tuple(self.section(s) for s in rows)
        standing = list(title.standing_pages.filter(live=True))
        foot = notices_read.footer(title, standing)
        return proof.PaperProof(
            name=title.name,
            tagline=title.tagline,
            town=title.town,
            base_url=title.base_url,
            language=title.language,
            direction=direction(title.language),
            contact_email=title.contact_email,
            sections=sections,
            menu=dressing.menu(title, sections),
            logo=dressing.logo(title),
            ground=dressing.ground(title),
            standing=tuple(foot),
            policies=tuple(proof.Link(POLICIES[p.kind], p.path) for p in standing if p.kind in POLICIES),
            css_path=dressing.css_path(title, version, rows),
            script_path=assets.script_path("reader"),
            fonts=dressing.fonts(title),
            icon_path=addresses.ICON,
            year=self._local(self.now).year,
            reserves=outlets.reserves(title.machines),
            mining_terms=title.mining_terms,
            hub=title.hub,
        )


def _houses(story: Story, agency: Organisation) -> tuple[str, ...]:
    """The organisations of a story's writers, unless the agency that sent it is the only one."""
    named = [c.organisation for c in story.credits.all() if c.role == "writer" and c.organisation]
    found = tuple(dict.fromkeys(named))
    return () if found == (agency.name,) else found


def _byline(story: Teaser) -> str:
    names = story.writers
    if not names:
        return story.agency.name if story.agency else ""
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} {say('and', story.title.language)} {names[-1]}"
